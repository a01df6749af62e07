//! The database's schema, as migrations for PostgreSQL and SQLite. Whoever migrates does it alone: SeaORM's migrator takes
//! no lock of its own, so both ways in (the shop's binary and sea-orm-cli) take the same one here.

mod columns;
mod m20261122_000001_open_the_shop;
mod m20261122_000002_see_orders_through;
mod m20261122_000003_guest_carts;
mod m20261122_000004_tell_other_programs;
mod m20261128_000005_prove_addresses;
mod m20261128_000006_let_webhooks_go_on;

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, seaql_migrations};
use std::time::Duration;

/// The advisory lock that migrations hold: the letters `TRADPOST` as a number.
const LOCK: i64 = 0x5452_4144_504F_5354;

/// Knows every migration, the oldest first.
pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_open_the_shop::Migration),
            Box::new(m20261122_000002_see_orders_through::Migration),
            Box::new(m20261122_000003_guest_carts::Migration),
            Box::new(m20261122_000004_tell_other_programs::Migration),
            Box::new(m20261128_000005_prove_addresses::Migration),
            Box::new(m20261128_000006_let_webhooks_go_on::Migration),
        ]
    }
}

/// Brings the schema up to date in one transaction: completely, or not at all. Others who try meanwhile wait, and then
/// find nothing to do.
///
/// # Errors
/// What the database refused.
pub async fn migrate(database: &DatabaseConnection) -> Result<(), DbErr> {
    let mode = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
    let transaction = database.begin_with_options(options).await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        // The timeouts are meant for customers, not for waiting in this queue or for building an index.
        let alone = format!(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({LOCK})"
        );
        transaction.execute_unprepared(&alone).await?;
    }
    Migrator::up(&transaction, None).await?;
    transaction.commit().await
}

/// Returns the names of the migrations that the database lacks, without changing anything.
///
/// # Errors
/// What the database refused, and a database that is newer than this program.
pub async fn pending(database: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(database).await?;
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}

/// Returns when the tables of this database began to hold events, in seconds since 1970.
///
/// # Errors
/// What the database refused.
pub async fn events_began(database: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let brought_by = m20261122_000002_see_orders_through::Migration;
    let applied = seaql_migrations::Entity::find_by_id(brought_by.name()).one(database).await?;
    Ok(applied.map(|migration| migration.applied_at))
}

/// Connects for a command of sea-orm-cli: through a single connection, which on PostgreSQL holds the lock until the
/// program ends. An SQLite file is made where it is absent.
///
/// # Errors
/// When the database cannot be reached.
pub async fn connect_alone(mut options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    options
        .max_connections(1)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| options.create_if_missing(true));
    let database = Database::connect(options).await?;
    if database.get_database_backend() == DbBackend::Postgres {
        database.execute_unprepared(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
    }
    Ok(database)
}
