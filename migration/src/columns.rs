//! The kinds of columns that the shop has, beyond SeaORM's own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, timestamp_with_time_zone};
use sea_orm_migration::sea_orm::DbBackend;

/// Makes the columns that the two databases write differently.
#[derive(Clone, Copy)]
pub(crate) struct Columns {
    pub(crate) backend: DbBackend,
}

impl Columns {
    /// Text that is compared and sorted by code point, as SQLite does and as PostgreSQL must be told.
    pub(crate) fn exact(self, name: &'static str) -> ColumnDef {
        let mut column = text(name);
        if self.backend == DbBackend::Postgres {
            column.extra(r#"COLLATE "C""#);
        }
        column
    }

    /// The moment at which a row is written, by the database's clock.
    pub(crate) fn written_at(self, name: &'static str) -> ColumnDef {
        let now = match self.backend {
            DbBackend::Sqlite => "(strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))",
            _ => "now()",
        };
        timestamp_with_time_zone(name).default(Expr::cust(now)).take()
    }
}

/// A number that is never negative: money in minor units, or units of stock.
pub(crate) fn amount(name: &'static str) -> ColumnDef {
    big_integer(name).check(Expr::col(name).gte(0)).take()
}

/// One of a few words.
pub(crate) fn word(name: &'static str, words: &[&'static str]) -> ColumnDef {
    text(name).check(Expr::col(name).is_in(words.iter().copied())).take()
}

/// A reference to the `id` of another table.
pub(crate) fn reference(
    table: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("{table}_{column}_fkey")).from(table, column).to(to, "id").take()
}
