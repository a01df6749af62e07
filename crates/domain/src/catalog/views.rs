//! What clients see of the catalogue.

use super::{Availability, Options, Product, ProductStatus, Variant};
use crate::money::MoneyView;
use crate::{ProductId, VariantId, Version};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A product read alone, with its stock counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Product))]
pub struct ProductView {
    /// Identifies the product.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, example = 2))]
    pub id: ProductId,
    /// Its part of an address.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// The name of its category.
    pub category: String,
    /// The slug of its category.
    pub category_slug: String,
    /// Whether customers can find it.
    pub status: ProductStatus,
    /// The lowest price of its variants.
    pub price: MoneyView,
    /// The units of all its variants together.
    pub stock: i64,
    /// The stock keeping unit of its only variant; null where it has several.
    pub sku: Option<String>,
    /// How well it can be had.
    pub availability: Availability,
    /// What is sold; those that are no longer sold are left out.
    pub variants: Vec<VariantView>,
    /// Counts edits; the part of the entity tag that `If-Match` compares.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub version: Version,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last edited.
    pub updated_at: DateTime<Utc>,
}

/// A variant of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Variant))]
pub struct VariantView {
    /// Identifies the variant.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, example = 3))]
    pub id: VariantId,
    /// Its stock keeping unit.
    pub sku: String,
    /// What tells it from its siblings.
    pub title: String,
    /// What sets it apart.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub options: Options,
    /// What one costs.
    pub price: MoneyView,
    /// How many there are.
    pub stock: i64,
    /// How well it can be had.
    pub availability: Availability,
}

/// A product in a listing: no stock counts, so that listings stay the same while things are sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductItem {
    /// Identifies the product.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, example = 2))]
    pub id: ProductId,
    /// Its part of an address.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// The name of its category.
    pub category: String,
    /// The slug of its category.
    pub category_slug: String,
    /// Whether customers can find it.
    pub status: ProductStatus,
    /// The lowest price of its variants.
    pub price: MoneyView,
    /// How well it can be had.
    pub availability: Availability,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A category and how many products customers find in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Category))]
pub struct CategoryView {
    /// What it is called.
    pub name: String,
    /// Its part of an address.
    pub slug: String,
    /// How many active products it has.
    pub products: u64,
}

impl From<&Product> for ProductView {
    fn from(product: &Product) -> Self {
        Self {
            id: product.id,
            slug: product.slug.to_string(),
            name: product.name.to_string(),
            description: product.description.as_str().to_owned(),
            category: product.category.name.to_string(),
            category_slug: product.category.slug.to_string(),
            status: product.status,
            price: product.lowest_price().view(),
            stock: product.sold().map(|variant| variant.on_hand).sum(),
            sku: product.simple().map(|variant| variant.sku.to_string()),
            availability: product.availability(),
            variants: product.sold().map(VariantView::from).collect(),
            version: product.version,
            created_at: product.created_at,
            updated_at: product.updated_at,
        }
    }
}

impl From<&Variant> for VariantView {
    fn from(variant: &Variant) -> Self {
        Self {
            id: variant.id,
            sku: variant.sku.to_string(),
            title: variant.title.to_string(),
            options: variant.options.clone(),
            price: variant.price.view(),
            stock: variant.on_hand,
            availability: variant.availability(),
        }
    }
}
