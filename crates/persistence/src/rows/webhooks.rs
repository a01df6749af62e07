//! Endpoints, deliveries and their attempts.

use crate::entity::{event, shop, webhook_attempt, webhook_delivery, webhook_endpoint};
use crate::error::{corrupt, store};
use domain::event::EventKind;
use domain::webhook::{
    Attempt, Delivery, DeliveryStatus, Endpoint, EndpointKey, EndpointNonce, EndpointNote, EndpointState,
    EndpointStatus, EventId, Interest, Outcome, ParkReason, Streak, TargetUrl, WebhookMessage,
};
use domain::{DeliveryId, EndpointId, Invalid, RepositoryError, Timestamp};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};
use std::time::Duration;

/// Finds endpoints: those that staff have not removed.
pub(crate) fn endpoints() -> Select<webhook_endpoint::Entity> {
    webhook_endpoint::Entity::find().filter(webhook_endpoint::Column::RemovedAt.is_null())
}

/// Finds an endpoint that staff have not removed.
pub(crate) fn endpoint_of(id: EndpointId) -> Select<webhook_endpoint::Entity> {
    endpoints().filter(webhook_endpoint::Column::Id.eq(id.0))
}

/// Writes what an endpoint listens to: each word between two spaces, so that it is found by itself.
pub(crate) fn interest_text(events: &Interest) -> String {
    format!(" {} ", events.words().join(" "))
}

/// Is true where the endpoint of a statement is there, and listens to the event of the same statement.
pub(crate) fn listens() -> Condition {
    Condition::all().add(webhook_endpoint::Column::RemovedAt.is_null()).add(Expr::cust(
        "(webhook_endpoints.events = ' * ' OR webhook_endpoints.events LIKE '% ' || events.kind || ' %')",
    ))
}

/// Is true of a delivery that is due, that nobody has claimed, and that no earlier event of its order must precede.
pub(crate) fn is_next(now: Timestamp) -> Condition {
    let earlier = Alias::new("earlier");
    let of = |column| Expr::col((earlier.clone(), column));
    let same = |column| of(column).eq(Expr::col((webhook_delivery::Entity, column)));
    let precedes = Query::select()
        .expr(Expr::val(1))
        .from_as(webhook_delivery::Entity, earlier.clone())
        .and_where(same(webhook_delivery::Column::EndpointId))
        .and_where(same(webhook_delivery::Column::OrderId))
        .and_where(of(webhook_delivery::Column::Status).eq(DeliveryStatus::Pending.as_str()))
        .and_where(
            of(webhook_delivery::Column::EventId)
                .lt(Expr::col((webhook_delivery::Entity, webhook_delivery::Column::EventId))),
        )
        .take();
    let claimed_until = webhook_delivery::Column::ClaimedUntil;
    Condition::all()
        .add(webhook_delivery::Column::Status.eq(DeliveryStatus::Pending.as_str()))
        .add(webhook_delivery::Column::NextAttemptAt.lte(now))
        .add(claimed_until.is_null().or(claimed_until.lte(now)))
        .add(Expr::not_exists(precedes))
}

pub(crate) fn endpoint(row: &webhook_endpoint::Model) -> Result<Endpoint, RepositoryError> {
    Ok(Endpoint {
        id: EndpointId(row.id),
        url: TargetUrl::parse(&row.url).map_err(corrupt("webhook_endpoints.url"))?,
        note: EndpointNote::parse(&row.description).map_err(corrupt("webhook_endpoints.description"))?,
        events: interest(&row.events).map_err(corrupt("webhook_endpoints.events"))?,
        state: state(row)?,
        streak: Streak {
            failures: count(row.failures),
            since: row.failing_since,
            first: row.failing_delivery_id.map(DeliveryId),
        },
        key: key(row)?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

pub(crate) fn key(row: &webhook_endpoint::Model) -> Result<EndpointKey, RepositoryError> {
    Ok(EndpointKey {
        nonce: EndpointNonce::parse(&row.nonce).map_err(corrupt("webhook_endpoints.nonce"))?,
        version: count(row.secret_version),
        rotated_at: row.secret_rotated_at,
    })
}

fn interest(text: &str) -> Result<Interest, Invalid> {
    let mut words = text.split_whitespace().peekable();
    if words.next_if_eq(&Interest::EVERY).is_some() {
        return Ok(Interest::All);
    }
    words.map(EventKind::parse).collect::<Result<_, _>>().map(Interest::Only)
}

fn state(row: &webhook_endpoint::Model) -> Result<EndpointState, RepositoryError> {
    let parked = "webhook_endpoints.parked_because";
    Ok(match EndpointStatus::parse(&row.status).map_err(corrupt("webhook_endpoints.status"))? {
        EndpointStatus::Active => EndpointState::Active,
        EndpointStatus::Paused => EndpointState::Paused,
        EndpointStatus::Parked => EndpointState::Parked {
            since: row.parked_at.unwrap_or(row.updated_at),
            reason: ParkReason::parse(row.parked_because.as_deref().unwrap_or_default())
                .map_err(corrupt(parked))?,
        },
    })
}

pub(crate) fn delivery(row: &webhook_delivery::Model) -> Result<Delivery, RepositoryError> {
    Ok(Delivery {
        id: DeliveryId(row.id),
        endpoint: EndpointId(row.endpoint_id),
        status: DeliveryStatus::parse(&row.status).map_err(corrupt("webhook_deliveries.status"))?,
        attempts: count(row.attempts),
        next_attempt_at: row.next_attempt_at,
        claimed_until: row.claimed_until,
    })
}

pub(crate) fn message(database: &str, row: event::Model) -> Result<WebhookMessage, RepositoryError> {
    Ok(WebhookMessage {
        id: EventId::of(database, row.id, row.created_at),
        kind: EventKind::parse(&row.kind).map_err(corrupt("events.kind"))?,
        at: row.created_at,
        sequence: row.sequence,
        data: row.data,
    })
}

pub(crate) fn attempt(row: webhook_attempt::Model) -> Attempt {
    let status = row.status.and_then(|status| u16::try_from(status).ok());
    Attempt {
        at: row.at,
        took: Duration::from_millis(row.duration_ms.unsigned_abs()),
        outcome: match status {
            Some(status) => Outcome::Answered { status, retry_after: None },
            None => Outcome::Unanswered(row.error.unwrap_or_default()),
        },
    }
}

/// Returns what tells this database from every other.
pub(crate) async fn database_id(connection: &impl ConnectionTrait) -> Result<String, RepositoryError> {
    let row = shop::Entity::find().one(connection).await.map_err(store)?;
    let row = row.ok_or_else(|| RepositoryError::Unexpected("the shop's row is missing".to_owned()))?;
    Ok(row.database_id)
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
