//! What a database intends to do for a statement, for tests that hold which index answers it.

use crate::Database;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Values};

/// Asks for the plan of a statement, as it is run with these very values.
pub(super) async fn plan(db: &Database, statement: Statement) -> String {
    let (explain, column) = match statement.db_backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        _ => ("EXPLAIN", 0),
    };
    let (sql, values) = (format!("{explain} {}", statement.sql), statement.values);
    let values = values.unwrap_or_else(|| Values(Vec::new()));
    let statement = Statement::from_sql_and_values(statement.db_backend, sql, values);
    let rows = db.connection.query_all_raw(statement).await.unwrap();
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(column).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}
