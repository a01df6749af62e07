//! Endpoints and the deliveries to them. None of it is in any cell, so nothing is recorded as changed.

use super::Work;
use crate::entity::{event, shop, webhook_attempt, webhook_delivery, webhook_endpoint};
use crate::error::store;
use crate::insert;
use crate::rows::webhooks;
use async_trait::async_trait;
use domain::webhook::{
    Attempt, Batch, Delivery, DeliveryStatus, Endpoint, EndpointState, EndpointStatus, NewEndpoint, Outcome,
    WebhookMessage, WebhookRepository,
};
use domain::{DeliveryId, EndpointId, RepositoryError, Timestamp};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query, UpdateStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

/// How many deliveries one statement makes due: each is far below what a statement may take.
const AT_ONCE: u64 = 1_000;

#[async_trait]
impl WebhookRepository for Work {
    async fn count(&mut self) -> Result<u64, RepositoryError> {
        let alone = shop::Entity::find().lock(LockType::NoKeyUpdate);
        alone.one(&self.transaction).await.map_err(store)?;
        webhooks::endpoints().count(&self.transaction).await.map_err(store)
    }

    async fn insert(&mut self, new: &NewEndpoint) -> Result<Endpoint, RepositoryError> {
        let row = webhook_endpoint::ActiveModel {
            url: Set(new.url.as_str().to_owned()),
            description: Set(new.note.as_str().to_owned()),
            events: Set(webhooks::interest_text(&new.events)),
            status: Set(EndpointStatus::Active.as_str().to_owned()),
            failures: Set(0),
            nonce: Set(new.key.nonce.as_str().to_owned()),
            secret_version: Set(new.key.version.into()),
            secret_rotated_at: Set(new.key.rotated_at),
            created_at: Set(new.created_at),
            updated_at: Set(new.created_at),
            ..Default::default()
        };
        let row = row.insert(&self.transaction).await.map_err(store)?;
        Ok(Endpoint::made(EndpointId(row.id), new))
    }

    async fn lock(&mut self, id: EndpointId) -> Result<Option<Endpoint>, RepositoryError> {
        let held = webhooks::endpoint_of(id).lock(LockType::NoKeyUpdate);
        held.one(&self.transaction).await.map_err(store)?.as_ref().map(webhooks::endpoint).transpose()
    }

    async fn save(&mut self, endpoint: &Endpoint) -> Result<(), RepositoryError> {
        row(endpoint).update(&self.transaction).await.map(drop).map_err(store)
    }

    async fn remove(&mut self, id: EndpointId, now: Timestamp) -> Result<bool, RepositoryError> {
        let remove = webhook_endpoint::Entity::update_many()
            .col_expr(webhook_endpoint::Column::RemovedAt, Expr::value(now))
            .filter(webhook_endpoint::Column::Id.eq(id.0))
            .filter(webhook_endpoint::Column::RemovedAt.is_null());
        let removed = remove.exec(&self.transaction).await.map_err(store)?;
        Ok(removed.rows_affected > 0)
    }

    async fn restart(&mut self, endpoint: EndpointId, now: Timestamp) -> Result<(), RepositoryError> {
        let some = restart(endpoint, now);
        while self.transaction.execute(&some).await.map_err(store)?.rows_affected() == AT_ONCE {}
        Ok(())
    }

    async fn claim(
        &mut self,
        endpoint: EndpointId,
        now: Timestamp,
        until: Timestamp,
        most: usize,
    ) -> Result<Option<Batch>, RepositoryError> {
        let active = webhooks::endpoint_of(endpoint)
            .select_only()
            .column(webhook_endpoint::Column::Id)
            .filter(webhook_endpoint::Column::Status.eq(EndpointStatus::Active.as_str()));
        let rows = webhook_delivery::Entity::find()
            .filter(webhook_delivery::Column::EndpointId.in_subquery(active.into_query()))
            .filter(webhooks::is_next(now))
            .order_by_asc(webhook_delivery::Column::NextAttemptAt)
            .order_by_asc(webhook_delivery::Column::EventId)
            .limit(most as u64)
            .lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
            .all(&self.transaction)
            .await
            .map_err(store)?;
        if rows.is_empty() {
            return Ok(None);
        }
        let claim = webhook_delivery::Entity::update_many()
            .col_expr(webhook_delivery::Column::ClaimedUntil, Expr::value(until))
            .filter(webhook_delivery::Column::Id.is_in(rows.iter().map(|row| row.id)));
        claim.exec(&self.transaction).await.map_err(store)?;
        let endpoint = webhooks::endpoint_of(endpoint).one(&self.transaction).await.map_err(store)?;
        let Some(endpoint) = endpoint else { return Ok(None) };
        let endpoint = webhooks::endpoint(&endpoint)?;
        Ok(Some(Batch { endpoint, claimed: self.messages(rows, until).await? }))
    }

