//! Endpoints: where staff want which events sent, and how well that goes.

use super::{Attempt, EndpointKey, TargetUrl};
use crate::event::EventKind;
use crate::text::Prose;
use crate::words::words;
use crate::{DeliveryId, EndpointId, Timestamp};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// The most endpoints that a shop has. Each is sent to side by side, so this bounds what an instance does at once.
pub const MAX_ENDPOINTS: u64 = 32;

/// How many attempts in a row must fail, and for how long, before an endpoint is parked: a receiver that is away for a
/// night comes back by itself. They must be at more than one delivery: one that is always refused says nothing of others.
const PARKED_AFTER: (u32, TimeDelta) = (10, TimeDelta::hours(12));

/// What staff want to remember about an endpoint.
pub type EndpointNote = Prose<500>;

words! {
    /// Whether an endpoint is sent to.
    EndpointStatus {
        /// It is sent to.
        Active = "active",
        /// Staff want its deliveries to wait.
        Paused = "paused",
        /// The shop has stopped sending, because it kept failing; its deliveries wait.
        Parked = "parked",
    }
}

words! {
    /// Why an endpoint was parked.
    ParkReason {
        /// It answered 410 Gone.
        Gone = "gone",
        /// Attempts kept failing.
        Failing = "failing",
    }
}

/// Where an endpoint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointState {
    /// It is sent to.
    Active,
    /// Staff want its deliveries to wait.
    Paused,
    /// It kept failing; its deliveries wait.
    Parked {
        /// Since then.
        since: Timestamp,
        /// Why.
        reason: ParkReason,
    },
}

impl EndpointState {
    /// Returns the state's name.
    pub fn status(self) -> EndpointStatus {
        match self {
            Self::Active => EndpointStatus::Active,
            Self::Paused => EndpointStatus::Paused,
            Self::Parked { .. } => EndpointStatus::Parked,
        }
    }
}

/// Attempts that failed in a row, those at any delivery of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Streak {
    /// How many.
    pub failures: u32,
    /// When the first of them was made.
    pub since: Option<Timestamp>,
    /// The delivery that it was made at.
    pub first: Option<DeliveryId>,
}

impl Streak {
    /// Goes on with an attempt that failed.
    fn and(self, delivery: DeliveryId, at: Timestamp) -> Self {
        Self {
            failures: self.failures.saturating_add(1),
            since: self.since.or(Some(at)),
            first: self.first.or(Some(delivery)),
        }
    }

    /// Tells whether so much failed, and for so long, that an attempt at this delivery, the last of it, parks the endpoint.
    fn parks(self, delivery: DeliveryId, at: Timestamp) -> bool {
        let (failures, time) = PARKED_AFTER;
        self.failures >= failures
            && self.since.is_some_and(|since| at - since >= time)
            && self.first != Some(delivery)
    }
}

/// Which events an endpoint listens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interest {
    /// All, those that there will be some day too.
    All,
    /// These.
    Only(BTreeSet<EventKind>),
}

impl Interest {
    /// What stands for all of them.
    pub const EVERY: &'static str = "*";

    /// Tells whether events of a kind are sent.
    pub fn covers(&self, kind: EventKind) -> bool {
        match self {
            Self::All => true,
            Self::Only(kinds) => kinds.contains(&kind),
        }
    }

    /// Returns the names of the events, or `*` alone.
    pub fn words(&self) -> Vec<&'static str> {
        match self {
            Self::All => vec![Self::EVERY],
            Self::Only(kinds) => kinds.iter().map(|kind| kind.as_str()).collect(),
        }
    }
}

/// An endpoint that is not stored yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEndpoint {
    /// Where it is.
    pub url: TargetUrl,
    /// What staff want to remember about it.
    pub note: EndpointNote,
    /// What it listens to.
    pub events: Interest,
    /// Which secrets it has.
    pub key: EndpointKey,
    /// When it is made.
    pub created_at: Timestamp,
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Identifies it.
    pub id: EndpointId,
    /// Where it is.
    pub url: TargetUrl,
    /// What staff want to remember about it.
    pub note: EndpointNote,
    /// What it listens to.
    pub events: Interest,
    /// Where it stands.
    pub state: EndpointState,
    /// What failed in a row.
    pub streak: Streak,
    /// Which secrets it has.
    pub key: EndpointKey,
    /// When it was made.
    pub created_at: Timestamp,
    /// When staff last changed it.
    pub updated_at: Timestamp,
}

impl Endpoint {
    /// Returns a new endpoint as it is stored.
    pub fn made(id: EndpointId, new: &NewEndpoint) -> Self {
        Self {
            id,
            url: new.url.clone(),
            note: new.note.clone(),
            events: new.events.clone(),
            state: EndpointState::Active,
            streak: Streak::default(),
            key: new.key.clone(),
            created_at: new.created_at,
            updated_at: new.created_at,
        }
    }

    /// Takes an attempt at a delivery into account. An active endpoint that says that it is gone, or has failed for long,
    /// is parked.
    #[must_use]
    pub fn after(&self, delivery: DeliveryId, attempt: &Attempt) -> Self {
        if attempt.outcome.is_delivered() {
            return Self { streak: Streak::default(), ..self.clone() };
        }
        let streak = self.streak.and(delivery, attempt.at);
        let reason = if attempt.outcome.is_gone() {
            Some(ParkReason::Gone)
        } else {
            streak.parks(delivery, attempt.at).then_some(ParkReason::Failing)
        };
        let state = match (self.state, reason) {
            (EndpointState::Active, Some(reason)) => EndpointState::Parked { since: attempt.at, reason },
            (state, _) => state,
        };
        Self { state, streak, ..self.clone() }
    }

