//! The catalogue as read through cells.

use crate::{CellKey, Cells, Kind, Loaded};
use async_trait::async_trait;
use domain::catalog::{CategoryView, ListingQuery, ProductItem, ProductReader, ProductView, Slug};
use domain::page::Page;
use domain::{Doc, ProductId, RepositoryError, Sourced};
use std::sync::Arc;

/// Keeps products, listings and categories in cells.
pub struct CachedProducts {
    inner: Arc<dyn ProductReader>,
    cells: Cells,
}

impl CachedProducts {
    /// Puts cells in front of a reader.
    pub fn new(inner: Arc<dyn ProductReader>, cells: Cells) -> Self {
        Self { inner, cells }
    }
}

#[async_trait]
impl ProductReader for CachedProducts {
    async fn product(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        let inner = Arc::clone(&self.inner);
        let load = async move { Ok(inner.product(id).await?.map(Loaded::Lasting)) };
        self.cells.find(&CellKey::product(id), load).await
    }

    async fn product_by_slug(
        &self,
        slug: &Slug,
    ) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        let (inner, wanted) = (Arc::clone(&self.inner), slug.clone());
        let load = async move { Ok(inner.product_by_slug(&wanted).await?.map(Loaded::Lasting)) };
        self.cells.find(&CellKey::product_by_slug(slug), load).await
    }

    async fn archived(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        Ok(self.inner.archived(id).await?.map(|product| self.cells.bypassed(Kind::Product, product)))
    }

    async fn list(&self, query: &ListingQuery) -> Result<Sourced<Doc<Page<ProductItem>>>, RepositoryError> {
        let Some(key) = CellKey::listing(query) else {
            return Ok(self.cells.bypassed(Kind::Listing, self.inner.list(query).await?));
        };
        let (inner, query) = (Arc::clone(&self.inner), query.clone());
        self.cells.read(&key, async move { Ok(Loaded::page(inner.list(&query).await?)) }).await
    }

    async fn categories(&self) -> Result<Sourced<Doc<Page<CategoryView>>>, RepositoryError> {
        let inner = Arc::clone(&self.inner);
        let load = async move { Ok(Loaded::page(inner.categories().await?)) };
        self.cells.read(&CellKey::categories(), load).await
    }
}
