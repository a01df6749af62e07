//! Webhooks: endpoints of other programs, the deliveries of events to them, and every attempt at those. What is thrown away
//! with an event or an endpoint goes by the foreign keys.

use crate::columns::{reference, word};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null,
};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Name, table and columns.
const INDEXES: [(&str, &str, &[&str]); 3] = [
    // What is due to an endpoint, in the order of sending, and how much of it waits.
    (
        "webhook_deliveries_due_idx",
        "webhook_deliveries",
        &["endpoint_id", "status", "next_attempt_at", "event_id"],
    ),
    // What an earlier event of the same order must precede.
    ("webhook_deliveries_order_idx", "webhook_deliveries", &["endpoint_id", "order_id"]),
    ("webhook_attempts_delivery_idx", "webhook_attempts", &["delivery_id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [endpoints(), deliveries(), attempts()] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in INDEXES {
            let mut index = Index::create().name(name).table(table).take();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["webhook_attempts", "webhook_deliveries", "webhook_endpoints"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Secrets are not among the columns: they follow from `nonce`, `secret_version` and a key that no database holds. `events`
/// are the names of events, or `*`, each between two spaces.
fn endpoints() -> TableCreateStatement {
    Table::create()
        .table("webhook_endpoints")
        .col(big_pk_auto("id"))
        .col(text("url"))
        .col(text("description"))
        .col(text("events"))
        .col(word("status", &["active", "paused", "parked"]))
        .col(timestamp_with_time_zone_null("parked_at"))
        .col(text_null("parked_because"))
        .col(big_integer("failures").check(Expr::col("failures").gte(0)))
        .col(timestamp_with_time_zone_null("failing_since"))
        .col(text("nonce").unique_key())
        .col(big_integer("secret_version").check(Expr::col("secret_version").gt(0)))
        .col(timestamp_with_time_zone_null("secret_rotated_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .take()
}

/// `order_id` is that of the event.
fn deliveries() -> TableCreateStatement {
    let gone = ForeignKeyAction::Cascade;
    Table::create()
        .table("webhook_deliveries")
        .col(big_pk_auto("id"))
        .col(big_integer("event_id"))
        .col(big_integer("endpoint_id"))
        .col(big_integer_null("order_id"))
        .col(word("status", &["pending", "delivered", "failed"]))
        .col(big_integer("attempts").check(Expr::col("attempts").gte(0)))
        .col(timestamp_with_time_zone("next_attempt_at"))
        .col(timestamp_with_time_zone_null("claimed_until"))
        .index(
            Index::create()
                .name("webhook_deliveries_event_id_endpoint_id_key")
                .unique()
                .col("event_id")
                .col("endpoint_id"),
        )
        .foreign_key(reference("webhook_deliveries", "event_id", "events").on_delete(gone))
        .foreign_key(reference("webhook_deliveries", "endpoint_id", "webhook_endpoints").on_delete(gone))
        .take()
}

/// What came of each attempt: the status of an answer, or why there was none.
fn attempts() -> TableCreateStatement {
    Table::create()
        .table("webhook_attempts")
        .col(big_pk_auto("id"))
        .col(big_integer("delivery_id"))
        .col(timestamp_with_time_zone("at"))
        .col(big_integer("duration_ms"))
        .col(big_integer_null("status"))
        .col(text_null("error"))
        .foreign_key(
            reference("webhook_attempts", "delivery_id", "webhook_deliveries")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}
