//! Carts as read through cells, accounts' alone: a guest's would need a key that tells of a token.

use crate::{CellKey, Cells, Kind, Loaded};
use async_trait::async_trait;
use domain::cart::{CartReader, CartTokenHash, CartView};
use domain::{Doc, RepositoryError, Sourced, Timestamp, UserId};
use std::sync::Arc;

/// Keeps accounts' carts in cells, empty ones too.
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

    async fn guest_cart(
        &self,
        token: CartTokenHash,
        now: Timestamp,
    ) -> Result<Option<Sourced<Doc<CartView>>>, RepositoryError> {
        Ok(self.inner.guest_cart(token, now).await?.map(|cart| self.cells.bypassed(Kind::Cart, cart)))
    }
}
