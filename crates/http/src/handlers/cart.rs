//! The caller's cart, an account's or a guest's. Every call answers the whole cart as it is then.

use super::{Answer, Audience, HttpResponse, Outcome, Shop, answer};
use crate::extract::{
    At, Check, FromJson, Given, IfNoneMatch, MaybeIfMatch, ValidJson, WhoseCart, X_CART_TOKEN, cart_token,
};
use actix_web::http::header::{self, HeaderValue};
use domain::cart::{CartToken, CartView, Quantity, Target};
use domain::catalog::Sku;
use domain::{Invalid, ProductId, VariantId};
use serde::Deserialize;
use utoipa::ToSchema;

/// Shows the cart with live prices.
///
/// A guest who has none sees an empty one.
#[utoipa::path(
    get,
    path = "/api/v1/cart",
    operation_id = "showCart",
    tag = "cart",
    params(("X-Cart-Token" = Option<String>, Header, description = "The guest's token.")),
    responses((status = 200, description = "The cart; empty where nothing was put in.", body = Answer<CartView>)),
    security((), ("bearer" = []))
)]
pub(crate) async fn show(shop: Shop, whose: WhoseCart, cached: IfNoneMatch) -> Outcome {
    let shown = whose.read(async |shopper| shop.cart_service.show(&shopper).await).await??;
    Ok(marked(answer::read(&shown.cart, Audience::Person, &cached), shown.token.as_ref()))
}

/// What is put into a cart: one of `productId`, `variantId` and `sku`, and how many.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewCartItem)]
pub(crate) struct NewItemBody {
    /// A product with a single variant.
    #[serde(default)]
    #[schema(value_type = i64, example = 2)]
    product_id: Given<i64>,
    /// A variant.
    #[serde(default)]
    #[schema(value_type = i64)]
    variant_id: Given<i64>,
    /// The variant with this stock keeping unit.
    #[serde(default)]
    #[schema(value_type = String, pattern = r"^[A-Za-z0-9._-]{1,64}$")]
    sku: Given<String>,
    /// How many are added.
    #[serde(default)]
    #[schema(value_type = i64, required, minimum = 1, maximum = 999)]
    quantity: Given<i64>,
}

/// What is put into a cart.
#[derive(Clone)]
pub(crate) struct NewItem {
    target: Target,
    quantity: Quantity,
}

impl FromJson for NewItem {
    type Body = NewItemBody;

    fn parse(body: NewItemBody, check: &mut Check) -> Option<Self> {
        let named = [body.product_id.is_present(), body.variant_id.is_present(), body.sku.is_present()];
        if named.iter().filter(|named| **named).count() != 1 {
            check.refuse("", "must have exactly one of productId, variantId and sku");
        }
        let product = check.optional("productId", body.product_id, |id| Ok(Target::Product(ProductId(id))));
        let variant = check.optional("variantId", body.variant_id, |id| Ok(Target::Variant(VariantId(id))));
        let sku = check.optional_text("sku", body.sku, |text| Sku::parse(text).map(Target::Sku));
        let quantity = check.required("quantity", body.quantity, quantity);
        Some(Self { target: product.or(variant).or(sku)?, quantity: quantity? })
    }
}

