//! A unit of work in memory: a copy of the whole state, which takes the place of the committed one in the end.

use super::shop::MemoryShop;
use super::state::{KeptAnswer, State};
use crate::account::{MailedTokenRepository, SessionRepository, UserRepository};
use crate::cart::CartRepository;
use crate::catalog::{CatalogRepository, Product, changes_between};
use crate::event::EventRepository;
use crate::idempotency::{Claim, IdempotencyRepository, KEPT, Keyed, Remembered};
use crate::order::OrderRepository;
use crate::stock::StockRepository;
use crate::webhook::WebhookRepository;
use crate::{Change, Committed, MessageId, RepositoryError, Source, Timestamp, UnitOfWork};
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

    fn mailed_tokens(&mut self) -> &mut dyn MailedTokenRepository {
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

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self
    }

    fn events(&mut self) -> &mut dyn EventRepository {
        self
    }

    fn webhooks(&mut self) -> &mut dyn WebhookRepository {
        self
    }

    fn source(&self) -> Source {
        Source::Sqlite
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

#[async_trait]
impl IdempotencyRepository for MemoryUnit {
    async fn claim(&mut self, keyed: &Keyed, now: Timestamp) -> Result<Claim, RepositoryError> {
        self.shop.claim()?;
        let name = (keyed.caller, keyed.key.as_str().to_owned());
        let known = self.state.answers.get(&name).filter(|known| now - known.at < KEPT);
        Ok(match known {
            Some(known) if known.fingerprint != keyed.fingerprint => Claim::Reused,
            Some(KeptAnswer { answer: Some(answer), .. }) => Claim::Answered(answer.clone()),
            Some(KeptAnswer { answer: None, .. }) => Claim::InFlight,
            None => {
                let claimed = KeptAnswer { at: now, fingerprint: keyed.fingerprint, answer: None };
                self.state.answers.insert(name, claimed);
                Claim::Fresh
            }
        })
    }

    async fn remember(&mut self, keyed: &Keyed, answer: &Remembered) -> Result<(), RepositoryError> {
        let name = (keyed.caller, keyed.key.as_str().to_owned());
        let claimed = self.state.answers.get_mut(&name);
        let claimed =
            claimed.ok_or_else(|| RepositoryError::Unexpected("nobody claimed the key".to_owned()))?;
        claimed.answer = Some(answer.clone());
        Ok(())
    }
}
