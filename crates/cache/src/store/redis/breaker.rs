//! The circuit breaker: a Redis that does not answer is not asked for a while, so that its silence costs nobody time. Then
//! one question goes out to see whether it is back. What is asked, and what a failure means, is not decided here.

use crate::StoreError;
use crate::counters::Counter;
use domain::inspection::BreakerState;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tracing::{info, warn};

/// How many questions in a row stay without an answer until it opens. One or two are a lost connection.
const MOST_FAILURES: u32 = 5;
/// How long nobody asks.
const REST: Duration = Duration::from_millis(500);

/// Decides whether Redis is asked.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
    opened: Counter,
}

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    HalfOpen,
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

/// The permission to ask once, which ends with telling what came of it. Dropping it tells that nobody waited for the answer.
#[must_use]
pub(super) struct Ask<'a> {
    breaker: &'a Breaker,
    is_probe: bool,
    told: bool,
}

impl Breaker {
    /// Lets somebody ask now, or not.
    pub(super) fn ask(&self) -> Result<Ask<'_>, StoreError> {
        let mut state = self.lock();
        let is_probe = match *state {
            State::Closed { .. } => false,
            State::Open { until } if until <= Instant::now() => {
                *state = State::HalfOpen;
                true
            }
            State::Open { .. } | State::HalfOpen => return Err(StoreError::NotAsked),
        };
        Ok(Ask { breaker: self, is_probe, told: false })
    }

    pub(super) fn state(&self) -> BreakerState {
        match *self.lock() {
            State::Closed { .. } => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::HalfOpen => BreakerState::HalfOpen,
        }
    }

    /// Returns how often it opened.
    pub(super) fn opened(&self) -> u64 {
        self.opened.get()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ask<'_> {
    /// Redis answered, if only to refuse.
    pub(super) fn answered(mut self) {
        self.told = true;
        let mut state = self.breaker.lock();
        match *state {
            State::Closed { ref mut failures } => *failures = 0,
            State::HalfOpen if self.is_probe => {
                *state = State::default();
                info!("Redis answers again");
            }
            // The answer to a question from before: the probe will tell.
            State::Open { .. } | State::HalfOpen => {}
        }
    }

    /// Redis did not answer.
    pub(super) fn failed(mut self, error: &StoreError) {
        self.told = true;
        let mut state = self.breaker.lock();
        match *state {
            State::Closed { failures } if failures + 1 < MOST_FAILURES => {
                *state = State::Closed { failures: failures + 1 };
            }
            State::Closed { .. } => {
                *state = State::Open { until: Instant::now() + REST };
                self.breaker.opened.one();
                warn!(%error, "Redis does not answer; it is left alone, and tried twice a second");
            }
            State::HalfOpen if self.is_probe => *state = State::Open { until: Instant::now() + REST },
            State::Open { .. } | State::HalfOpen => {}
        }
    }
}

impl Drop for Ask<'_> {
    fn drop(&mut self) {
        if self.is_probe && !self.told {
            // Nobody waited for the probe's answer, so the next one may ask at once.
            *self.breaker.lock() = State::Open { until: Instant::now() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence() -> StoreError {
        StoreError::Unavailable("no answer".to_owned())
    }

    /// Opens a breaker, and ends its rest.
    fn rested() -> Breaker {
        let breaker = Breaker::default();
        for _ in 0..MOST_FAILURES {
            breaker.ask().unwrap().failed(&silence());
        }
        assert_eq!((breaker.state(), breaker.opened()), (BreakerState::Open, 1));
        assert!(matches!(breaker.ask(), Err(StoreError::NotAsked)));
        *breaker.lock() = State::Open { until: Instant::now() };
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let breaker = Breaker::default();
        for _ in 0..3 {
            for _ in 1..MOST_FAILURES {
                breaker.ask().unwrap().failed(&silence());
            }
            breaker.ask().unwrap().answered();
        }
        assert_eq!((breaker.state(), breaker.opened()), (BreakerState::Closed, 0));
    }

    #[test]
    fn after_a_rest_one_alone_asks_and_an_answer_closes_it() {
        let breaker = rested();
        let probe = breaker.ask().unwrap();
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert!(breaker.ask().is_err());
        probe.answered();
        assert_eq!(breaker.state(), BreakerState::Closed);
        // All failures count from the beginning.
        breaker.ask().unwrap().failed(&silence());
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn a_probe_without_an_answer_opens_it_again() {
        let breaker = rested();
        breaker.ask().unwrap().failed(&silence());
        assert!(breaker.state() == BreakerState::Open && breaker.ask().is_err());
        assert_eq!(breaker.opened(), 1, "it is still the same outage");
    }

    #[test]
    fn a_probe_that_nobody_waits_for_leaves_the_question_to_the_next() {
        let breaker = rested();
        drop(breaker.ask().unwrap());
        breaker.ask().unwrap().answered();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn late_answers_do_not_speak_for_the_probe() {
        let breaker = Breaker::default();
        let (early, late) = (breaker.ask().unwrap(), breaker.ask().unwrap());
        for _ in 0..MOST_FAILURES {
            breaker.ask().unwrap().failed(&silence());
        }
        early.answered();
        assert_eq!(breaker.state(), BreakerState::Open);
        *breaker.lock() = State::Open { until: Instant::now() };
        let probe = breaker.ask().unwrap();
        late.failed(&silence());
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        probe.answered();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }
}