/// Adds to the cart. Nothing is reserved until the order is placed.
///
/// A guest without a cart gets one, and the token to come back to it in `X-Cart-Token`. It ends 30 days after its last edit.
#[utoipa::path(
    post,
    path = "/api/v1/cart/items",
    operation_id = "addToCart",
    tag = "cart",
    params(
        ("X-Cart-Token" = Option<String>, Header, description = "The guest's token."),
        ("If-Match" = Option<String>, Header, description = "The cart's `ETag` that you saw."),
    ),
    request_body = NewItemBody,
    responses(
        (status = 201, description = "The cart as it is now.", body = Answer<CartView>),
        (status = 404, description = "`not-found`: nothing on sale answers to that."),
        (status = 409, description = "`out-of-stock`, `variant-required`, `cart-full`."),
    ),
    security((), ("bearer" = []))
)]
pub(crate) async fn add(
    shop: Shop,
    whose: WhoseCart,
    MaybeIfMatch(seen): MaybeIfMatch,
    ValidJson(item): ValidJson<NewItem>,
) -> Outcome {
    let shopper = whose.confirm().await?;
    let add = |version| shop.cart_service.add(&shopper, version, item.target.clone(), item.quantity);
    let shown = seen.enforce(add).await?;
    let token = shown.token.as_ref();
    let mut response = marked(answer::created(&shown.cart, "/api/v1/cart".to_owned()), token);
    if token != shopper.token() {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// How many of a variant the cart is to hold.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CartItemQuantity)]
pub(crate) struct QuantityBody {
    /// How many.
    #[serde(default)]
    #[schema(value_type = i64, required, minimum = 1, maximum = 999)]
    quantity: Given<i64>,
}

impl FromJson for Quantity {
    type Body = QuantityBody;

    fn parse(body: QuantityBody, check: &mut Check) -> Option<Self> {
        check.required("quantity", body.quantity, quantity)
    }
}

/// Sets the quantity of a line.
#[utoipa::path(
    patch,
    path = "/api/v1/cart/items/{variantId}",
    operation_id = "setCartItem",
    tag = "cart",
    params(
        ("variantId" = i64, Path, description = "The variant of the line."),
        ("X-Cart-Token" = Option<String>, Header, description = "The guest's token."),
        ("If-Match" = Option<String>, Header, description = "The cart's `ETag` that you saw."),
    ),
    request_body = QuantityBody,
    responses(
        (status = 200, description = "The cart as it is now.", body = Answer<CartView>),
        (status = 409, description = "`out-of-stock`."),
    ),
    security((), ("bearer" = []))
)]
pub(crate) async fn set(
    shop: Shop,
    whose: WhoseCart,
    At(variant): At<VariantId>,
    MaybeIfMatch(seen): MaybeIfMatch,
    ValidJson(quantity): ValidJson<Quantity>,
) -> Outcome {
    let shopper = whose.confirm().await?;
    let shown = seen.enforce(|version| shop.cart_service.set(&shopper, version, variant, quantity)).await?;
    Ok(marked(answer::written(&shown.cart), shown.token.as_ref()))
}

/// Removes a line.
#[utoipa::path(
    delete,
    path = "/api/v1/cart/items/{variantId}",
    operation_id = "removeFromCart",
    tag = "cart",
    params(
        ("variantId" = i64, Path, description = "The variant of the line."),
        ("X-Cart-Token" = Option<String>, Header, description = "The guest's token."),
        ("If-Match" = Option<String>, Header, description = "The cart's `ETag` that you saw."),
    ),
    responses((status = 200, description = "The cart as it is now.", body = Answer<CartView>)),
    security((), ("bearer" = []))
)]
pub(crate) async fn remove(
    shop: Shop,
    whose: WhoseCart,
    At(variant): At<VariantId>,
    MaybeIfMatch(seen): MaybeIfMatch,
) -> Outcome {
    let shopper = whose.confirm().await?;
    let shown = seen.enforce(|version| shop.cart_service.remove(&shopper, version, variant)).await?;
    Ok(marked(answer::written(&shown.cart), shown.token.as_ref()))
}

/// Removes every line.
#[utoipa::path(
    delete,
    path = "/api/v1/cart",
    operation_id = "clearCart",
    tag = "cart",
    params(
        ("X-Cart-Token" = Option<String>, Header, description = "The guest's token."),
        ("If-Match" = Option<String>, Header, description = "The cart's `ETag` that you saw."),
    ),
    responses((status = 200, description = "The cart, which is empty.", body = Answer<CartView>)),
    security((), ("bearer" = []))
)]
pub(crate) async fn clear(shop: Shop, whose: WhoseCart, MaybeIfMatch(seen): MaybeIfMatch) -> Outcome {
    let shopper = whose.confirm().await?;
    let shown = seen.enforce(|version| shop.cart_service.clear(&shopper, version)).await?;
    Ok(marked(answer::written(&shown.cart), shown.token.as_ref()))
}

/// Tells a guest the token of the cart, and caches on the way what the answer hangs on.
fn marked(mut response: HttpResponse, token: Option<&CartToken>) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, X-Cart-Token"));
    if let Some(token) = token {
        headers.insert(X_CART_TOKEN, cart_token(token));
    }
    response
}

fn quantity(units: i64) -> Result<Quantity, Invalid> {
    // What does not fit is as wrong as 0, and gets the same words.
    Quantity::new(u32::try_from(units).unwrap_or_default())
}
