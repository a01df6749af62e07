//! What staff do with the catalogue. Every method answers the whole product as it is then.

use super::editing::Edit;
use super::{
    CategoryClash, CategoryName, Description, NewVariant, Options, ProductName, ProductStatus, ProductTaken,
    ProductView, Sku, Slug, VariantTitle,
};
use crate::idempotency::KeyError;
use crate::stock::{CountChange, StockNote};
use crate::{
    Answered, Clock, Doc, Keyed, Money, ProductId, RepositoryError, Sourced, Units, UserId, VariantId,
    Version,
};
use async_trait::async_trait;
use std::sync::Arc;
use thiserror::Error;

/// Changes the catalogue. `expected` is the version that the product must have, if any; `by` is who moves stock. What moves
/// stock is done once where the caller made the request recognisable (`keyed`).
#[async_trait]
pub trait CatalogService: Send + Sync {
    /// Makes a product.
    async fn create(&self, new: NewProductInput, by: UserId, keyed: Option<Keyed>) -> OnceAnswer;
    /// Edits a product; restores it where the patch says so.
    async fn update(&self, id: ProductId, expected: Option<Version>, patch: ProductPatch) -> CatalogAnswer;
    /// Takes a product out of the shop; its record stays.
    async fn archive(&self, id: ProductId, expected: Option<Version>) -> Result<(), CatalogError>;
    /// Adds a variant.
    async fn add_variant(
        &self,
        id: ProductId,
        expected: Option<Version>,
        new: NewVariant,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer;
    /// Edits a variant.
    async fn update_variant(
        &self,
        id: ProductId,
        variant: VariantId,
        expected: Option<Version>,
        patch: VariantPatch,
    ) -> CatalogAnswer;
    /// Changes the count of a variant.
    async fn change_stock(
        &self,
        variant: VariantId,
        change: StockChange,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer;
}

type CatalogAnswer = Result<Sourced<Doc<ProductView>>, CatalogError>;
pub(super) type OnceAnswer = Result<Answered<ProductId, ProductView>, CatalogError>;

/// What staff give for a new product.
#[derive(Clone, Debug)]
pub struct NewProductInput {
    /// Its part of an address; made from the name where it is not given.
    pub slug: Option<Slug>,
    /// What it is called.
    pub name: ProductName,
    /// What it is about.
    pub description: Description,
    /// Where it is found; made when new.
    pub category: CategoryName,
    /// What is sold; 1 to [`MAX_VARIANTS`](super::MAX_VARIANTS).
    pub variants: Vec<NewVariant>,
}

/// What staff change of a product; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ProductPatch {
    /// Its part of an address.
    pub slug: Option<Slug>,
    /// What it is called; the slug stays.
    pub name: Option<ProductName>,
    /// What it is about.
    pub description: Option<Description>,
    /// Where it is found; made when new.
    pub category: Option<CategoryName>,
    /// Whether customers can find it.
    pub status: Option<ProductStatus>,
    /// The price of its only variant.
    pub price: Option<Money>,
    /// The stock keeping unit of its only variant.
    pub sku: Option<Sku>,
}

/// What staff change of a variant; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct VariantPatch {
    /// Its stock keeping unit.
    pub sku: Option<Sku>,
    /// What tells it from its siblings.
    pub title: Option<VariantTitle>,
    /// What sets it apart.
    pub options: Option<Options>,
    /// What one costs.
    pub price: Option<Money>,
    /// Whether it is no longer sold.
    pub archived: Option<bool>,
}

/// What staff do to a count, and what they say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockChange {
    /// The change.
    pub change: CountChange,
    /// Why.
    pub note: Option<StockNote>,
}