    async fn lock_delivery(
        &mut self,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, RepositoryError> {
        let held = webhook_delivery::Entity::find_by_id(id.0)
            .filter(webhook_delivery::Column::EndpointId.eq(endpoint.0))
            .lock(LockType::NoKeyUpdate);
        held.one(&self.transaction).await.map_err(store)?.as_ref().map(webhooks::delivery).transpose()
    }

    async fn save_delivery(&mut self, delivery: &Delivery) -> Result<(), RepositoryError> {
        let row = webhook_delivery::ActiveModel {
            id: Unchanged(delivery.id.0),
            status: Set(delivery.status.as_str().to_owned()),
            attempts: Set(delivery.attempts.into()),
            next_attempt_at: Set(delivery.next_attempt_at),
            claimed_until: Set(delivery.claimed_until),
            ..Default::default()
        };
        let row = row.update(&self.transaction).await.map_err(store)?;
        let Some(order) = row.order_id else { return Ok(()) };
        let behind = webhook_delivery::Entity::update_many()
            .col_expr(webhook_delivery::Column::NextAttemptAt, Expr::value(row.next_attempt_at))
            .filter(webhook_delivery::Column::OrderId.eq(order))
            .filter(webhook_delivery::Column::EndpointId.eq(row.endpoint_id))
            .filter(webhook_delivery::Column::Status.eq(DeliveryStatus::Pending.as_str()))
            .filter(webhook_delivery::Column::EventId.gt(row.event_id));
        behind.exec(&self.transaction).await.map(drop).map_err(store)
    }

    async fn log(&mut self, delivery: DeliveryId, attempt: &Attempt) -> Result<(), RepositoryError> {
        let (status, error) = match &attempt.outcome {
            Outcome::Answered { status, .. } => (Some(i64::from(*status)), None),
            Outcome::Unanswered(reason) => (None, Some(reason.clone())),
        };
        let row = webhook_attempt::ActiveModel {
            id: NotSet,
            delivery_id: Set(delivery.0),
            at: Set(attempt.at),
            duration_ms: Set(i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX)),
            status: Set(status),
            error: Set(error),
        };
        insert::rows(&self.transaction, vec![row]).await.map_err(store)
    }
}

impl Work {
    /// Adds to deliveries what is sent, in the same order.
    async fn messages(
        &self,
        rows: Vec<webhook_delivery::Model>,
        claimed_until: Timestamp,
    ) -> Result<Vec<(Delivery, WebhookMessage)>, RepositoryError> {
        let events = event::Entity::find()
            .filter(event::Column::Id.is_in(rows.iter().map(|row| row.event_id)))
            .all(&self.transaction)
            .await
            .map_err(store)?;
        let database = webhooks::database_id(&self.transaction).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let event = events.iter().find(|event| event.id == row.event_id).cloned();
            let event = event.ok_or_else(|| super::overtaken("an event"))?; // pruned this very moment
            let delivery = Delivery { claimed_until: Some(claimed_until), ..webhooks::delivery(&row)? };
            claimed.push((delivery, webhooks::message(&database, event)?));
        }
        Ok(claimed)
    }
}

/// Makes some of the pending deliveries to an endpoint due that are not: since they happened, so that they go in that order.
fn restart(endpoint: EndpointId, now: Timestamp) -> UpdateStatement {
    let happened = event::Column::CreatedAt.into_expr();
    let since = Query::select()
        .expr(Expr::case(happened.clone().lt(now), happened).finally(now))
        .from(event::Entity)
        .and_where(event::Column::Id.into_expr().eq(webhook_delivery::Column::EventId.into_expr()))
        .take();
    let some = webhook_delivery::Entity::find()
        .select_only()
        .column(webhook_delivery::Column::Id)
        .filter(webhook_delivery::Column::EndpointId.eq(endpoint.0))
        .filter(webhook_delivery::Column::Status.eq(DeliveryStatus::Pending.as_str()))
        .filter(webhook_delivery::Column::NextAttemptAt.gt(now))
        .order_by_asc(webhook_delivery::Column::NextAttemptAt)
        .order_by_asc(webhook_delivery::Column::EventId)
        .limit(AT_ONCE)
        .lock(LockType::NoKeyUpdate) // in this order, as whoever tells a later event holds what precedes it
        .into_query();
    webhook_delivery::Entity::update_many()
        .col_expr(webhook_delivery::Column::NextAttemptAt, Expr::SubQuery(None, Box::new(since.into())))
        .filter(webhook_delivery::Column::Id.in_subquery(some))
        .into_query()
}

/// What of an endpoint can change.
fn row(endpoint: &Endpoint) -> webhook_endpoint::ActiveModel {
    let parked = match endpoint.state {
        EndpointState::Parked { since, reason } => Some((since, reason)),
        EndpointState::Active | EndpointState::Paused => None,
    };
    webhook_endpoint::ActiveModel {
        id: Unchanged(endpoint.id.0),
        url: Set(endpoint.url.as_str().to_owned()),
        description: Set(endpoint.note.as_str().to_owned()),
        events: Set(webhooks::interest_text(&endpoint.events)),
        status: Set(endpoint.state.status().as_str().to_owned()),
        parked_at: Set(parked.map(|(since, _)| since)),
        parked_because: Set(parked.map(|(_, reason)| reason.as_str().to_owned())),
        failures: Set(endpoint.streak.failures.into()),
        failing_since: Set(endpoint.streak.since),
        failing_delivery_id: Set(endpoint.streak.first.map(|delivery| delivery.0)),
        secret_version: Set(endpoint.key.version.into()),
        secret_rotated_at: Set(endpoint.key.rotated_at),
        updated_at: Set(endpoint.updated_at),
        ..Default::default()
    }
}
