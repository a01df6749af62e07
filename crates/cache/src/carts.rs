//! Carts as read through cells.

use crate::{CellKey, Cells, Loaded};
use async_trait::async_trait;
use domain::cart::{CartReader, CartView};
use domain::{Doc, RepositoryError, Sourced, UserId};
use std::sync::Arc;

/// Keeps carts in cells, empty ones too.
pub struct CachedCarts {
    inner: Arc<dyn CartReader>,
    cells: Cells,
}

impl CachedCarts {
    /// Puts cells in front of a reader.
    pub fn new(inner: Arc<dyn CartReader>, cells: Cells) -> Self {
        Self { inner, cells }
    }
}

#[async_trait]
impl CartReader for CachedCarts {
    async fn cart(&self, user: UserId) -> Result<Sourced<Doc<CartView>>, RepositoryError> {
        let inner = Arc::clone(&self.inner);
        let load = async move { Ok(Loaded::Lasting(inner.cart(user).await?)) };
        self.cells.read(&CellKey::cart(user), load).await
    }
}
