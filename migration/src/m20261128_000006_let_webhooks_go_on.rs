//! What one refused message, one removed endpoint or one receiver that is down does to webhooks: an endpoint knows which
//! delivery its failures began with, and that it was removed before its deliveries are; and lists of deliveries, and what
//! precedes one in its order, are found by an index.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, timestamp_with_time_zone_null};

const ENDPOINTS: &str = "webhook_endpoints";
const DELIVERIES: &str = "webhook_deliveries";
const FAILING_DELIVERY: &str = "failing_delivery_id";
const REMOVED_AT: &str = "removed_at";
const LIST: &str = "webhook_deliveries_endpoint_id_id_idx";
const ORDER: &str = "webhook_deliveries_order_idx";

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut column in [big_integer_null(FAILING_DELIVERY), timestamp_with_time_zone_null(REMOVED_AT)] {
            manager.alter_table(Table::alter().table(ENDPOINTS).add_column(&mut column).take()).await?;
        }
        manager.create_index(index(LIST, ["endpoint_id", "id"])).await?;
        manager.drop_index(Index::drop().name(ORDER).table(DELIVERIES).to_owned()).await?;
        manager.create_index(index(ORDER, ["order_id", "endpoint_id"])).await
    }

    /// What was removed and not thrown away yet goes now: nothing would tell it from what is there.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let removed =
            Query::delete().from_table(ENDPOINTS).and_where(Expr::col(REMOVED_AT).is_not_null()).take();
        manager.execute(removed).await?;
        manager.drop_index(Index::drop().name(ORDER).table(DELIVERIES).to_owned()).await?;
        manager.create_index(index(ORDER, ["endpoint_id", "order_id"])).await?;
        manager.drop_index(Index::drop().name(LIST).table(DELIVERIES).to_owned()).await?;
        for column in [REMOVED_AT, FAILING_DELIVERY] {
            manager.alter_table(Table::alter().table(ENDPOINTS).drop_column(column).take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn index(name: &'static str, columns: [&'static str; 2]) -> IndexCreateStatement {
    Index::create().name(name).table(DELIVERIES).col(columns[0]).col(columns[1]).take()
}
