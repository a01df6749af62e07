//! Carts, as their owners see them.

use crate::Database;
use crate::entity::cart;
use crate::rows::carts;
use async_trait::async_trait;
use domain::cart::{CartOwner, CartReader, CartTokenHash, CartView, PricedLine};
use domain::{Doc, RepositoryError, Sourced, Timestamp, UserId, Version};
use sea_orm::ColumnTrait;

#[async_trait]
impl CartReader for Database {
    async fn cart(&self, user: UserId) -> Result<Sourced<Doc<CartView>>, RepositoryError> {
        let which = carts::of(&CartOwner::User(user));
        let found = carts::priced(&self.connection, which, self.currency).await?;
        let (version, lines) = found.unwrap_or((Version::NONE, Vec::new()));
        Ok(self.shown(version, &lines))
    }

    async fn guest_cart(
        &self,
        token: CartTokenHash,
        now: Timestamp,
    ) -> Result<Option<Sourced<Doc<CartView>>>, RepositoryError> {
        let live = carts::of(&CartOwner::Guest(token)).add(cart::Column::ExpiresAt.gt(now));
        let found = carts::priced(&self.connection, live, self.currency).await?;
        Ok(found.map(|(version, lines)| self.shown(version, &lines)))
    }
}

impl Database {
    fn shown(&self, version: Version, lines: &[PricedLine]) -> Sourced<Doc<CartView>> {
        let view = CartView::of(version, lines, self.currency);
        Sourced::direct(self.source(), Doc::encode(version, &view))
    }
}
