//! The catalogue.

use super::Stub;
use async_trait::async_trait;
use domain::catalog::{
    CatalogError, CatalogService, CategoryView, ListingQuery, NewProductInput, NewVariant, ProductItem,
    ProductPatch, ProductReader, ProductView, Slug, StockChange, VariantPatch,
};
use domain::page::Page;
use domain::{Answered, Doc, Keyed, ProductId, RepositoryError, Sourced, UserId, VariantId, Version};

type Answer = Result<Sourced<Doc<ProductView>>, CatalogError>;
type OnceAnswer = Result<Answered<ProductId, ProductView>, CatalogError>;

#[async_trait]
impl ProductReader for Stub {
    async fn product(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        assert!(!self.panics.get(), "the text of a panic");
        self.note("product", &id);
        self.product.get()
    }

    async fn product_by_slug(
        &self,
        slug: &Slug,
    ) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        self.note("product_by_slug", slug);
        self.product.get()
    }

    async fn archived(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        self.note("archived", &id);
        self.archived.get()
    }

    async fn list(&self, query: &ListingQuery) -> Result<Sourced<Doc<Page<ProductItem>>>, RepositoryError> {
        self.note("list", query);
        self.listing.get()
    }

    async fn categories(&self) -> Result<Sourced<Doc<Page<CategoryView>>>, RepositoryError> {
        self.categories.get()
    }
}

#[async_trait]
impl CatalogService for Stub {
    async fn create(&self, new: NewProductInput, by: UserId, keyed: Option<Keyed>) -> OnceAnswer {
        self.note("create", &(new, by, keyed));
        self.once()
    }

    async fn update(&self, id: ProductId, expected: Option<Version>, patch: ProductPatch) -> Answer {
        self.note("update", &(id, expected, patch));
        self.catalog.get()
    }

    async fn archive(&self, id: ProductId, expected: Option<Version>) -> Result<(), CatalogError> {
        self.note("archive", &(id, expected));
        self.catalog.get().map(drop)
    }

    async fn add_variant(
        &self,
        id: ProductId,
        expected: Option<Version>,
        new: NewVariant,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        self.note("add_variant", &(id, expected, new, by, keyed));
        self.once()
    }

    async fn update_variant(
        &self,
        id: ProductId,
        variant: VariantId,
        expected: Option<Version>,
        patch: VariantPatch,
    ) -> Answer {
        self.note("update_variant", &(id, variant, expected, patch));
        self.catalog.get()
    }

    async fn change_stock(
        &self,
        variant: VariantId,
        change: StockChange,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        self.note("change_stock", &(variant, change, by, keyed));
        self.once()
    }
}

impl Stub {
    fn once(&self) -> OnceAnswer {
        self.catalog.get().map(|document| Answered { id: ProductId(1), document, replayed: false })
    }
}
