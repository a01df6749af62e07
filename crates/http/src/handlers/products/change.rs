//! Changing a product; restoring it too.

use crate::extract::{At, Check, FromJson, Given, IfMatch, Object, Require, ValidJson};
use crate::handlers::money::PriceBody;
use crate::handlers::{Answer, Outcome, Shop, answer};
use auth::ManageCatalog;
use domain::catalog::{
    CategoryName, Description, ProductName, ProductPatch, ProductStatus, ProductView, Sku, Slug,
};
use domain::{Invalid, ProductId};
use serde::Deserialize;
use serde::de::IgnoredAny;
use utoipa::ToSchema;

/// What staff change of a product; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProductPatch)]
pub(crate) struct ProductPatchBody {
    /// What it is called; the slug stays.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Given<String>,
    /// Its part of an address.
    #[serde(default)]
    #[schema(value_type = String, max_length = 100, pattern = r"^([0-9]*[a-z][a-z0-9]*|[a-z0-9]+(-[a-z0-9]+)+)$")]
    slug: Given<String>,
    /// What it is about.
    #[serde(default)]
    #[schema(value_type = String, max_length = 5000)]
    description: Given<String>,
    /// The name of its category, which is made when new.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    category: Given<String>,
    /// `active` restores it, `archived` takes it out of the shop.
    #[serde(default)]
    #[schema(value_type = ProductStatus)]
    status: Given<String>,
    /// The price of its only variant.
    #[serde(default)]
    #[schema(value_type = PriceBody)]
    price: Given<Object<PriceBody>>,
    /// The stock keeping unit of its only variant.
    #[serde(default)]
    #[schema(value_type = String, pattern = r"^[A-Za-z0-9._-]{1,64}$")]
    sku: Given<String>,
    #[serde(default)]
    #[schema(ignore)]
    stock: Given<IgnoredAny>,
    #[serde(default)]
    #[schema(ignore)]
    variants: Given<IgnoredAny>,
}

impl FromJson for ProductPatch {
    type Body = ProductPatchBody;

    fn parse(body: ProductPatchBody, check: &mut Check) -> Option<Self> {
        if body.stock.is_present() {
            check.refuse("stock", "is counted by POST /api/v1/variants/{variantId}/stock");
        }
        if body.variants.is_present() {
            check.refuse("variants", "are changed by PATCH /api/v1/products/{id}/variants/{variantId}");
        }
        Some(Self {
            name: check.optional_text("name", body.name, ProductName::parse),
            slug: check.optional_text("slug", body.slug, Slug::parse),
            description: check.optional_text("description", body.description, Description::parse),
            category: check.optional_text("category", body.category, CategoryName::parse),
            status: check.optional_text("status", body.status, status),
            price: check.inside("price", body.price, PriceBody::parse),
            sku: check.optional_text("sku", body.sku, Sku::parse),
        })
    }
}

fn status(text: &str) -> Result<ProductStatus, Invalid> {
    match text {
        "active" => Ok(ProductStatus::Active),
        "archived" => Ok(ProductStatus::Archived),
        _ => Err(Invalid::new("must be active or archived")),
    }
}

/// Changes a product, or restores an archived one.
#[utoipa::path(
    patch,
    path = "/api/v1/products/{id}",
    operation_id = "changeProduct",
    tag = "catalogue",
    params(
        ("id" = i64, Path, description = "The product."),
        ("If-Match" = String, Header, description = "The `ETag` that you saw."),
    ),
    request_body = ProductPatchBody,
    responses(
        (status = 200, description = "The product as it is now.", body = Answer<ProductView>),
        (status = 409, description = "`slug-taken`, `sku-taken`, `category-clash`, `not-simple`."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn handle(
    shop: Shop,
    staff: Require<ManageCatalog, (At<ProductId>, IfMatch, ValidJson<ProductPatch>)>,
) -> Outcome {
    let (At(id), IfMatch(seen), ValidJson(patch)) = staff.input;
    let product = seen.enforce(|version| shop.catalog_service.update(id, version, patch.clone())).await?;
    Ok(answer::written(&product))
}
