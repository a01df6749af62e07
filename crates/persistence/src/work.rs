//! Units of work: one open transaction that implements every write port, one file per port. Each records what it changed
//! as it changes it; what follows from that is not its business.

mod carts;
mod catalog;
mod changes;
mod events;
mod idempotency;
mod mailed_tokens;
mod orders;
mod sessions;
mod stock;
mod users;
mod webhooks;

use crate::Database;
use crate::dialect::Dialect;
use crate::entity::cache_outbox;
use crate::error::{commit, store};
use crate::insert;
use async_trait::async_trait;
use changes::Changes;
use domain::account::{MailedTokenRepository, SessionRepository, UserRepository};
use domain::cart::CartRepository;
use domain::catalog::CatalogRepository;
use domain::event::EventRepository;
use domain::idempotency::IdempotencyRepository;
use domain::order::OrderRepository;
use domain::stock::StockRepository;
use domain::webhook::WebhookRepository;
use domain::{Change, Committed, Currency, MessageId, RepositoryError, Source, UnitOfWork, UnitsOfWork};
use sea_orm::sea_query::{Query, UpdateStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction};
use tokio::sync::OwnedSemaphorePermit;

#[async_trait]
impl UnitsOfWork for Database {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, RepositoryError> {
        let turn = self.dialect.turn().await?;
        let transaction = self.open(Dialect::writing()).await?;
        Ok(Box::new(Work {
            transaction,
            changes: Changes::default(),
            currency: self.currency,
            source: self.source(),
            _turn: turn,
        }))
    }
}

/// An open transaction. Dropping it rolls back.
struct Work {
    transaction: DatabaseTransaction,
    changes: Changes,
    currency: Currency,
    source: Source,
    /// Given back last, when the transaction has ended.
    _turn: Option<OwnedSemaphorePermit>,
}

#[async_trait]
impl UnitOfWork for Work {
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
        self.source
    }

    fn changes(&self) -> &[Change] {
        self.changes.as_slice()
    }

    async fn announce(&mut self, messages: &[String]) -> Result<Vec<MessageId>, RepositoryError> {
        let row = |message: &String| cache_outbox::ActiveModel {
            message: Set(message.clone()),
            ..Default::default()
        };
        let rows = messages.iter().map(row).collect();
        let ids = insert::numbered(&self.transaction, rows, cache_outbox::Column::Id).await.map_err(store)?;
        Ok(ids.into_iter().map(MessageId).collect())
    }

    async fn commit(self: Box<Self>) -> Result<Committed, RepositoryError> {
        let work = *self;
        work.transaction.commit().await.map_err(commit)?;
        Ok(Committed { source: work.source, changes: work.changes.into() })
    }
}

impl Work {
    /// Runs an update of at most one row and returns two numbers of it as they are then.
    async fn returning<C: ColumnTrait>(
        &self,
        mut update: UpdateStatement,
        columns: [C; 2],
    ) -> Result<Option<(i64, i64)>, RepositoryError> {
        update.returning(Query::returning().columns(columns));
        let row = self.transaction.query_one(&update).await.map_err(store)?;
        let numbers = row.map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
        numbers.transpose().map_err(store)
    }
}

/// Reports that a row was not what the unit of work had locked: somebody was faster, or wrote without the lock.
fn overtaken(what: &str) -> RepositoryError {
    RepositoryError::Contention(format!("{what} was changed meanwhile"))
}
