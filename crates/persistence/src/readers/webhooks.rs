//! Endpoints and the deliveries to them, as staff see them, and what is due.

#[cfg(test)]
mod plans;

use crate::Database;
use crate::entity::{event, webhook_attempt, webhook_delivery, webhook_endpoint};
use crate::error::store;
use crate::readers::paging;
use crate::rows::webhooks;
use async_trait::async_trait;
use domain::page::Page;
use domain::webhook::{
    Attempt, DeliveryCursor, DeliveryQuery, DeliveryStatus, DeliveryView, EndpointKey, EndpointStatus,
    EndpointView, WebhookReader,
};
use domain::{DeliveryId, Doc, EndpointId, OrderId, RepositoryError, Sourced, Timestamp, Version};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};
use std::collections::HashMap;

#[async_trait]
impl WebhookReader for Database {
    async fn endpoints(&self) -> Result<Sourced<Doc<Page<EndpointView>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let all = webhooks::endpoints().order_by_asc(webhook_endpoint::Column::Id);
        let rows = all.all(&snapshot).await.map_err(store)?;
        let page = Page::whole(views(&snapshot, rows).await?);
        Ok(Sourced::direct(self.source(), Doc::encode(Version::NONE, &page)))
    }

    async fn endpoint(&self, id: EndpointId) -> Result<Option<Sourced<Doc<EndpointView>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let found = webhooks::endpoint_of(id).one(&snapshot).await.map_err(store)?;
        let views = views(&snapshot, found.into_iter().collect()).await?;
        let document = |view: &EndpointView| Sourced::direct(self.source(), Doc::encode(Version::NONE, view));
        Ok(views.first().map(document))
    }

    async fn key(&self, id: EndpointId) -> Result<Option<Sourced<EndpointKey>>, RepositoryError> {
        let found = webhooks::endpoint_of(id).one(&self.connection).await.map_err(store)?;
        let key = found.as_ref().map(webhooks::key).transpose()?;
        Ok(key.map(|key| Sourced::direct(self.source(), key)))
    }

    async fn deliveries(
        &self,
        endpoint: EndpointId,
        query: &DeliveryQuery,
    ) -> Result<Option<Sourced<Doc<Page<DeliveryView>>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let known = webhooks::endpoint_of(endpoint).count(&snapshot).await.map_err(store)?;
        if known == 0 {
            return Ok(None);
        }
        let page = page(&snapshot, endpoint, query).await?;
        Ok(Some(Sourced::direct(self.source(), Doc::encode(Version::NONE, &page))))
    }

    async fn delivery(
        &self,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Option<Sourced<Doc<DeliveryView>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let there = webhooks::endpoint_of(endpoint).select_only().column(webhook_endpoint::Column::Id);
        let found = webhook_delivery::Entity::find_by_id(id.0)
            .filter(webhook_delivery::Column::EndpointId.in_subquery(there.into_query()))
            .find_also_related(event::Entity)
            .all(&snapshot)
            .await
            .map_err(store)?;
        let views = delivery_views(&snapshot, found).await?;
        let document = |view: &DeliveryView| Sourced::direct(self.source(), Doc::encode(Version::NONE, view));
        Ok(views.first().map(document))
    }

    async fn due(&self, now: Timestamp) -> Result<Vec<EndpointId>, RepositoryError> {
        let ids: Vec<i64> = due(now).into_tuple().all(&self.connection).await.map_err(store)?;
        Ok(ids.into_iter().map(EndpointId).collect())
    }
}

/// Asks for the active endpoints with something to send now. Their first delivery in the order of sending is looked for, not
/// just any: that order is an index's, so the question stays cheap however much waits.
fn due(now: Timestamp) -> Select<webhook_endpoint::Entity> {
    let endpoint = Expr::col((webhook_endpoint::Entity, webhook_endpoint::Column::Id));
    let of_delivery = |column| Expr::col((webhook_delivery::Entity, column));
    let first = Query::select()
        .expr(of_delivery(webhook_delivery::Column::Id))
        .from(webhook_delivery::Entity)
        .and_where(of_delivery(webhook_delivery::Column::EndpointId).eq(endpoint))
        .cond_where(webhooks::is_next(now))
        .order_by(webhook_delivery::Column::NextAttemptAt, Order::Asc)
        .order_by(webhook_delivery::Column::EventId, Order::Asc)
        .limit(1)
        .take();
    webhooks::endpoints()
        .select_only()
        .column(webhook_endpoint::Column::Id)
        .filter(webhook_endpoint::Column::Status.eq(EndpointStatus::Active.as_str()))
        .filter(Expr::expr(first).is_not_null())
}

