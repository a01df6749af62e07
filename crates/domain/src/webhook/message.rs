//! What a receiver gets to read: an event in the payload's shape, and the id by which it recognises one that it has had.

use crate::Timestamp;
use crate::event::EventKind;
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::fmt;

/// Identifies an event to the world, as the header `webhook-id`: the same in every attempt and every replay, and no
/// other event's in any shop. It follows from what the database holds, so it need not be kept; the moment is part of it,
/// because a database that is restored from a backup gives its numbers out again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventId(String);

impl EventId {
    /// Derives the id of an event from its database's own id, its number there, and when it happened.
    pub fn of(database: &str, number: i64, at: Timestamp) -> Self {
        let text = format!("{database}\n{number}\n{}", at.timestamp_micros());
        let digest = Sha256::digest(text);
        let hex = digest[..16].iter().fold(String::with_capacity(32), |hex, byte| format!("{hex}{byte:02x}"));
        Self(format!("msg_{hex}"))
    }

    /// Returns the id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An event on its way to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookMessage {
    /// The event.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// When it happened.
    pub at: Timestamp,
    /// Where it stands among the events of its order.
    pub sequence: Option<i64>,
    /// What is told about it, as JSON.
    pub data: String,
}

#[derive(Serialize)]
struct Payload<'a> {
    r#type: EventKind,
    timestamp: Timestamp,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<i64>,
    data: &'a RawValue,
}

impl WebhookMessage {
    /// Writes the body that is sent: the same bytes in every attempt.
    ///
    /// # Panics
    /// Never: the payload is a plain struct, which JSON can hold.
    pub fn body(&self) -> Vec<u8> {
        let data = serde_json::from_str(&self.data).unwrap_or(RawValue::NULL);
        let payload = Payload {
            r#type: self.kind,
            timestamp: self.at,
            id: self.id.as_str(),
            sequence: self.sequence,
            data,
        };
        serde_json::to_vec(&payload).expect("the payload is a plain struct, which JSON can hold")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;
    use crate::testing::FixedClock;
    use chrono::TimeDelta;

    #[test]
    fn the_body_is_the_events_own_json_in_its_envelope() {
        let at = FixedClock::default().now();
        let id = EventId::of("a-shop", 7, at);
        let message = WebhookMessage {
            id,
            kind: EventKind::OrderPaid,
            at,
            sequence: Some(2),
            data: r#"{"b":1.0,"a":[]}"#.to_owned(),
        };
        let id = message.id.as_str();
        let envelope = format!(
            r#"{{"type":"order.paid","timestamp":"2026-06-01T12:00:00Z","id":"{id}","sequence":2,"data":{{"b":1.0,"a":[]}}}}"#
        );
        assert_eq!(String::from_utf8(message.body()).unwrap(), envelope);
        let of_no_order = WebhookMessage { sequence: None, ..message };
        assert!(!String::from_utf8(of_no_order.body()).unwrap().contains("sequence"));
    }

    #[test]
    fn an_id_is_one_events_alone() {
        let at = FixedClock::default().now();
        let id = EventId::of("a-shop", 7, at);
        assert_eq!(id, EventId::of("a-shop", 7, at));
        assert!(id.as_str().len() == 36 && !id.as_str().contains('.'), "{id}");
        for other in [
            EventId::of("another", 7, at),
            EventId::of("a-shop", 8, at),
            EventId::of("a-shop", 7, at + TimeDelta::microseconds(1)),
        ] {
            assert_ne!(other, id);
        }
    }
}
