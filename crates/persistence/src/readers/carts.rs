//! Carts, as their owners see them.

use crate::Database;
use crate::rows::carts;
use async_trait::async_trait;
use domain::cart::{CartReader, CartView};
use domain::{Doc, RepositoryError, Sourced, UserId};

#[async_trait]
impl CartReader for Database {
    async fn cart(&self, user: UserId) -> Result<Sourced<Doc<CartView>>, RepositoryError> {
        let (version, lines) = carts::priced(&self.connection, user, self.currency).await?;
        let view = CartView::of(version, &lines, self.currency);
        Ok(Sourced::direct(self.source(), Doc::encode(version, &view)))
    }
}
