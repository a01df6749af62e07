//! The catalogue: products, their variants and categories; who may change what is the caller's business.

mod changes;
mod editing;
mod listing;
mod ports;
mod service;
mod slug;
mod views;

pub use changes::changes_between;
pub use listing::{ListingCursor, ListingQuery, Order, SortBy, SortKey, StatusFilter};
pub use ports::{CatalogRepository, CategoryClash, ProductReader, ProductTaken};
pub use service::{
    Catalog, CatalogError, CatalogService, NewProductInput, ProductPatch, StockChange, VariantPatch,
};
pub use slug::Slug;
pub use views::{CategoryView, ProductItem, ProductView, VariantView};

use crate::text::{Line, Prose};
use crate::{CategoryId, Invalid, Money, ProductId, Timestamp, UserId, VariantId, Version};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What a product is called.
pub type ProductName = Line<200>;
/// What a product is about.
pub type Description = Prose<5_000>;
/// What a category is called.
pub type CategoryName = Line<100>;
/// What tells a variant from its siblings.
pub type VariantTitle = Line<200>;
/// What sets a variant apart, such as `colour: green`; at most 10 pairs.
pub type Options = BTreeMap<String, String>;

/// The most units of a variant that a shop can hold.
pub const MAX_STOCK: i64 = 1_000_000_000;
/// The most variants that a product can have.
pub const MAX_VARIANTS: usize = 100;
/// Up to this many units on hand a variant is [`Availability::LowStock`].
pub const LOW_STOCK: i64 = 5;

/// A stock keeping unit: 1 to 64 letters, digits, `.`, `_` and `-`, in capitals, unique in the shop for ever.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Sku(String);

impl Sku {
    /// Reads a sku; small letters become capitals.
    ///
    /// # Errors
    /// Other characters, and none or more than 64.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let sku = raw.trim().to_ascii_uppercase();
        let plain = sku.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        (plain && (1..=64).contains(&sku.len()))
            .then_some(Self(sku))
            .ok_or(Invalid::new("must have 1 to 64 letters, digits, dots, underscores or hyphens"))
    }

    /// Takes a sku as a record holds it: it was read by the rules of its day.
    pub fn from_record(sku: String) -> Self {
        Self(sku)
    }

    /// Returns the sku's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How well a thing can be had; all that listings and carts tell of stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Availability {
    /// None left, or archived.
    OutOfStock,
    /// 1 to [`LOW_STOCK`] left.
    LowStock,
    /// More.
    InStock,
}

impl Availability {
    /// Returns the band that a count lies in.
    pub fn of(on_hand: i64) -> Self {
        match on_hand {
            ..=0 => Self::OutOfStock,
            1..=LOW_STOCK => Self::LowStock,
            _ => Self::InStock,
        }
    }

    /// Returns a product's band from how many of its variants are in stock at all and how many plentifully.
    pub fn of_product(variants_in_stock: i64, variants_plentiful: i64) -> Self {
        match (variants_in_stock, variants_plentiful) {
            (..=0, _) => Self::OutOfStock,
            (_, ..=0) => Self::LowStock,
            _ => Self::InStock,
        }
    }
}

/// Whether customers can find a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ProductStatus {
    /// Listed and sold.
    Active,
    /// Kept for the record; customers get 404.
    Archived,
}

/// A category. Its slug is a function of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Identifies it.
    pub id: CategoryId,
    /// What it is called.
    pub name: CategoryName,
    /// Its part of an address.
    pub slug: Slug,
}

/// A product with all its variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Identifies it.
    pub id: ProductId,
    /// Its part of an address; unique.
    pub slug: Slug,
    /// What it is called.
    pub name: ProductName,
    /// What it is about.
    pub description: Description,
    /// Where it is found.
    pub category: Category,
    /// Whether customers can find it.
    pub status: ProductStatus,
    /// Counts edits of the product and its variants; stock moves do not count.
    pub version: Version,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Timestamp,
    /// What is sold, in the order of their ids; archived ones included.
    pub variants: Vec<Variant>,
}

/// What is stocked and sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Identifies it.
    pub id: VariantId,
    /// Its stock keeping unit.
    pub sku: Sku,
    /// What tells it from its siblings.
    pub title: VariantTitle,
    /// What sets it apart.
    pub options: Options,
    /// What one costs.
    pub price: Money,
    /// How many there are.
    pub on_hand: i64,
    /// Whether it is no longer sold.
    pub archived: bool,
}

/// What a new variant is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVariant {
    /// Its stock keeping unit.
    pub sku: Sku,
    /// What tells it from its siblings.
    pub title: VariantTitle,
    /// What sets it apart.
    pub options: Options,
    /// What one costs.
    pub price: Money,
    /// How many there are at first: 0 to [`MAX_STOCK`].
    pub on_hand: i64,
}

/// What a new product is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProduct {
    /// Its part of an address; unique.
    pub slug: Slug,
    /// What it is called.
    pub name: ProductName,
    /// What it is about.
    pub description: Description,
    /// Where it is found.
    pub category: Category,
    /// When it is made.
    pub created_at: Timestamp,
    /// Who makes it; nobody where the shop fills itself.
    pub by: Option<UserId>,
    /// What is sold; 1 to [`MAX_VARIANTS`].
    pub variants: Vec<NewVariant>,
}

impl Variant {
    /// Returns the band that customers see.
    pub fn availability(&self) -> Availability {
        if self.archived { Availability::OutOfStock } else { Availability::of(self.on_hand) }
    }
}

impl Product {
    /// Tells whether customers can have one of its variants, be it in stock or not.
    pub fn sells(&self, variant: &Variant) -> bool {
        self.status == ProductStatus::Active && !variant.archived
    }

    /// Returns the variants that are sold.
    pub fn sold(&self) -> impl Iterator<Item = &Variant> {
        self.variants.iter().filter(|variant| !variant.archived)
    }

    /// Returns the lowest price among the variants that are sold, else among all.
    ///
    /// # Panics
    /// Never for a product that the shop made: each has a variant.
    pub fn lowest_price(&self) -> Money {
        self.sold()
            .map(|variant| variant.price)
            .min_by_key(|price| price.minor())
            .or_else(|| self.variants.iter().map(|variant| variant.price).min_by_key(|price| price.minor()))
            .expect("a product has at least one variant")
    }

    /// Returns the band that customers see.
    pub fn availability(&self) -> Availability {
        self.sold().map(Variant::availability).max().unwrap_or(Availability::OutOfStock)
    }

    /// Returns the only variant that is sold, where there is exactly one.
    pub fn simple(&self) -> Option<&Variant> {
        let mut sold = self.sold();
        sold.next().filter(|_| sold.next().is_none())
    }
}
