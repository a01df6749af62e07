//! What differs between the two databases, all of it: how they are opened, how transactions begin, and who waits for
//! whom. Statements are the same; SeaORM leaves row locks out for SQLite, whose writers are alone anyway.

mod alarm;
mod postgres;
mod sqlite;

use alarm::Alarm;
use domain::{RepositoryError, Source};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, IsolationLevel, RuntimeErr,
    SqliteTransactionMode, TransactionOptions,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a caller waits for a connection, or for its turn to write.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection that lay idle for this long is asked for a sign of life before it is used: where there is traffic nobody
/// asks, and where there is none a restarted server is noticed before it costs an answer.
const IDLE: Duration = Duration::from_secs(1);

/// One of the two databases.
#[derive(Clone)]
pub(crate) enum Dialect {
    Postgres {
        /// Raised when a connection may have broken.
        alarm: Alarm,
    },
    Sqlite {
        /// SQLite has one writer at a time and lets the others poll; here they queue, in order and without holding a
        /// connection that readers could use.
        turn: Arc<Semaphore>,
    },
}

impl Dialect {
    /// Chooses the database by its URL's scheme and makes its pool.
    pub(crate) async fn open(url: &str, max_connections: u32) -> Result<(Self, DatabaseConnection), DbErr> {
        if url.starts_with("sqlite:") {
            let turn = Arc::new(Semaphore::new(1));
            return Ok((Self::Sqlite { turn }, sqlite::open(url, max_connections).await?));
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let alarm = Alarm::default();
            let connection = postgres::open(url, max_connections, &alarm)?;
            return Ok((Self::Postgres { alarm }, connection));
        }
        let reason = "it must begin with postgres:// or sqlite://".to_owned();
        Err(DbErr::Conn(RuntimeErr::Internal(reason)))
    }

    /// Returns the name that answers carry.
    pub(crate) fn source(&self) -> Source {
        match self {
            Self::Postgres { .. } => Source::Postgres,
            Self::Sqlite { .. } => Source::Sqlite,
        }
    }

    /// How a transaction begins that only reads, and sees one state of the database throughout.
    pub(crate) fn reading(&self) -> TransactionOptions {
        match self {
            Self::Postgres { .. } => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                sqlite_transaction_mode: None,
            },
            Self::Sqlite { .. } => TransactionOptions::default(),
        }
    }

    /// How a transaction begins that writes: READ COMMITTED on PostgreSQL, where row locks and conditional updates decide;
    /// on SQLite with the write lock, because a lock that is taken later cannot be waited for.
    pub(crate) fn writing() -> TransactionOptions {
        let mode = Some(SqliteTransactionMode::Immediate);
        TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() }
    }

    /// Says that a connection may have broken, and others with it.
    pub(crate) fn alarm(&self) {
        if let Self::Postgres { alarm } = self {
            alarm.raise();
        }
    }

    /// Returns why a database cannot be reached. A pool tries until its callers lose their patience, and then only knows
    /// that; so PostgreSQL is asked once more, directly.
    pub(crate) async fn reason(&self, connection: &DatabaseConnection, error: DbErr) -> String {
        match self {
            Self::Postgres { .. } => postgres::refusal(connection).await.unwrap_or_else(|| error.to_string()),
            Self::Sqlite { .. } => error.to_string(),
        }
    }

    /// Waits until nobody else writes, where that matters.
    pub(crate) async fn turn(&self) -> Result<Option<OwnedSemaphorePermit>, RepositoryError> {
        let Self::Sqlite { turn } = self else { return Ok(None) };
        match tokio::time::timeout(PATIENCE, Arc::clone(turn).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            Ok(Err(_)) | Err(_) => {
                Err(RepositoryError::Unavailable("too many writers are waiting for SQLite".to_owned()))
            }
        }
    }
}

/// Lets the statements that follow in a transaction take as long as they take: the limits are meant for customers.
pub(crate) async fn take_time(transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await.map(drop)
}

/// Limits how long the statements that follow in a transaction wait for locks; `None` is as long as any other's. SQLite has
/// nobody to wait for: whoever writes is alone.
pub(crate) async fn wait_for_locks(
    transaction: &impl ConnectionTrait,
    most: Option<Duration>,
) -> Result<(), DbErr> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let most = most.map_or("DEFAULT".to_owned(), |most| most.as_millis().to_string());
    transaction.execute_unprepared(&format!("SET LOCAL lock_timeout = {most}")).await.map(drop)
}
