//! Units of work whose commits put cells out of date, in the one order that is safe: announce, commit, renew, answer.

use crate::{Cells, notice, tags_of};
use async_trait::async_trait;
use domain::account::{MailedTokenRepository, SessionRepository, UserRepository};
use domain::cart::CartRepository;
use domain::catalog::CatalogRepository;
use domain::event::EventRepository;
use domain::idempotency::IdempotencyRepository;
use domain::order::OrderRepository;
use domain::stock::StockRepository;
use domain::webhook::WebhookRepository;
use domain::{Change, Committed, MessageId, RepositoryError, Source, UnitOfWork, UnitsOfWork};
use std::sync::Arc;

/// Opens units of work that renew the tags of what they changed.
pub struct CachedUnits {
    inner: Arc<dyn UnitsOfWork>,
    cells: Option<Cells>,
}

impl CachedUnits {
    /// Wraps what opens the transactions. Without cells, as on the command line, the tags are only announced, and a
    /// running server learns of them from the outbox.
    pub fn new(inner: Arc<dyn UnitsOfWork>, cells: Option<Cells>) -> Self {
        Self { inner, cells }
    }
}

#[async_trait]
impl UnitsOfWork for CachedUnits {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, RepositoryError> {
        Ok(Box::new(CachedUnit { inner: self.inner.begin().await?, cells: self.cells.clone() }))
    }
}

struct CachedUnit {
    inner: Box<dyn UnitOfWork>,
    cells: Option<Cells>,
}

#[async_trait]
impl UnitOfWork for CachedUnit {
    fn users(&mut self) -> &mut dyn UserRepository {
        self.inner.users()
    }

    fn sessions(&mut self) -> &mut dyn SessionRepository {
        self.inner.sessions()
    }

    fn mailed_tokens(&mut self) -> &mut dyn MailedTokenRepository {
        self.inner.mailed_tokens()
    }

    fn catalog(&mut self) -> &mut dyn CatalogRepository {
        self.inner.catalog()
    }

    fn stock(&mut self) -> &mut dyn StockRepository {
        self.inner.stock()
    }

    fn carts(&mut self) -> &mut dyn CartRepository {
        self.inner.carts()
    }

    fn orders(&mut self) -> &mut dyn OrderRepository {
        self.inner.orders()
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self.inner.idempotency()
    }

    fn events(&mut self) -> &mut dyn EventRepository {
        self.inner.events()
    }

    fn webhooks(&mut self) -> &mut dyn WebhookRepository {
        self.inner.webhooks()
    }

    fn source(&self) -> Source {
        self.inner.source()
    }

    fn changes(&self) -> &[Change] {
        self.inner.changes()
    }

    async fn announce(&mut self, messages: &[String]) -> Result<Vec<MessageId>, RepositoryError> {
        self.inner.announce(messages).await
    }

    /// Whoever drops this future half-way may leave cells that are out of date until the outbox is read: run it in a
    /// task of its own, as [`Units::run`](domain::Units::run) does.
    async fn commit(mut self: Box<Self>) -> Result<Committed, RepositoryError> {
        let tags = tags_of(self.inner.changes());
        if tags.is_empty() {
            return self.inner.commit().await;
        }
        let attends = self.cells.as_ref().is_some_and(Cells::would_renew);
        let notice = if attends { notice::attended } else { notice::unattended };
        let messages: Vec<_> = tags.iter().map(notice).collect();
        let messages = self.inner.announce(&messages).await?;
        let Some(cells) = self.cells else { return self.inner.commit().await };
        let announced = cells.announced(messages);
        let outcome = self.inner.commit().await;
        #[cfg(feature = "failpoints")]
        fail::fail_point!("committed");
        if outcome.is_ok() {
            cells.renew_announced(&tags, announced).await;
        } else {
            // The commit may have happened, and a renewal too many costs one miss. It may also happen later than this
            // renewal, so its messages are left to the relay.
            drop(announced);
            cells.renew(&tags).await;
        }
        outcome
    }
}
