//! Time that moves only when a test says so.

use crate::{Clock, Timestamp};
use chrono::TimeDelta;
use std::sync::{Mutex, PoisonError};

/// A clock that shows what it was set to: noon of 1 June 2026 at first.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Default for FixedClock {
    fn default() -> Self {
        Self(Mutex::new(Timestamp::UNIX_EPOCH + TimeDelta::seconds(1_780_315_200)))
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_moves_only_when_told() {
        let clock = FixedClock::default();
        assert_eq!(clock.now().to_rfc3339(), "2026-06-01T12:00:00+00:00");
        clock.advance(TimeDelta::minutes(30));
        assert_eq!(clock.now().to_rfc3339(), "2026-06-01T12:30:00+00:00");
    }
}