/// Why the catalogue stays as it is.
#[derive(Clone, Debug, Error)]
pub enum CatalogError {
    /// There is no such product, or no such variant of it.
    #[error("there is no such product or variant")]
    NotFound,
    /// The product is not the one that the caller saw.
    #[error("the product has changed")]
    Stale {
        /// The version that it has.
        current: Version,
    },
    /// Another product has the slug.
    #[error("the slug {0} is taken")]
    SlugTaken(Slug),
    /// Another variant has the stock keeping unit, an archived one maybe.
    #[error("the sku {0} is taken")]
    SkuTaken(Sku),
    /// Another category's name makes the same slug.
    #[error("the category's name is too much like {existing}")]
    CategoryClash {
        /// The name that has it already.
        existing: CategoryName,
    },
    /// Price and sku of a product that has not exactly one variant belong to its variants.
    #[error("the product has several variants")]
    NotSimple,
    /// A product must keep a variant that is sold.
    #[error("the product has no other variant that is sold")]
    LastVariant,
    /// The product has [`MAX_VARIANTS`](super::MAX_VARIANTS) variants already.
    #[error("the product has too many variants")]
    TooManyVariants,
    /// The count would leave its bounds, or was not what the caller saw.
    #[error("there are {on_hand} on hand")]
    StockConflict {
        /// How many there are.
        on_hand: i64,
    },
    /// The request's key does not allow it.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

crate::contention_through_repository!(CatalogError);

impl From<ProductTaken> for CatalogError {
    fn from(taken: ProductTaken) -> Self {
        match taken {
            ProductTaken::Slug(slug) => Self::SlugTaken(slug),
            ProductTaken::Sku(sku) => Self::SkuTaken(sku),
        }
    }
}

impl From<CategoryClash> for CatalogError {
    fn from(clash: CategoryClash) -> Self {
        Self::CategoryClash { existing: clash.existing }
    }
}

/// The catalogue of the shop.
#[derive(Clone)]
pub struct Catalog {
    units: Units,
    pub(super) clock: Arc<dyn Clock>,
}

impl Catalog {
    /// Puts the use cases together.
    pub fn new(units: Units, clock: Arc<dyn Clock>) -> Self {
        Self { units, clock }
    }

    async fn edit(
        &self,
        id: ProductId,
        expected: Option<Version>,
        edit: Edit,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        let catalog = self.clone();
        let attempt =
            move |work| catalog.clone().attempt_edit(work, id, expected, edit.clone(), keyed.clone());
        self.units.run(attempt).await
    }
}

#[async_trait]
impl CatalogService for Catalog {
    async fn create(&self, new: NewProductInput, by: UserId, keyed: Option<Keyed>) -> OnceAnswer {
        let catalog = self.clone();
        let attempt = move |work| catalog.clone().attempt_create(work, new.clone(), by, keyed.clone());
        self.units.run(attempt).await
    }

    async fn update(&self, id: ProductId, expected: Option<Version>, patch: ProductPatch) -> CatalogAnswer {
        let edit = Edit::Product(Box::new(patch));
        self.edit(id, expected, edit, None).await.map(|answered| answered.document)
    }

    async fn archive(&self, id: ProductId, expected: Option<Version>) -> Result<(), CatalogError> {
        self.edit(id, expected, Edit::Archive, None).await.map(drop)
    }

    async fn add_variant(
        &self,
        id: ProductId,
        expected: Option<Version>,
        new: NewVariant,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        self.edit(id, expected, Edit::AddVariant { new, by }, keyed).await
    }

    async fn update_variant(
        &self,
        id: ProductId,
        variant: VariantId,
        expected: Option<Version>,
        patch: VariantPatch,
    ) -> CatalogAnswer {
        let edit = Edit::Variant(variant, patch);
        self.edit(id, expected, edit, None).await.map(|answered| answered.document)
    }

    async fn change_stock(
        &self,
        variant: VariantId,
        change: StockChange,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        let catalog = self.clone();
        let attempt =
            move |work| catalog.clone().attempt_stock(work, variant, change.clone(), by, keyed.clone());
        self.units.run(attempt).await
    }
}
