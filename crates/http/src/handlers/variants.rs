//! The variants of a product, which staff add, change and archive.

use super::money::PriceBody;
use super::{Answer, Outcome, Shop, answer};
use crate::extract::{
    At, Check, Entries, FromJson, Given, IfMatch, MaybeIfMatch, Object, Repeatable, Require, ValidJson,
};
use auth::ManageCatalog;
use domain::catalog::{MAX_STOCK, NewVariant, Options, ProductView, Sku, VariantPatch, VariantTitle};
use domain::text::Line;
use domain::{Invalid, ProductId, VariantId};
use serde::Deserialize;
use serde::de::IgnoredAny;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// The most options that a variant has.
const MAX_OPTIONS: usize = 10;
/// What the only variant of a simple product is called.
const ONLY_TITLE: &str = "Default";

/// What a new variant is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewVariant)]
pub(crate) struct NewVariantBody {
    /// Its stock keeping unit.
    #[serde(default)]
    #[schema(value_type = String, required, pattern = r"^[A-Za-z0-9._-]{1,64}$", example = "TEA-250")]
    sku: Given<String>,
    /// What tells it from its siblings.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "250 g")]
    title: Given<String>,
    /// What sets it apart; at most 10.
    #[serde(default)]
    #[schema(schema_with = schema_of_options)]
    options: Given<Entries<String>>,
    /// What one costs.
    #[serde(default)]
    #[schema(value_type = PriceBody, required)]
    price: Given<Object<PriceBody>>,
    /// How many there are; none unless given.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 0, maximum = 1_000_000_000)]
    stock: Given<i64>,
}

impl NewVariantBody {
    /// Puts together the only variant of a simple product.
    pub(crate) fn only(sku: Given<String>, price: Given<Object<PriceBody>>, stock: Given<i64>) -> Self {
        Self { sku, title: Given::default(), options: Given::default(), price, stock }
    }

    /// Reads the values.
    pub(crate) fn parse(self, check: &mut Check) -> Option<NewVariant> {
        let sku = check.required_text("sku", self.sku, Sku::parse);
        let title = check.optional_text("title", self.title, VariantTitle::parse);
        let options = check.inside("options", self.options, options);
        let price = check.required_inside("price", self.price, PriceBody::parse);
        let on_hand = check.optional("stock", self.stock, count);
        let title = title.or_else(|| VariantTitle::parse(ONLY_TITLE).ok());
        let (options, on_hand) = (options.unwrap_or_default(), on_hand.unwrap_or_default());
        Some(NewVariant { sku: sku?, title: title?, options, price: price?, on_hand })
    }
}

impl FromJson for NewVariant {
    type Body = NewVariantBody;

    fn parse(body: NewVariantBody, check: &mut Check) -> Option<Self> {
        body.parse(check)
    }
}

/// What staff change of a variant; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VariantPatch)]
pub(crate) struct VariantPatchBody {
    /// Its stock keeping unit.
    #[serde(default)]
    #[schema(value_type = String, pattern = r"^[A-Za-z0-9._-]{1,64}$")]
    sku: Given<String>,
    /// What tells it from its siblings.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    title: Given<String>,
    /// What sets it apart; at most 10.
    #[serde(default)]
    #[schema(schema_with = schema_of_options)]
    options: Given<Entries<String>>,
    /// What one costs.
    #[serde(default)]
    #[schema(value_type = PriceBody)]
    price: Given<Object<PriceBody>>,
    /// Whether it is no longer sold.
    #[serde(default)]
    #[schema(value_type = bool)]
    archived: Given<bool>,
    #[serde(default)]
    #[schema(ignore)]
    stock: Given<IgnoredAny>,
}

impl FromJson for VariantPatch {
    type Body = VariantPatchBody;

    fn parse(body: VariantPatchBody, check: &mut Check) -> Option<Self> {
        if body.stock.is_present() {
            check.refuse("stock", "is counted by POST /api/v1/variants/{variantId}/stock");
        }
        Some(Self {
            sku: check.optional_text("sku", body.sku, Sku::parse),
            title: check.optional_text("title", body.title, VariantTitle::parse),
            options: check.inside("options", body.options, options),
            price: check.inside("price", body.price, PriceBody::parse),
            archived: check.optional("archived", body.archived, Ok),
        })
    }
}

