//! Events, written with what they tell of, and with a delivery to every endpoint that listens to them. What waits behind
//! earlier events of its order is not due before them.

use super::Work;
use crate::entity::{event, webhook_delivery, webhook_endpoint};
use crate::error::store;
use crate::insert;
use crate::rows::webhooks;
use async_trait::async_trait;
use domain::event::{Event, EventRepository};
use domain::webhook::DeliveryStatus;
use domain::{RepositoryError, Version};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, InsertStatement, JoinType, LockType, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoSimpleExpr, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::BTreeSet;

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
        self.hold_what_precedes(events).await?;
        let rows = events.iter().map(row).collect();
        let ids = insert::numbered(&self.transaction, rows, event::Column::Id).await.map_err(store)?;
        for ids in ids.chunks(AT_ONCE) {
            let deliver = deliveries_of(ids).map_err(store)?;
            self.transaction.execute(&deliver).await.map_err(store)?;
        }
        Ok(())
    }
}

impl Work {
    /// Keeps what the deliveries of these events will wait behind from being concluded until the end: whoever concludes it
    /// then sees them, and makes them due. The first event of an order waits behind nothing, and is not held up here.
    async fn hold_what_precedes(&self, events: &[Event]) -> Result<(), RepositoryError> {
        let later =
            events.iter().filter_map(|event| event.sequence).filter(|place| place.version > Version(1));
        let orders: BTreeSet<_> = later.map(|place| place.order.0).collect();
        if orders.is_empty() {
            return Ok(());
        }
        let held = webhook_delivery::Entity::find()
            .select_only()
            .column(webhook_delivery::Column::Id)
            .filter(webhook_delivery::Column::OrderId.is_in(orders))
            .filter(webhook_delivery::Column::Status.eq(DeliveryStatus::Pending.as_str()))
            .order_by_asc(webhook_delivery::Column::Id)
            .lock(LockType::Share)
            .into_query();
        self.transaction.query_all(&held).await.map(drop).map_err(store)
    }
}

/// Makes a delivery to each endpoint that listens, whether or not it is sent to at the moment. An endpoint that is being
/// thrown away is waited for, so that the delivery does not refer to nothing; nothing else that is done to it is.
fn deliveries_of(events: &[i64]) -> Result<InsertStatement, DbErr> {
    let earlier = Alias::new("earlier");
    let of = |column| Expr::col((earlier.clone(), column));
    let behind = Query::select()
        .expr(Func::max(of(webhook_delivery::Column::NextAttemptAt)))
        .from_as(webhook_delivery::Entity, earlier.clone())
        .and_where(of(webhook_delivery::Column::OrderId).eq(event::Column::OrderId.into_expr()))
        .and_where(of(webhook_delivery::Column::EndpointId).eq(webhook_endpoint::Column::Id.into_expr()))
        .and_where(of(webhook_delivery::Column::Status).eq(DeliveryStatus::Pending.as_str()))
        .take();
    let behind = Expr::SubQuery(None, Box::new(behind.into()));
    let due = Func::coalesce([behind, event::Column::CreatedAt.into_expr()]);
    let select = Query::select()
        .columns([(event::Entity, event::Column::Id)])
        .column((webhook_endpoint::Entity, webhook_endpoint::Column::Id))
        .columns([(event::Entity, event::Column::OrderId)])
        .expr(Expr::val(DeliveryStatus::Pending.as_str()))
        .expr(Expr::val(0_i64))
        .expr(due)
        .from(event::Entity)
        .join(JoinType::InnerJoin, webhook_endpoint::Entity, webhooks::listens())
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
