//! Making a product: a simple one, or one with variants.

use crate::extract::{Check, FromJson, Given, Object, Repeatable, Require};
use crate::handlers::money::PriceBody;
use crate::handlers::variants::NewVariantBody;
use crate::handlers::{Answer, Outcome, Shop, answer};
use auth::ManageCatalog;
use domain::catalog::{
    CategoryName, Description, NewProductInput, NewVariant, ProductName, ProductView, Slug,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// What staff give for a new product: `price`, `sku` and `stock` for a simple one, or `variants`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewProduct)]
pub(crate) struct NewProductBody {
    /// What it is called.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 200, example = "Green tea")]
    name: Given<String>,
    /// Its part of an address; made from the name where it is not given.
    #[serde(default)]
    #[schema(value_type = String, max_length = 100, pattern = r"^([0-9]*[a-z][a-z0-9]*|[a-z0-9]+(-[a-z0-9]+)+)$", example = "green-tea")]
    slug: Given<String>,
    /// What it is about.
    #[serde(default)]
    #[schema(value_type = String, max_length = 5000)]
    description: Given<String>,
    /// The name of its category, which is made when new.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 100, example = "Grocery")]
    category: Given<String>,
    /// What one costs.
    #[serde(default)]
    #[schema(value_type = PriceBody)]
    price: Given<Object<PriceBody>>,
    /// How many there are; none unless given.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 0, maximum = 1_000_000_000)]
    stock: Given<i64>,
    /// Its stock keeping unit.
    #[serde(default)]
    #[schema(value_type = String, pattern = r"^[A-Za-z0-9._-]{1,64}$", example = "TEA-100")]
    sku: Given<String>,
    /// What is sold, where there is more than one kind of it.
    #[serde(default)]
    #[schema(value_type = Vec<NewVariantBody>, min_items = 1, max_items = 100)]
    variants: Given<Vec<Object<NewVariantBody>>>,
}

/// A new product.
pub(crate) struct NewProduct(NewProductInput);

impl FromJson for NewProduct {
    type Body = NewProductBody;

    fn parse(body: NewProductBody, check: &mut Check) -> Option<Self> {
        let name = check.required_text("name", body.name, ProductName::parse);
        let slug = check.optional_text("slug", body.slug, Slug::parse);
        let description = check.optional_text("description", body.description, Description::parse);
        let category = check.required_text("category", body.category, CategoryName::parse);
        let simple = body.price.is_present() || body.stock.is_present() || body.sku.is_present();
        if simple && body.variants.is_present() {
            check.refuse("variants", "cannot be given together with price, stock or sku");
        }
        let variants = if body.variants.is_present() {
            check.inside("variants", body.variants, several)
        } else {
            NewVariantBody::only(body.sku, body.price, body.stock).parse(check).map(|only| vec![only])
        };
        let description = description.unwrap_or_default();
        let (name, category, variants) = (name?, category?, variants?);
        Some(Self(NewProductInput { slug, name, description, category, variants }))
    }
}

fn several(variants: Vec<Object<NewVariantBody>>, check: &mut Check) -> Option<Vec<NewVariant>> {
    if variants.is_empty() {
        check.refuse("", "must have at least one item");
    }
    check.items(variants, |Object(variant), check| variant.parse(check))
}

/// Makes a product.
#[utoipa::path(
    post,
    path = "/api/v1/products",
    operation_id = "createProduct",
    tag = "catalogue",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send again.")),
    request_body = NewProductBody,
    responses(
        (status = 201, description = "The product was made.", body = Answer<ProductView>),
        (status = 409, description = "`slug-taken`, `sku-taken`, `category-clash`, `too-many-variants`."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn handle(shop: Shop, staff: Require<ManageCatalog, Repeatable<NewProduct>>) -> Outcome {
    let by = staff.actor.user();
    let keyed = staff.input.by(by);
    let NewProduct(new) = staff.input.value;
    let made = shop.catalog_service.create(new, by, keyed).await?;
    Ok(answer::once(&made, Some(format!("/api/v1/products/{}", made.id))))
}