/// Reads a number of units that a shop can hold.
pub(super) fn count(units: i64) -> Result<i64, Invalid> {
    let valid = (0..=MAX_STOCK).contains(&units);
    valid.then_some(units).ok_or_else(|| Invalid::owned(format!("must be 0 to {MAX_STOCK}")))
}

/// Returns the schema of a variant's options.
fn schema_of_options() -> utoipa::openapi::Object {
    let line =
        |most| ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(most));
    let options = ObjectBuilder::new().property_names(Some(line(50)));
    let options = options.additional_properties(Some(Schema::from(line(100))));
    options.description(Some("What sets it apart; at most 10.")).build()
}

fn options(Entries(given): Entries<String>, check: &mut Check) -> Option<Options> {
    if given.len() > MAX_OPTIONS {
        check.refuse("", "must have at most 10 members");
    }
    let option = |(name, value): (String, String)| {
        let parsed = Line::<50>::parse(&name).and_then(|name| Ok((name, Line::<100>::parse(&value)?)));
        let (name, value) = parsed.map_err(|invalid| check.refuse(&name, invalid.to_string())).ok()?;
        Some((name.to_string(), value.to_string()))
    };
    // Every option is looked at before the first failure counts.
    let parsed: Vec<Option<(String, String)>> = given.into_iter().map(option).collect();
    parsed.into_iter().collect()
}

/// Adds a variant to a product.
#[utoipa::path(
    post,
    path = "/api/v1/products/{id}/variants",
    operation_id = "addVariant",
    tag = "catalogue",
    params(
        ("id" = i64, Path, description = "The product."),
        ("If-Match" = Option<String>, Header, description = "The product's `ETag` that you saw."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send again."),
    ),
    request_body = NewVariantBody,
    responses(
        (status = 201, description = "The product with the new variant.", body = Answer<ProductView>),
        (status = 409, description = "`sku-taken`, `too-many-variants`."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn add(
    shop: Shop,
    staff: Require<ManageCatalog, (At<ProductId>, MaybeIfMatch, Repeatable<NewVariant>)>,
) -> Outcome {
    let (At(id), MaybeIfMatch(seen), new) = staff.input;
    let by = staff.actor.user();
    let keyed = new.by(by);
    let add = |version| shop.catalog_service.add_variant(id, version, new.value.clone(), by, keyed.clone());
    let product = seen.enforce(add).await?;
    Ok(answer::once(&product, Some(format!("/api/v1/products/{id}"))))
}

/// A variant of a product, and the version of the product that was seen.
type SeenVariant = (At<(ProductId, VariantId)>, IfMatch);

/// Changes a variant.
#[utoipa::path(
    patch,
    path = "/api/v1/products/{id}/variants/{variantId}",
    operation_id = "changeVariant",
    tag = "catalogue",
    params(
        ("id" = i64, Path, description = "The product."),
        ("variantId" = i64, Path, description = "The variant."),
        ("If-Match" = String, Header, description = "The product's `ETag` that you saw."),
    ),
    request_body = VariantPatchBody,
    responses(
        (status = 200, description = "The product as it is now.", body = Answer<ProductView>),
        (status = 409, description = "`sku-taken`, `last-variant`."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn change(
    shop: Shop,
    staff: Require<ManageCatalog, (SeenVariant, ValidJson<VariantPatch>)>,
) -> Outcome {
    let ((At((id, variant)), IfMatch(seen)), ValidJson(patch)) = staff.input;
    let change = |version| shop.catalog_service.update_variant(id, variant, version, patch.clone());
    Ok(answer::written(&seen.enforce(change).await?))
}

/// Archives a variant: it is no longer sold, and its sku stays taken.
#[utoipa::path(
    delete,
    path = "/api/v1/products/{id}/variants/{variantId}",
    operation_id = "archiveVariant",
    tag = "catalogue",
    params(
        ("id" = i64, Path, description = "The product."),
        ("variantId" = i64, Path, description = "The variant."),
        ("If-Match" = String, Header, description = "The product's `ETag` that you saw."),
    ),
    responses(
        (status = 204, description = "The variant is archived."),
        (status = 409, description = "`last-variant`: a product keeps one that is sold."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn archive(shop: Shop, staff: Require<ManageCatalog, SeenVariant>) -> Outcome {
    let (At((id, variant)), IfMatch(seen)) = staff.input;
    let archived = VariantPatch { archived: Some(true), ..VariantPatch::default() };
    seen.enforce(|version| shop.catalog_service.update_variant(id, variant, version, archived.clone()))
        .await?;
    Ok(answer::nothing())
}
