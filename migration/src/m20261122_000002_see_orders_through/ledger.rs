//! The words that the ledger of stock allows as reasons. PostgreSQL replaces a constraint; SQLite cannot, so the table is
//! made anew around the same rows.

use crate::columns::{reference, word};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, text_null, timestamp_with_time_zone,
};
use sea_orm_migration::sea_orm::DbBackend;

const COLUMNS: [&str; 8] = ["id", "variant_id", "delta", "reason", "order_id", "note", "user_id", "at"];

/// Allows these reasons and no others.
pub(super) async fn allow(manager: &SchemaManager<'_>, reasons: &[&'static str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        let words: Vec<String> = reasons.iter().map(|reason| format!("'{reason}'")).collect();
        let replace = format!(
            "ALTER TABLE stock_movements DROP CONSTRAINT stock_movements_reason_check, \
             ADD CONSTRAINT stock_movements_reason_check CHECK (reason IN ({}))",
            words.join(", ")
        );
        return connection.execute_unprepared(&replace).await.map(drop);
    }
    manager.create_table(table("stock_movements_next", reasons)).await?;
    let columns = COLUMNS.join(", ");
    let copy = format!("INSERT INTO stock_movements_next ({columns}) SELECT {columns} FROM stock_movements");
    connection.execute_unprepared(&copy).await?;
    manager.drop_table(Table::drop().table("stock_movements").take()).await?;
    manager.rename_table(Table::rename().table("stock_movements_next", "stock_movements").take()).await?;
    for column in ["variant_id", "order_id"] {
        manager.create_index(super::index("stock_movements", column)).await?;
    }
    Ok(())
}

/// Calls goods that came back what they were called before there was a word for it.
pub(super) async fn forget_returns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let forget = Query::update()
        .table("stock_movements")
        .value("reason", "cancellation")
        .and_where(Expr::col("reason").eq("return"))
        .take();
    manager.execute(forget).await
}

fn table(name: &'static str, reasons: &[&'static str]) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(big_pk_auto("id"))
        .col(big_integer("variant_id"))
        .col(big_integer("delta"))
        .col(word("reason", reasons))
        .col(big_integer_null("order_id"))
        .col(text_null("note"))
        .col(big_integer_null("user_id"))
        .col(timestamp_with_time_zone("at"))
        .foreign_key(&mut reference(name, "variant_id", "variants"))
        .foreign_key(&mut reference(name, "order_id", "orders"))
        .foreign_key(&mut reference(name, "user_id", "users"))
        .take()
}
