//! PostgreSQL's pool: lazy, so that a program starts while the database does; with timeouts on the server, and with every
//! connection left clean.

use super::{Alarm, IDLE, PATIENCE};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sea_orm::sqlx::{ConnectOptions, Connection, Executor};
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr};
use std::time::Duration;
use tokio::time::timeout;

/// What the server does to a session that takes too long. Units of work get 15 seconds, so nothing idles longer.
const TIMEOUTS: [(&str, &str); 3] =
    [("statement_timeout", "10s"), ("lock_timeout", "3s"), ("idle_in_transaction_session_timeout", "20s")];

/// How long the server may take to say why it gives no connection.
const ANSWER: Duration = Duration::from_secs(2);

/// Ends a transaction that somebody left behind, and is silent where there is none (a bare `ROLLBACK` warns, in the
/// server's log too).
const CLEAN: &str = "BEGIN; ROLLBACK";

/// Makes the pool; nothing is connected yet.
pub(super) fn open(url: &str, max_connections: u32, alarm: &Alarm) -> Result<DatabaseConnection, DbErr> {
    let options: PgConnectOptions = url
        .parse()
        .map_err(|error: sea_orm::sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
    let options = options.application_name("tradepost").options(TIMEOUTS).disable_statement_logging();
    let (before, after, used) = (alarm.clone(), alarm.clone(), alarm.clone());
    let pool = PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(move |connection, idle| {
            let doubtful = idle.idle_for >= IDLE || before.concerns(idle.idle_for);
            Box::pin(async move {
                if doubtful {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        // A `begin()` whose caller goes away leaves its connection inside a transaction that sqlx does not know of: what
        // is written on it next is acknowledged and lost (transact-rs/sqlx#4393). Every connection comes back through
        // here, in a task of its own, so nobody waits for the round trip; a hook before each use would make them wait.
        .after_release(move |connection, _| {
            let after = after.clone();
            Box::pin(async move {
                connection.execute(CLEAN).await.inspect_err(|_| after.raise())?;
                Ok(true)
            })
        })
        .connect_lazy_with(options);
    let mut database = DatabaseConnection::from(pool);
    // Any statement that fails may be the first to meet a dead connection. To tell those that were only refused apart would
    // save a round trip that hardly ever happens.
    database.set_metric_callback(move |statement| {
        if statement.failed {
            used.raise();
        }
    });
    Ok(database)
}

/// Returns why the server gives no connection; nothing where it does by now.
pub(super) async fn refusal(database: &DatabaseConnection) -> Option<String> {
    let options = database.get_postgres_connection_pool().connect_options();
    match timeout(ANSWER, PgConnection::connect_with(&options)).await {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(format!("nobody answers within {ANSWER:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Database, DatabaseOptions};
    use domain::account::AccountReader;
    use domain::{Currency, UnitsOfWork, UserId};
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    use tokio::task::yield_now;

    const CONNECTIONS: u32 = 5;

    /// A pool whose connections all lie idle, for less than [`IDLE`], and are dead.
    async fn broken() -> (backends::TestDatabase, Database) {
        let server = backends::Postgres::shared().create_database();
        let currency = Currency::parse("USD").unwrap();
        let url = server.url().to_owned();
        let options = DatabaseOptions { url, max_connections: CONNECTIONS, currency };
        let database = Database::connect(options).await.unwrap();
        database.migrate().await.unwrap();
        let mut works = Vec::new();
        for _ in 0..CONNECTIONS {
            works.push(database.begin().await.unwrap());
        }
        drop(works);
        let pool = database.connection.get_postgres_connection_pool();
        while pool.num_idle() < CONNECTIONS as usize {
            yield_now().await;
        }
        let killed = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
                      WHERE datname = current_database() AND application_name = 'tradepost'";
        assert_eq!(server.query(killed), CONNECTIONS.to_string());
        (server, database)
    }

    #[tokio::test]
    async fn one_dead_connection_warns_of_all_others() {
        let (_server, database) = broken().await;
        let mut failed = 0;
        for _ in 0..4 * CONNECTIONS {
            failed += u32::from(database.state(UserId(1)).await.is_err());
        }
        assert!(failed <= 1, "{failed} reads");

        let (_server, database) = broken().await;
        let mut failed = 0;
        for _ in 0..4 * CONNECTIONS {
            failed += u32::from(database.begin().await.is_err());
        }
        assert!(failed <= 1, "{failed} transactions that begin");
    }

    #[tokio::test]
    async fn a_connection_that_comes_back_dead_warns_of_all_others() {
        let (server, database) = broken().await;
        let pool = database.connection.get_postgres_connection_pool();
        // Nobody used it, but whoever returned it had to say so.
        drop(pool.try_acquire());
        while pool.size() == CONNECTIONS {
            yield_now().await;
        }
        for _ in 0..4 * CONNECTIONS {
            database.state(UserId(1)).await.unwrap();
        }
        drop(server);
    }

    #[tokio::test]
    async fn every_connection_has_its_timeouts() {
        let server = backends::Postgres::shared().create_database();
        let database = open(server.url(), 1, &Alarm::default()).unwrap();
        for (setting, value) in TIMEOUTS {
            let show = Statement::from_string(DbBackend::Postgres, format!("SHOW {setting}"));
            let row = database.query_one_raw(show).await.unwrap().unwrap();
            assert_eq!(row.try_get_by_index::<String>(0).unwrap(), value, "{setting}");
        }
    }
}
