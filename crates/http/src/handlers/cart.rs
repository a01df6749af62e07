//! The caller's cart. Every call answers the whole cart as it is then.

use super::{Answer, Audience, Outcome, Shop, answer};
use crate::extract::{At, Bearer, Check, FromJson, Given, IfNoneMatch, MaybeIfMatch, ValidJson};
use domain::cart::{CartView, Quantity, Target};
use domain::catalog::Sku;
use domain::{Invalid, ProductId, VariantId};
use serde::Deserialize;
use utoipa::ToSchema;

/// Shows the cart with live prices.
#[utoipa::path(
    get,
    path = "/api/v1/cart",
    operation_id = "showCart",
    tag = "cart",
    responses((status = 200, description = "The cart; empty where nothing was put in.", body = Answer<CartView>)),
    security(("bearer" = []))
)]
pub(crate) async fn show(shop: Shop, bearer: Bearer, cached: IfNoneMatch) -> Outcome {
    let (_, cart) = bearer.read(|user| shop.carts.cart(user)).await?;
    Ok(answer::read(&cart?, Audience::Person, &cached))
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
    #[schema(value_type = String)]
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
#[utoipa::path(
    post,
    path = "/api/v1/cart/items",
    operation_id = "addToCart",
    tag = "cart",
    params(("If-Match" = Option<String>, Header, description = "The cart's `ETag` that you saw.")),
    request_body = NewItemBody,
    responses(
        (status = 201, description = "The cart as it is now.", body = Answer<CartView>),
        (status = 404, description = "`not-found`: nothing on sale answers to that."),
        (status = 409, description = "`out-of-stock`, `variant-required`, `cart-full`."),
    ),
    security(("bearer" = []))
)]
pub(crate) async fn add(
    shop: Shop,
    bearer: Bearer,
    MaybeIfMatch(seen): MaybeIfMatch,
    ValidJson(item): ValidJson<NewItem>,
) -> Outcome {
    let user = bearer.confirm().await?.user();
    let add = |version| shop.cart_service.add(user, version, item.target.clone(), item.quantity);
    let cart = seen.enforce_if_given(add).await?;
    Ok(answer::created(&cart, "/api/v1/cart".to_owned()))
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
        ("If-Match" = Option<String>, Header, description = "The cart's `ETag` that you saw."),
    ),
    request_body = QuantityBody,
    responses(
        (status = 200, description = "The cart as it is now.", body = Answer<CartView>),
        (status = 409, description = "`out-of-stock`."),
    ),
    security(("bearer" = []))
)]
pub(crate) async fn set(
    shop: Shop,
    bearer: Bearer,
    At(variant): At<VariantId>,
    MaybeIfMatch(seen): MaybeIfMatch,
    ValidJson(quantity): ValidJson<Quantity>,
) -> Outcome {
    let user = bearer.confirm().await?.user();
    let cart =
        seen.enforce_if_given(|version| shop.cart_service.set(user, version, variant, quantity)).await?;
    Ok(answer::written(&cart))
}

/// Removes a line.
#[utoipa::path(
    delete,
    path = "/api/v1/cart/items/{variantId}",
    operation_id = "removeFromCart",
    tag = "cart",
    params(
        ("variantId" = i64, Path, description = "The variant of the line."),
        ("If-Match" = Option<String>, Header, description = "The cart's `ETag` that you saw."),
    ),
    responses((status = 200, description = "The cart as it is now.", body = Answer<CartView>)),
    security(("bearer" = []))
)]
pub(crate) async fn remove(
    shop: Shop,
    bearer: Bearer,
    At(variant): At<VariantId>,
    MaybeIfMatch(seen): MaybeIfMatch,
) -> Outcome {
    let user = bearer.confirm().await?.user();
    let cart = seen.enforce_if_given(|version| shop.cart_service.remove(user, version, variant)).await?;
    Ok(answer::written(&cart))
}

/// Removes every line.
#[utoipa::path(
    delete,
    path = "/api/v1/cart",
    operation_id = "clearCart",
    tag = "cart",
    params(("If-Match" = Option<String>, Header, description = "The cart's `ETag` that you saw.")),
    responses((status = 200, description = "The cart, which is empty.", body = Answer<CartView>)),
    security(("bearer" = []))
)]
pub(crate) async fn clear(shop: Shop, bearer: Bearer, MaybeIfMatch(seen): MaybeIfMatch) -> Outcome {
    let user = bearer.confirm().await?.user();
    let cart = seen.enforce_if_given(|version| shop.cart_service.clear(user, version)).await?;
    Ok(answer::written(&cart))
}

fn quantity(units: i64) -> Result<Quantity, Invalid> {
    // What does not fit is as wrong as 0, and gets the same words.
    Quantity::new(u32::try_from(units).unwrap_or_default())
}