/// Shows endpoints with how many of their deliveries wait and were given up.
async fn views(
    snapshot: &DatabaseTransaction,
    rows: Vec<webhook_endpoint::Model>,
) -> Result<Vec<EndpointView>, RepositoryError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let unfinished = [DeliveryStatus::Pending, DeliveryStatus::Failed].map(DeliveryStatus::as_str);
    let counts: Vec<(i64, String, i64)> = webhook_delivery::Entity::find()
        .select_only()
        .columns([webhook_delivery::Column::EndpointId, webhook_delivery::Column::Status])
        .column_as(webhook_delivery::Column::Id.count(), "number")
        .filter(webhook_delivery::Column::EndpointId.is_in(rows.iter().map(|row| row.id)))
        .filter(webhook_delivery::Column::Status.is_in(unfinished))
        .group_by(webhook_delivery::Column::EndpointId)
        .group_by(webhook_delivery::Column::Status)
        .into_tuple()
        .all(snapshot)
        .await
        .map_err(store)?;
    let count = |id: i64, status: DeliveryStatus| {
        let found = counts.iter().find(|(of, is, _)| *of == id && is == status.as_str());
        found.map_or(0, |(.., number)| number.unsigned_abs())
    };
    let view = |row: &webhook_endpoint::Model| {
        let (pending, failed) =
            (count(row.id, DeliveryStatus::Pending), count(row.id, DeliveryStatus::Failed));
        Ok(EndpointView::of(&webhooks::endpoint(row)?, pending, failed))
    };
    rows.iter().map(view).collect()
}

async fn page(
    snapshot: &DatabaseTransaction,
    endpoint: EndpointId,
    query: &DeliveryQuery,
) -> Result<Page<DeliveryView>, RepositoryError> {
    let DeliveryQuery { status, position, limit } = query;
    let matching = Condition::all()
        .add(webhook_delivery::Column::EndpointId.eq(endpoint.0))
        .add_option(status.map(|status| webhook_delivery::Column::Status.eq(status.as_str())));
    let all = webhook_delivery::Entity::find().filter(matching);
    let total = all.clone().count(snapshot).await.map_err(store)?;
    let shown = paging::newest_first(all, webhook_delivery::Column::Id, position, *limit, |last| last.id.0);
    let mut rows = shown.find_also_related(event::Entity).all(snapshot).await.map_err(store)?;
    let next = paging::cut(&mut rows, *limit, |(row, _)| DeliveryCursor { id: DeliveryId(row.id) });
    let items = delivery_views(snapshot, rows).await?;
    Ok(Page::new(items, position, *limit, total, next))
}

async fn delivery_views(
    connection: &impl ConnectionTrait,
    rows: Vec<(webhook_delivery::Model, Option<event::Model>)>,
) -> Result<Vec<DeliveryView>, RepositoryError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let made = webhook_attempt::Entity::find()
        .filter(webhook_attempt::Column::DeliveryId.is_in(rows.iter().map(|(row, _)| row.id)))
        .order_by_asc(webhook_attempt::Column::Id)
        .all(connection)
        .await
        .map_err(store)?;
    let mut logs = HashMap::<i64, Vec<Attempt>>::new();
    for row in made {
        logs.entry(row.delivery_id).or_default().push(webhooks::attempt(row));
    }
    let database = webhooks::database_id(connection).await?;
    let view = |(row, event): (webhook_delivery::Model, Option<event::Model>)| {
        let event = event.ok_or_else(|| RepositoryError::Unexpected("a delivery has no event".to_owned()))?;
        let log = logs.remove(&row.id).unwrap_or_default();
        let message = webhooks::message(&database, event)?;
        Ok(DeliveryView::of(&webhooks::delivery(&row)?, &message, row.order_id.map(OrderId), &log))
    };
    rows.into_iter().map(view).collect()
}
