//! SQLite's pool: one file, many readers beside one writer, and nothing acknowledged before it is on the disk.

use super::PATIENCE;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::sqlx::{ConnectOptions, Error};
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr};
use std::time::Duration;

/// How long a connection waits for another program's write, such as a command's.
const BUSY: Duration = Duration::from_secs(5);

/// Opens the file, made where it is absent, and makes the pool.
pub(super) async fn open(url: &str, max_connections: u32) -> Result<DatabaseConnection, DbErr> {
    let failed = |error: Error| DbErr::Conn(RuntimeErr::SqlxError(error.into()));
    let options: SqliteConnectOptions = url.parse().map_err(failed)?;
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .disable_statement_logging();
    // The first connection is made at once: it alone turns the file to write-ahead logging.
    let pool = SqlitePoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(failed)?;
    Ok(pool.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    #[tokio::test]
    async fn every_connection_is_durable_patient_and_strict() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/shop.db", folder.path().display());
        let database = open(&url, 2).await.unwrap();
        for (pragma, expected) in [
            ("SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1),
            ("PRAGMA synchronous", 2), // FULL
            ("PRAGMA foreign_keys", 1),
            ("PRAGMA busy_timeout", 5_000),
        ] {
            let row =
                database.query_one_raw(Statement::from_string(DbBackend::Sqlite, pragma)).await.unwrap();
            assert_eq!(row.unwrap().try_get_by_index::<i64>(0).unwrap(), expected, "{pragma}");
        }
    }
}
