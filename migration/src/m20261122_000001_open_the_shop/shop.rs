//! What belongs to the shop as a whole: its one row, and the outbox through which commits tell caches what changed.

use super::{Columns, Plan};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, text, text_null};

pub(super) fn plan(plan: &mut Plan, columns: Columns) {
    plan.table(
        Table::create()
            .table("shop")
            .col(big_integer("id").primary_key().check(Expr::col("id").eq(1)))
            .col(text("database_id"))
            .col(text_null("currency")),
    );
    plan.table(
        Table::create()
            .table("cache_outbox")
            .col(big_pk_auto("id"))
            .col(text("message"))
            .col(columns.written_at("created_at")),
    );
}

/// The row that tells this database from every other one.
pub(super) fn identity() -> InsertStatement {
    Query::insert()
        .into_table("shop")
        .columns(["id", "database_id"])
        .values_panic([1.into(), uuid::Uuid::new_v4().to_string().into()])
        .take()
}
