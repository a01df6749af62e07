//! Whether every row that refers to another refers to one that is there. The databases see to it, but for whoever switches
//! that off: SQLite's shell does so by itself, PostgreSQL's replicas and partial restores do.

use super::search::text;
use crate::error::store;
use domain::RepositoryError;
use domain::audit::{Check, Finding, Place, Report};
use sea_orm::sea_query::{
    Asterisk, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement, WindowStatement,
};
use sea_orm::{ConnectionTrait, QueryResult};

/// How many rows that refer to nothing are named.
const NAMED: usize = 5;

/// A foreign key: a column that holds the `id` of another table's row.
struct Reference {
    table: &'static str,
    column: &'static str,
    to: &'static str,
    /// By what a row of the table is named.
    name: &'static str,
}

/// Every foreign key of the schema; a test asks both databases for theirs.
const REFERENCES: [Reference; 21] = [
    reference("products", "category_id", "categories", "id"),
    reference("variants", "product_id", "products", "id"),
    reference("sessions", "user_id", "users", "id"),
    reference("mailed_tokens", "user_id", "users", "user_id"),
    reference("carts", "user_id", "users", "id"),
    reference("cart_lines", "cart_id", "carts", "cart_id"),
    reference("cart_lines", "variant_id", "variants", "cart_id"),
    reference("orders", "user_id", "users", "id"),
    reference("order_lines", "order_id", "orders", "order_id"),
    reference("order_lines", "variant_id", "variants", "order_id"),
    reference("order_lines", "product_id", "products", "order_id"),
    reference("order_events", "order_id", "orders", "id"),
    reference("order_events", "user_id", "users", "id"),
    reference("stock_movements", "variant_id", "variants", "id"),
    reference("stock_movements", "order_id", "orders", "id"),
    reference("stock_movements", "user_id", "users", "id"),
    reference("idempotency_keys", "user_id", "users", "key"),
    reference("events", "order_id", "orders", "id"),
    reference("webhook_deliveries", "event_id", "events", "id"),
    reference("webhook_deliveries", "endpoint_id", "webhook_endpoints", "id"),
    reference("webhook_attempts", "delivery_id", "webhook_deliveries", "id"),
];

const fn reference(
    table: &'static str,
    column: &'static str,
    to: &'static str,
    name: &'static str,
) -> Reference {
    Reference { table, column, to, name }
}

/// Goes over every foreign key.
pub(super) async fn references(snapshot: &impl ConnectionTrait) -> Result<Report, RepositoryError> {
    let mut report = Report::new(Check::ForeignKeys, REFERENCES.len() as u64);
    for reference in &REFERENCES {
        let rows = snapshot.query_all(&reference.broken()).await.map_err(store)?;
        if !rows.is_empty() {
            report.add(reference.finding(&rows)?);
        }
    }
    Ok(report)
}

impl Reference {
    /// The first rows that refer to nothing, and how many there are in all.
    fn broken(&self) -> SelectStatement {
        let Self { table, column, to, name } = *self;
        let target = Expr::col((to, "id"));
        Query::select()
            .expr_as(text(Expr::col((table, name))), "name")
            .expr_window_as(Func::count(Expr::col(Asterisk)), WindowStatement::new(), "in_all")
            .from(table)
            .join(JoinType::LeftJoin, to, target.clone().eq(Expr::col((table, column))))
            .and_where(Expr::col((table, column)).is_not_null())
            .and_where(target.is_null())
            .order_by((table, name), Order::Asc)
            .limit(NAMED as u64)
            .take()
    }

    fn finding(&self, rows: &[QueryResult]) -> Result<Finding, RepositoryError> {
        let Self { table, column, to, name } = *self;
        let names = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<Vec<String>, _>>();
        let names = names.map_err(store)?.join(", ");
        let in_all = rows[0].try_get::<i64>("", "in_all").map_err(store)?;
        let more = if in_all.unsigned_abs() > NAMED as u64 { ", …" } else { "" };
        Ok(Finding {
            place: Place::ForeignKey { table, column, to },
            what: "rows that refer to nothing",
            expected: "none".to_owned(),
            found: format!("{in_all} ({name} {names}{more})"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Database, DatabaseOptions};
    use domain::Currency;
    use sea_orm::Statement;

    async fn every_foreign_key_is_looked_at(url: String, known: &str) {
        let currency = Currency::parse("USD").unwrap();
        let db = Database::connect(DatabaseOptions { url, max_connections: 2, currency }).await.unwrap();
        db.migrate().await.unwrap();
        let known = Statement::from_string(db.connection.get_database_backend(), known);
        let known = db.connection.query_all_raw(known).await.unwrap();
        let mut known: Vec<String> = known.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        let mut looked_at = REFERENCES
            .map(|Reference { table, column, to, .. }| format!("{table}.{column} to {to}.id"))
            .to_vec();
        known.sort_unstable();
        looked_at.sort_unstable();
        assert_eq!(looked_at, known);
    }

    #[tokio::test]
    async fn every_foreign_key_of_sqlite_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/shop.db", folder.path().display());
        let known = r#"SELECT t.name || '.' || k."from" || ' to ' || k."table" || '.' || k."to"
            FROM sqlite_master t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'"#;
        every_foreign_key_is_looked_at(url, known).await;
    }

    #[tokio::test]
    async fn every_foreign_key_of_postgres_is_looked_at() {
        let database = backends::Postgres::shared().create_database();
        let known = r"SELECT format('%s.%s to %s.%s', conrelid::regclass, f.attname, confrelid::regclass, t.attname)
            FROM pg_constraint k
            JOIN pg_attribute f ON f.attrelid = conrelid AND f.attnum = ANY (conkey)
            JOIN pg_attribute t ON t.attrelid = confrelid AND t.attnum = ANY (confkey)
            WHERE contype = 'f'";
        every_foreign_key_is_looked_at(database.url().to_owned(), known).await;
    }
}