    /// Lets it be sent to again, with nothing held against it.
    #[must_use]
    pub fn resumed(&self) -> Self {
        Self { state: EndpointState::Active, streak: Streak::default(), ..self.clone() }
    }

    /// Moves it elsewhere. What failed where it was is not held against it; one that is paused or parked stays so.
    #[must_use]
    pub fn moved(&self, url: TargetUrl) -> Self {
        let streak = if url == self.url { self.streak } else { Streak::default() };
        Self { url, streak, ..self.clone() }
    }

    /// Tells whether what waited for it as it was before is to be sent now: it is active, and was not, or not there.
    pub fn begins_anew(&self, before: &Self) -> bool {
        self.state == EndpointState::Active
            && (before.state != EndpointState::Active || before.url != self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;
    use crate::testing::{CountingEntropy, FixedClock};
    use crate::webhook::Outcome;
    use std::time::Duration;

    fn endpoint() -> Endpoint {
        let new = NewEndpoint {
            url: TargetUrl::parse("https://example.com").unwrap(),
            note: EndpointNote::default(),
            events: Interest::All,
            key: EndpointKey::generate(&CountingEntropy::default()),
            created_at: FixedClock::default().now(),
        };
        Endpoint::made(EndpointId(1), &new)
    }

    fn answered(status: u16, hours: i64) -> Attempt {
        let at = FixedClock::default().now() + TimeDelta::hours(hours);
        Attempt { at, took: Duration::ZERO, outcome: Outcome::Answered { status, retry_after: None } }
    }

    const ONE: DeliveryId = DeliveryId(1);
    const OTHER: DeliveryId = DeliveryId(2);

    #[test]
    fn ten_failures_in_a_row_over_half_a_day_park_it() {
        let nine = (0..9).fold(endpoint(), |endpoint, _| endpoint.after(ONE, &answered(500, 0)));
        assert_eq!((nine.state, nine.streak.failures), (EndpointState::Active, 9));
        let many = (0..90).fold(nine.clone(), |endpoint, _| endpoint.after(OTHER, &answered(500, 11)));
        assert_eq!((many.state, many.streak.failures), (EndpointState::Active, 99), "not for long");
        let few = nine.after(OTHER, &answered(204, 11)).after(OTHER, &answered(500, 12));
        assert_eq!((few.state, few.streak.failures), (EndpointState::Active, 1), "not in a row");
        let since = answered(500, 12).at;
        let parked = EndpointState::Parked { since, reason: ParkReason::Failing };
        assert_eq!(nine.after(OTHER, &answered(500, 12)).state, parked);
        let resumed = nine.after(OTHER, &answered(500, 12)).resumed();
        assert_eq!((resumed.state, resumed.streak), (EndpointState::Active, Streak::default()));
    }

    #[test]
    fn one_delivery_that_is_always_refused_parks_nothing() {
        let refused = (0..90).fold(endpoint(), |endpoint, hour| endpoint.after(ONE, &answered(400, hour)));
        assert_eq!((refused.state, refused.streak.failures), (EndpointState::Active, 90));
        assert_eq!(refused.after(OTHER, &answered(400, 90)).state.status(), EndpointStatus::Parked);
        assert_eq!(refused.after(OTHER, &answered(204, 90)).streak, Streak::default());
    }

    #[test]
    fn an_endpoint_that_is_gone_is_parked_at_once_unless_staff_hold_it_already() {
        let gone = endpoint().after(ONE, &answered(410, 0));
        assert_eq!(gone.state.status(), EndpointStatus::Parked);
        assert_eq!(gone.after(ONE, &answered(500, 30)).state, gone.state, "it is parked once");
        let paused = Endpoint { state: EndpointState::Paused, ..endpoint() };
        assert_eq!(paused.after(ONE, &answered(410, 0)).state, EndpointState::Paused);
    }

    #[test]
    fn what_failed_elsewhere_is_not_held_against_an_endpoint() {
        let failing = endpoint().after(ONE, &answered(500, 0));
        let url = TargetUrl::parse("https://example.org").unwrap();
        let moved = failing.moved(url.clone());
        assert_eq!((&moved.url, moved.streak, moved.begins_anew(&failing)), (&url, Streak::default(), true));
        let same = failing.moved(failing.url.clone());
        assert_eq!((same.streak, same.begins_anew(&failing)), (failing.streak, false));
        for state in [EndpointState::Paused, endpoint().after(ONE, &answered(410, 0)).state] {
            let held = Endpoint { state, ..failing.clone() };
            let moved = held.moved(url.clone());
            assert_eq!((moved.state, moved.streak), (state, Streak::default()));
            assert!(!moved.begins_anew(&held) && moved.resumed().begins_anew(&held), "{state:?}");
        }
    }

    #[test]
    fn an_endpoint_hears_what_it_listens_to() {
        let some = Interest::Only([EventKind::OrderPaid, EventKind::StockLow].into());
        assert!(some.covers(EventKind::StockLow) && !some.covers(EventKind::OrderPlaced));
        assert_eq!(some.words(), ["order.paid", "stock.low"]);
        assert!(EventKind::ALL.iter().all(|kind| Interest::All.covers(*kind)));
        assert_eq!(Interest::All.words(), ["*"]);
    }
}
