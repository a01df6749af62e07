//! The ports of the catalogue.

use super::{
    Category, CategoryName, CategoryView, ListingQuery, NewProduct, NewVariant, Product, ProductItem,
    ProductView, Sku, Slug,
};
use crate::audit::Correction;
use crate::page::Page;
use crate::{Doc, ProductId, RepositoryError, Sourced, UserId, VariantId};
use async_trait::async_trait;

/// Reads the catalogue outside a unit of work; may be cached.
#[async_trait]
pub trait ProductReader: Send + Sync {
    /// Returns an active product; `None` when it is absent or archived.
    async fn product(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError>;
    /// Returns an active product by its slug.
    async fn product_by_slug(
        &self,
        slug: &Slug,
    ) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError>;
    /// Returns a product that customers may not see; never cached.
    async fn archived(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError>;
    /// Returns a page of a listing, with its total from the same snapshot.
    async fn list(&self, query: &ListingQuery) -> Result<Sourced<Doc<Page<ProductItem>>>, RepositoryError>;
    /// Returns all categories by name, on one page.
    async fn categories(&self) -> Result<Sourced<Doc<Page<CategoryView>>>, RepositoryError>;
}

/// Two category names have the same slug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryClash {
    /// The name that has it already.
    pub existing: CategoryName,
}

/// What of a product belongs to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductTaken {
    /// The slug.
    Slug(Slug),
    /// A stock keeping unit; archived variants keep theirs.
    Sku(Sku),
}

/// Writes the catalogue inside a unit of work. Every method that writes records what
/// [`changes_between`](super::changes_between) tells.
#[async_trait]
pub trait CatalogRepository: Send {
    /// Returns the category of this very name, made where it was absent. Where it was made, records
    /// [`Change::Listing`](crate::Change::Listing): the list of categories shows it, even with nothing to sell in it.
    async fn category(
        &mut self,
        name: &CategoryName,
    ) -> Result<Result<Category, CategoryClash>, RepositoryError>;
    /// Returns those of the given slugs that products have.
    async fn taken_slugs(&mut self, slugs: &[Slug]) -> Result<Vec<Slug>, RepositoryError>;
    /// Makes a product with its variants. The opening stock is recorded as movements.
    async fn insert(&mut self, new: &NewProduct) -> Result<Result<Product, ProductTaken>, RepositoryError>;
    /// Makes many products at once, for filling a shop, as [`CatalogRepository::insert`] would one by one.
    async fn insert_many(&mut self, new: &[NewProduct]) -> Result<Result<(), ProductTaken>, RepositoryError>;
    /// Tells whether there is no product at all.
    async fn is_empty(&mut self) -> Result<bool, RepositoryError>;
    /// Returns a product, archived or not, and keeps others from changing it or its variants until the end.
    /// Locks the variants by id, then the product.
    async fn lock(&mut self, id: ProductId) -> Result<Option<Product>, RepositoryError>;
    /// Returns the product that a variant belongs to, archived or not, as it is now; nobody is kept from changing it.
    async fn product_of(&mut self, variant: VariantId) -> Result<Option<Product>, RepositoryError>;
    /// Stores what differs between two states of a product that was locked; `after` has the next version. Stock counts
    /// are left alone; variants that `before` lacks were stored by [`CatalogRepository::add_variant`].
    async fn save(
        &mut self,
        before: &Product,
        after: &Product,
    ) -> Result<Result<(), ProductTaken>, RepositoryError>;
    /// Stores a new variant of a product that was locked and returns the product with it; what the product's own row
    /// derives from its variants is stored by [`CatalogRepository::save`]. The opening stock is recorded as a movement; `by`
    /// is who adds it.
    async fn add_variant(
        &mut self,
        product: &Product,
        new: &NewVariant,
        by: UserId,
    ) -> Result<Result<Product, ProductTaken>, RepositoryError>;
    /// Locks a product as [`CatalogRepository::lock`] does, stores what listings read of it as it follows from the product
    /// and its variants, and returns what was wrong. It is no edit: the version stays. Where something was wrong, records
    /// [`Change::Listing`](crate::Change::Listing).
    async fn rederive(&mut self, id: ProductId) -> Result<Vec<Correction>, RepositoryError>;
}
