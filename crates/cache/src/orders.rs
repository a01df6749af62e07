//! Orders as read through cells.

use crate::{CellKey, Cells, Loaded};
use async_trait::async_trait;
use domain::order::{OrderQuery, OrderReader, OrderSummary, OrderView};
use domain::page::Page;
use domain::{Doc, OrderId, RepositoryError, Sourced, UserId};
use std::sync::Arc;

/// Keeps a customer's orders in cells, the pages and each one alone.
pub struct CachedOrders {
    inner: Arc<dyn OrderReader>,
    cells: Cells,
}

impl CachedOrders {
    /// Puts cells in front of a reader.
    pub fn new(inner: Arc<dyn OrderReader>, cells: Cells) -> Self {
        Self { inner, cells }
    }
}

#[async_trait]
impl OrderReader for CachedOrders {
    async fn orders(
        &self,
        user: UserId,
        query: &OrderQuery,
    ) -> Result<Sourced<Doc<Page<OrderSummary>>>, RepositoryError> {
        let key = CellKey::orders(user, query);
        let (inner, query) = (Arc::clone(&self.inner), query.clone());
        self.cells.read(&key, async move { Ok(Loaded::page(inner.orders(user, &query).await?)) }).await
    }

    async fn order(
        &self,
        user: UserId,
        id: OrderId,
    ) -> Result<Option<Sourced<Doc<OrderView>>>, RepositoryError> {
        let inner = Arc::clone(&self.inner);
        let load = async move { Ok(inner.order(user, id).await?.map(Loaded::Lasting)) };
        self.cells.find(&CellKey::order(user, id), load).await
    }
}
