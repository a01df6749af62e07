//! The second migration: what orders need on their way to the customer and back. Addresses and notes, goods that come back,
//! answers that are kept for requests that are sent again, and events for other programs.

mod ledger;

use crate::columns::{Columns, reference};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, boolean, text, text_null, timestamp_with_time_zone,
};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ADDED: [&str; 3] = ["shipping_address", "note", "restocked"];
const INDEXES: [(&str, &[&str]); 4] = [
    ("orders_status_id_idx", &["status", "id"]),
    ("orders_payment_status_id_idx", &["payment_status", "id"]),
    ("orders_fulfillment_status_id_idx", &["fulfillment_status", "id"]),
    ("orders_placed_at_idx", &["placed_at"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns { backend: manager.get_database_backend() };
        for mut column in
            [text_null("shipping_address"), text_null("note"), boolean("restocked").default(false).take()]
        {
            manager.alter_table(Table::alter().table("orders").add_column(&mut column).take()).await?;
        }
        for (name, covered) in INDEXES {
            let mut index = Index::create().name(name).table("orders").take();
            for column in covered {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        ledger::allow(manager, &["opening", "order", "cancellation", "return", "adjustment"]).await?;
        manager.create_table(idempotency_keys(columns)).await?;
        manager.create_index(index("idempotency_keys", "created_at")).await?;
        manager.create_table(events()).await?;
        manager.create_index(index("events", "created_at")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["events", "idempotency_keys"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        ledger::forget_returns(manager).await?;
        ledger::allow(manager, &["opening", "order", "cancellation", "adjustment"]).await?;
        for (name, _) in INDEXES {
            manager.drop_index(Index::drop().name(name).table("orders").to_owned()).await?;
        }
        for column in ADDED {
            manager.alter_table(Table::alter().table("orders").drop_column(column).take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Keys that callers chose, and the answers that were given under them; an answer is missing only while the transaction is
/// open that claimed the key.
fn idempotency_keys(columns: Columns) -> TableCreateStatement {
    Table::create()
        .table("idempotency_keys")
        .col(big_integer("user_id"))
        .col(columns.exact("key"))
        .col(text("fingerprint"))
        .col(timestamp_with_time_zone("created_at"))
        .col(big_integer_null("answer_id"))
        .col(text_null("answer_etag"))
        .col(text_null("answer"))
        .primary_key(Index::create().col("user_id").col("key"))
        .foreign_key(reference("idempotency_keys", "user_id", "users").on_delete(ForeignKeyAction::Cascade))
        .take()
}

/// What happened, for other programs. The events of an order are numbered from 1 without a gap.
fn events() -> TableCreateStatement {
    Table::create()
        .table("events")
        .col(big_pk_auto("id"))
        .col(text("kind"))
        .col(big_integer_null("order_id"))
        .col(big_integer_null("sequence"))
        .col(text("data"))
        .col(timestamp_with_time_zone("created_at"))
        .index(Index::create().name("events_order_id_sequence_key").unique().col("order_id").col("sequence"))
        .foreign_key(&mut reference("events", "order_id", "orders"))
        .take()
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create().name(format!("{table}_{column}_idx")).table(table).col(column).take()
}
