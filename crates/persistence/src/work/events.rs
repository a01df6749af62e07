//! Events, written with what they tell of, and with a delivery to every endpoint that listens to them.

use super::Work;
use crate::entity::{event, webhook_delivery, webhook_endpoint};
use crate::error::store;
use crate::insert;
use crate::rows::webhooks;
use async_trait::async_trait;
use domain::RepositoryError;
use domain::event::{Event, EventRepository};
use domain::webhook::DeliveryStatus;
use sea_orm::sea_query::{Condition, Expr, InsertStatement, JoinType, LockType, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, IntoSimpleExpr};

/// How many events one statement delivers: far below what the databases allow.
const AT_ONCE: usize = 1_000;

#[async_trait]
impl EventRepository for Work {
    async fn record(&mut self, events: &[Event]) -> Result<(), RepositoryError> {
        let row = |event: &Event| event::ActiveModel {
            kind: Set(event.kind.as_str().to_owned()),
            order_id: Set(event.sequence.map(|place| place.order.0)),
            sequence: Set(event.sequence.map(|place| place.version.0)),
            data: Set(event.data.clone()),
            created_at: Set(event.at),
            ..Default::default()
        };
        let rows = events.iter().map(row).collect();
        let ids = insert::numbered(&self.transaction, rows, event::Column::Id).await.map_err(store)?;
        for ids in ids.chunks(AT_ONCE) {
            let deliver = deliveries_of(ids).map_err(store)?;
            self.transaction.execute(&deliver).await.map_err(store)?;
        }
        Ok(())
    }
}

/// Makes a delivery to each endpoint that listens, whether or not it is sent to at the moment. An endpoint that somebody
/// is removing is waited for, so that the delivery does not refer to nothing; nothing else that is done to it is.
fn deliveries_of(events: &[i64]) -> Result<InsertStatement, DbErr> {
    let select = Query::select()
        .columns([(event::Entity, event::Column::Id)])
        .column((webhook_endpoint::Entity, webhook_endpoint::Column::Id))
        .columns([(event::Entity, event::Column::OrderId)])
        .expr(Expr::val(DeliveryStatus::Pending.as_str()))
        .expr(Expr::val(0_i64))
        .column((event::Entity, event::Column::CreatedAt))
        .from(event::Entity)
        .join(JoinType::InnerJoin, webhook_endpoint::Entity, Condition::all().add(webhooks::listens()))
        .and_where(event::Column::Id.is_in(events.iter().copied()).into_simple_expr())
        .order_by((event::Entity, event::Column::Id), sea_orm::Order::Asc)
        .lock_with_tables(LockType::KeyShare, [webhook_endpoint::Entity])
        .take();
    let mut insert = Query::insert()
        .into_table(webhook_delivery::Entity)
        .columns([
            webhook_delivery::Column::EventId,
            webhook_delivery::Column::EndpointId,
            webhook_delivery::Column::OrderId,
            webhook_delivery::Column::Status,
            webhook_delivery::Column::Attempts,
            webhook_delivery::Column::NextAttemptAt,
        ])
        .take();
    insert.select_from(select).map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(insert)
}
