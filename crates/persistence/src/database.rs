//! The open database: how it is reached, what it must be before the shop uses it, and the two ways into it.

use crate::dialect::Dialect;
use crate::entity::shop;
use crate::error::store;
use domain::{Currency, RepositoryError, Source};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    TransactionOptions, TransactionTrait,
};
use thiserror::Error;

/// Where the database is and how it is used. There is no `Debug`, because the URL can hold a password.
pub struct DatabaseOptions {
    /// `postgres://…` or `sqlite://path`; an SQLite file is made where it is absent.
    pub url: String,
    /// How many connections the pool has at most.
    pub max_connections: u32,
    /// The shop's currency. A database keeps the one that it was first used with.
    pub currency: Currency,
}

/// Why the shop cannot use a database. The text tells operators what to do; it holds no URL.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The URL is malformed, or the SQLite file cannot be opened.
    #[error("the database cannot be opened; check database.url: {0}")]
    Open(String),
    /// Nobody answers there, or refuses to talk.
    #[error("the database cannot be reached; start it, or correct the setting: {0}")]
    Unreachable(String),
    /// Migrations are missing.
    #[error("the database lacks {} migration(s), the first is {}: run `app migrate`", .0.len(), .0.first().map_or("", String::as_str))]
    Outdated(Vec<String>),
    /// A migration failed; nothing was changed.
    #[error("the database could not be migrated: {0}")]
    Migration(String),
    /// The database holds amounts of another currency.
    #[error(
        "the database holds prices in {stored}, but shop.currency is {configured:?}: a shop keeps its currency; use another database or the old setting"
    )]
    Currency {
        /// The currency that it was first used with.
        stored: String,
        /// The one that is configured now.
        configured: Currency,
    },
    /// The database did not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// The database; cheap to clone.
#[derive(Clone)]
pub struct Database {
    pub(crate) connection: DatabaseConnection,
    pub(crate) dialect: Dialect,
    pub(crate) currency: Currency,
}

impl Database {
    /// Makes the pool. PostgreSQL need not be up yet: its connections are made when they are needed.
    ///
    /// # Errors
    /// [`ConnectError::Open`].
    pub async fn connect(options: DatabaseOptions) -> Result<Self, ConnectError> {
        let opened = Dialect::open(&options.url, options.max_connections).await;
        let (dialect, connection) = opened.map_err(|error| ConnectError::Open(error.to_string()))?;
        Ok(Self { connection, dialect, currency: options.currency })
    }

    /// Brings the schema up to date, and sees to the shop's currency. Of several programs that do so at once, one does it.
    ///
    /// # Errors
    /// [`ConnectError::Unreachable`], [`ConnectError::Migration`] and [`ConnectError::Currency`].
    pub async fn migrate(&self) -> Result<(), ConnectError> {
        self.reach().await?;
        migration::migrate(&self.connection)
            .await
            .map_err(|error| ConnectError::Migration(error.to_string()))?;
        self.claim_currency().await
    }

    /// Checks that the schema is up to date, and sees to the shop's currency.
    ///
    /// # Errors
    /// [`ConnectError::Unreachable`], [`ConnectError::Outdated`], [`ConnectError::Currency`], and the database's.
    pub async fn ensure_migrated(&self) -> Result<(), ConnectError> {
        self.ensure_current().await?;
        self.claim_currency().await
    }

    /// Checks that the schema is up to date and the currency is the shop's, and changes nothing.
    ///
    /// # Errors
    /// [`ConnectError::Unreachable`], [`ConnectError::Outdated`], [`ConnectError::Currency`], and the database's.
    pub async fn ensure_current(&self) -> Result<(), ConnectError> {
        self.reach().await?;
        let pending = migration::pending(&self.connection).await.map_err(|error| match error {
            DbErr::Custom(newer) => ConnectError::Migration(newer),
            error => store(error).into(),
        })?;
        if !pending.is_empty() {
            return Err(ConnectError::Outdated(pending));
        }
        self.check_currency().await
    }

    /// Returns the random UUID that tells this database from every other.
    ///
    /// # Errors
    /// The database's.
    pub async fn id(&self) -> Result<String, RepositoryError> {
        Ok(self.shop().await?.database_id)
    }

    /// Returns which of the two databases it is.
    pub fn source(&self) -> Source {
        self.dialect.source()
    }

    /// Opens a transaction that only reads and sees one state throughout. Dropping it ends it, with nothing to wait for.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, RepositoryError> {
        self.open(self.dialect.reading()).await
    }

    /// Opens a transaction.
    pub(crate) async fn open(
        &self,
        options: TransactionOptions,
    ) -> Result<DatabaseTransaction, RepositoryError> {
        self.connection.begin_with_options(options).await.map_err(|error| {
            self.dialect.alarm(); // SeaORM reports statements that fail, but not this one
            store(error)
        })
    }

    /// Waits for the database for as long as anybody waits for a connection; whoever starts a shop may start both at once.
    async fn reach(&self) -> Result<(), ConnectError> {
        match self.connection.ping().await {
            Ok(()) => Ok(()),
            Err(error) => Err(ConnectError::Unreachable(self.dialect.reason(&self.connection, error).await)),
        }
    }

    /// The first program that uses a database decides its currency: amounts are stored as bare minor units.
    async fn claim_currency(&self) -> Result<(), ConnectError> {
        let claim = shop::Entity::update_many()
            .col_expr(shop::Column::Currency, Expr::value(self.currency.code()))
            .filter(shop::Column::Currency.is_null());
        claim.exec(&self.connection).await.map_err(store)?;
        self.check_currency().await
    }

    async fn check_currency(&self) -> Result<(), ConnectError> {
        match self.shop().await?.currency {
            Some(stored) if stored != self.currency.code() => {
                Err(ConnectError::Currency { stored, configured: self.currency })
            }
            _ => Ok(()),
        }
    }

    async fn shop(&self) -> Result<shop::Model, RepositoryError> {
        let row = shop::Entity::find().one(&self.connection).await.map_err(store)?;
        row.ok_or_else(|| RepositoryError::Unexpected("the shop's row is missing".to_owned()))
    }
}
