//! Deliveries: one event on its way to one endpoint, from attempt to attempt.

use super::schedule::LONGEST;
use super::{ATTEMPTS, retry_delay};
use crate::words::words;
use crate::{DeliveryId, EndpointId, Timestamp};
use chrono::TimeDelta;
use std::time::Duration;

words! {
    /// What became of a delivery.
    DeliveryStatus {
        /// It is still to be made.
        Pending = "pending",
        /// The endpoint has taken it.
        Delivered = "delivered",
        /// It was given up.
        Failed = "failed",
    }
}

/// A delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Identifies it.
    pub id: DeliveryId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// What became of it.
    pub status: DeliveryStatus,
    /// How often it was tried since it was last asked for.
    pub attempts: u32,
    /// When it is tried next, while it is pending.
    pub next_attempt_at: Timestamp,
    /// Until when whoever tries it at the moment has it for itself. Nobody else has the same moment: who takes it over
    /// waits until it has passed, and sets a later one.
    pub claimed_until: Option<Timestamp>,
}

/// What an attempt led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint answered.
    Answered {
        /// The status.
        status: u16,
        /// How long it asks to be left alone.
        retry_after: Option<TimeDelta>,
    },
    /// It did not; why, in words for staff.
    Unanswered(String),
}

impl Outcome {
    /// Tells whether the endpoint has taken the event: any 2xx.
    pub fn is_delivered(&self) -> bool {
        matches!(self, Self::Answered { status: 200..=299, .. })
    }

    /// Tells whether the endpoint wants nothing any more (RFC 9110, 15.5.11).
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Answered { status: 410, .. })
    }
}

/// An attempt, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// What it led to.
    pub outcome: Outcome,
}

impl Delivery {
    /// Takes an attempt into account: it is done, given up after the last of [`ATTEMPTS`], or tried again later; `chance`
    /// moves that moment. Who asks for more time, with a 429 or 503, gets up to 6 hours.
    #[must_use]
    pub fn after(&self, attempt: &Attempt, now: Timestamp, chance: u16) -> Self {
        let attempts = self.attempts.saturating_add(1);
        let (status, wait) = match attempt.outcome {
            _ if attempt.outcome.is_delivered() => (DeliveryStatus::Delivered, TimeDelta::zero()),
            _ if attempts >= ATTEMPTS => (DeliveryStatus::Failed, TimeDelta::zero()),
            Outcome::Answered { status: 429 | 503, retry_after: Some(asked) } => {
                (DeliveryStatus::Pending, retry_delay(attempts, chance).max(asked.min(LONGEST)))
            }
            Outcome::Answered { .. } | Outcome::Unanswered(_) => {
                (DeliveryStatus::Pending, retry_delay(attempts, chance))
            }
        };
        Self { status, attempts, next_attempt_at: now + wait, claimed_until: None, ..self.clone() }
    }

    /// Asks for it once more, as if it had never been tried. Whoever is trying it at the moment goes on.
    #[must_use]
    pub fn asked_for_again(&self, now: Timestamp) -> Self {
        Self { status: DeliveryStatus::Pending, attempts: 0, next_attempt_at: now, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;
    use crate::testing::FixedClock;

    fn now() -> Timestamp {
        FixedClock::default().now()
    }

    fn delivery(attempts: u32) -> Delivery {
        let (id, endpoint, claimed_until) = (DeliveryId(1), EndpointId(1), Some(now()));
        let status = DeliveryStatus::Pending;
        Delivery { id, endpoint, status, attempts, next_attempt_at: now(), claimed_until }
    }

    fn after(before: &Delivery, outcome: Outcome) -> (DeliveryStatus, u32, i64) {
        let after = before.after(&Attempt { at: now(), took: Duration::ZERO, outcome }, now(), 0);
        assert_eq!(after.claimed_until, None);
        (after.status, after.attempts, (after.next_attempt_at - now()).num_seconds())
    }

    fn answer(status: u16) -> Outcome {
        Outcome::Answered { status, retry_after: None }
    }

    #[test]
    fn any_2xx_delivers_and_nothing_else_does() {
        for status in [200, 202, 204, 299] {
            assert_eq!(after(&delivery(0), answer(status)), (DeliveryStatus::Delivered, 1, 0));
        }
        for status in [100, 199, 300, 302, 304, 400, 404, 410, 429, 500, 503, 999] {
            assert_eq!(after(&delivery(0), answer(status)), (DeliveryStatus::Pending, 1, 4), "{status}");
        }
        let unanswered = Outcome::Unanswered("connection refused".to_owned());
        assert_eq!(after(&delivery(1), unanswered), (DeliveryStatus::Pending, 2, 8));
    }

    #[test]
    fn the_last_attempt_gives_up_and_asking_again_begins_anew() {
        assert_eq!(after(&delivery(ATTEMPTS - 2), answer(500)).0, DeliveryStatus::Pending);
        assert_eq!(after(&delivery(ATTEMPTS - 1), answer(500)), (DeliveryStatus::Failed, ATTEMPTS, 0));
        assert_eq!(after(&delivery(ATTEMPTS - 1), answer(200)).0, DeliveryStatus::Delivered);
        let failed = Delivery { status: DeliveryStatus::Failed, ..delivery(ATTEMPTS) };
        let again = failed.asked_for_again(now());
        assert_eq!((again.status, again.attempts), (DeliveryStatus::Pending, 0));
        assert_eq!(again.claimed_until, failed.claimed_until);
    }

    #[test]
    fn who_asks_for_time_gets_some() {
        let asks = |status, seconds| {
            let retry_after = Some(TimeDelta::seconds(seconds));
            after(&delivery(0), Outcome::Answered { status, retry_after }).2
        };
        assert_eq!([asks(429, 90), asks(503, 90), asks(500, 90)], [90, 90, 4]);
        assert_eq!([asks(429, 1), asks(429, 999_999), asks(503, -7)], [4, 21_600, 4]);
    }
}
