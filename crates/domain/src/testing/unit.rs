//! A unit of work in memory: a copy of the whole state, which takes the place of the committed one in the end.

use super::shop::MemoryShop;
use super::state::State;
use crate::account::{SessionRepository, UserRepository};
use crate::cart::CartRepository;
use crate::catalog::{CatalogRepository, Product, changes_between};
use crate::order::OrderRepository;
use crate::stock::StockRepository;
use crate::{Change, Committed, MessageId, RepositoryError, UnitOfWork};
use async_trait::async_trait;
use tokio::sync::OwnedMutexGuard;

/// An open unit of work. It implements every repository; while it lives no other one is opened.
pub(super) struct MemoryUnit {
    pub(super) state: State,
    changes: Vec<Change>,
    shop: MemoryShop,
    _turn: OwnedMutexGuard<()>,
}

impl MemoryUnit {
    pub(super) fn new(shop: MemoryShop, state: State, turn: OwnedMutexGuard<()>) -> Self {
        Self { state, changes: Vec::new(), shop, _turn: turn }
    }

    pub(super) fn record(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Stores a product and records what readers now see differently.
    pub(super) fn put(&mut self, before: Option<&Product>, after: Product) {
        self.changes.extend(changes_between(before, &after));
        self.state.products.insert(after.id, after);
    }
}

#[async_trait]
impl UnitOfWork for MemoryUnit {
    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }

    fn sessions(&mut self) -> &mut dyn SessionRepository {
        self
    }

    fn catalog(&mut self) -> &mut dyn CatalogRepository {
        self
    }

    fn stock(&mut self) -> &mut dyn StockRepository {
        self
    }

    fn carts(&mut self) -> &mut dyn CartRepository {
        self
    }

    fn orders(&mut self) -> &mut dyn OrderRepository {
        self
    }

    fn changes(&self) -> &[Change] {
        &self.changes
    }

    async fn announce(&mut self, messages: &[String]) -> Result<Vec<MessageId>, RepositoryError> {
        let before = self.state.outbox.len();
        self.state.outbox.extend_from_slice(messages);
        Ok((1..).skip(before).take(messages.len()).map(MessageId).collect())
    }

    async fn commit(self: Box<Self>) -> Result<Committed, RepositoryError> {
        let Self { mut state, changes, shop, _turn } = *self;
        state.commits.push(changes);
        shop.commit(state)
    }
}
