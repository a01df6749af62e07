//! What staff see of webhooks. The secret of an endpoint is in none of these.

use super::{
    Attempt, Delivery, DeliveryStatus, Endpoint, EndpointState, EndpointStatus, Outcome, ParkReason,
    WebhookMessage,
};
use crate::event::EventKind;
use crate::{DeliveryId, EndpointId, OrderId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An endpoint that events are sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = WebhookEndpoint))]
pub struct EndpointView {
    /// Identifies it.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, example = 1))]
    pub id: EndpointId,
    /// Where it is.
    #[cfg_attr(feature = "openapi", schema(example = "https://example.com/webhooks"))]
    pub url: String,
    /// What staff want to remember about it.
    pub description: String,
    /// The events that it listens to; `*` alone is all of them.
    #[cfg_attr(feature = "openapi", schema(example = json!(["order.placed", "order.paid"])))]
    pub events: Vec<String>,
    /// Whether it is sent to.
    pub status: EndpointStatus,
    /// Since when it is parked.
    pub parked_at: Option<DateTime<Utc>>,
    /// Why it is parked.
    pub parked_because: Option<ParkReason>,
    /// How many attempts failed in a row, at whatever deliveries.
    pub failures: u32,
    /// When the first of them was made.
    pub failing_since: Option<DateTime<Utc>>,
    /// How many deliveries wait: for their next attempt, or for the endpoint to be active again.
    pub pending: u64,
    /// How many deliveries were given up and not asked for again.
    pub failed: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When staff last changed it.
    pub updated_at: DateTime<Utc>,
}

impl EndpointView {
    /// Shows an endpoint with so many deliveries that wait, and so many that were given up.
    pub fn of(endpoint: &Endpoint, pending: u64, failed: u64) -> Self {
        let parked = match endpoint.state {
            EndpointState::Parked { since, reason } => Some((since, reason)),
            EndpointState::Active | EndpointState::Paused => None,
        };
        Self {
            id: endpoint.id,
            url: endpoint.url.as_str().to_owned(),
            description: endpoint.note.as_str().to_owned(),
            events: endpoint.events.words().into_iter().map(ToOwned::to_owned).collect(),
            status: endpoint.state.status(),
            parked_at: parked.map(|(since, _)| since),
            parked_because: parked.map(|(_, reason)| reason),
            failures: endpoint.streak.failures,
            failing_since: endpoint.streak.since,
            pending,
            failed,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
        }
    }
}

/// An event on its way to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = WebhookDelivery))]
pub struct DeliveryView {
    /// Identifies the delivery.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, example = 1))]
    pub id: DeliveryId,
    /// The event, as the receiver knows it: the header `webhook-id`.
    #[cfg_attr(feature = "openapi", schema(example = "msg_2f0c9d3e8b7a41560e1d2c3b4a596877"))]
    pub event_id: String,
    /// What happened.
    pub r#type: EventKind,
    /// The order that it happened to.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub order_id: Option<OrderId>,
    /// Where it stands among the events of its order.
    pub sequence: Option<i64>,
    /// What became of it.
    pub status: DeliveryStatus,
    /// How often it was tried since it was last asked for.
    pub attempts: u32,
    /// When it is tried next, if the endpoint is active; null when it is not pending.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The status of the last answer; null where none came.
    pub last_response_status: Option<u16>,
    /// Why no answer came the last time.
    pub last_error: Option<String>,
    /// When the event happened.
    pub created_at: DateTime<Utc>,
    /// Every attempt, the first one first.
    pub log: Vec<AttemptView>,
}

impl DeliveryView {
    /// Shows a delivery with its event, the order that the event is of, and its attempts.
    pub fn of(
        delivery: &Delivery,
        message: &WebhookMessage,
        order: Option<OrderId>,
        log: &[Attempt],
    ) -> Self {
        let log: Vec<AttemptView> = log.iter().map(AttemptView::from).collect();
        let pending = delivery.status == DeliveryStatus::Pending;
        Self {
            id: delivery.id,
            event_id: message.id.to_string(),
            r#type: message.kind,
            order_id: order,
            sequence: message.sequence,
            status: delivery.status,
            attempts: delivery.attempts,
            next_attempt_at: pending.then_some(delivery.next_attempt_at),
            last_response_status: log.last().and_then(|last| last.status),
            last_error: log.last().and_then(|last| last.error.clone()),
            created_at: message.at,
            log,
        }
    }
}

/// An attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = WebhookAttempt))]
pub struct AttemptView {
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The status of the answer; null where none came.
    pub status: Option<u16>,
    /// Why no answer came.
    pub error: Option<String>,
}

impl From<&Attempt> for AttemptView {
    fn from(attempt: &Attempt) -> Self {
        let (status, error) = match &attempt.outcome {
            Outcome::Answered { status, .. } => (Some(*status), None),
            Outcome::Unanswered(reason) => (None, Some(reason.clone())),
        };
        let duration_ms = u64::try_from(attempt.took.as_millis()).unwrap_or(u64::MAX);
        Self { at: attempt.at, duration_ms, status, error }
    }
}
