//! PostgreSQL's pool: lazy, so that a program starts while the database does; with timeouts on the server, and with every
//! connection left clean.

use super::{IDLE, PATIENCE};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::{ConnectOptions, Connection, Executor};
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr};

/// What the server does to a session that takes too long. Units of work get 15 seconds, so nothing idles longer.
const TIMEOUTS: [(&str, &str); 3] =
    [("statement_timeout", "10s"), ("lock_timeout", "3s"), ("idle_in_transaction_session_timeout", "20s")];

/// Ends a transaction that somebody left behind, and is silent where there is none (a bare `ROLLBACK` warns, in the
/// server's log too).
const CLEAN: &str = "BEGIN; ROLLBACK";

/// Makes the pool; nothing is connected yet.
pub(super) fn open(url: &str, max_connections: u32) -> Result<DatabaseConnection, DbErr> {
    let options: PgConnectOptions = url
        .parse()
        .map_err(|error: sea_orm::sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
    let options = options.application_name("tradepost").options(TIMEOUTS).disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection, idle| {
            Box::pin(async move {
                if idle.idle_for >= IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        // A `begin()` whose caller goes away leaves its connection inside a transaction that sqlx does not know of: what
        // is written on it next is acknowledged and lost (transact-rs/sqlx#4393). Every connection comes back through
        // here, in a task of its own, so nobody waits for the round trip; a hook before each use would make them wait.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.execute(CLEAN).await?;
                Ok(true)
            })
        })
        .connect_lazy_with(options);
    Ok(pool.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    #[tokio::test]
    async fn every_connection_has_its_timeouts() {
        let server = backends::Postgres::shared().create_database();
        let database = open(server.url(), 1).unwrap();
        for (setting, value) in TIMEOUTS {
            let show = Statement::from_string(DbBackend::Postgres, format!("SHOW {setting}"));
            let row = database.query_one_raw(show).await.unwrap().unwrap();
            assert_eq!(row.try_get_by_index::<String>(0).unwrap(), value, "{setting}");
        }
    }
}
