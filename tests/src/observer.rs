//! Somebody who looks into a shop's database past the shop, over a connection of its own: what is not there for the
//! observer was not committed.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement};

/// How many variants have another count than their movements add up to.
const GAPS: &str = "SELECT COUNT(*) FROM variants WHERE on_hand <> COALESCE(
    (SELECT SUM(delta) FROM stock_movements WHERE variant_id = variants.id), 0)";

/// An open connection.
pub struct Observer {
    database: DatabaseConnection,
}

impl Observer {
    /// Opens a connection.
    pub async fn of(database_url: &str) -> Self {
        let mut options = ConnectOptions::new(database_url);
        options.max_connections(1);
        Self { database: Database::connect(options).await.expect("the database can be opened") }
    }

    /// Asks for one number.
    pub async fn number(&self, sql: &str) -> i64 {
        let rows = self.rows(sql).await;
        rows.first().expect("there is a row").try_get_by_index(0).expect("it is a number")
    }

    /// Asks for a column of words.
    pub async fn words(&self, sql: &str) -> Vec<String> {
        let word = |row: &QueryResult| row.try_get_by_index(0).expect("it is a word");
        self.rows(sql).await.iter().map(word).collect()
    }

    /// Counts the variants of which the ledger tells another number than the shelf.
    pub async fn gaps(&self) -> i64 {
        self.number(GAPS).await
    }

    /// Ends all other sessions of a PostgreSQL database.
    pub async fn end_other_sessions(&self) {
        let others = "SELECT COUNT(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        self.number(others).await;
    }

    /// Returns how many deadlocks PostgreSQL has ever seen in this database. A session reports what it saw when it ends, so
    /// all others are ended first.
    pub async fn deadlocks(&self) -> i64 {
        self.end_other_sessions().await;
        self.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").await
    }

    /// Asks for rows.
    pub async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.database.get_database_backend(), sql);
        self.database.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{error}: {sql}"))
    }
}
