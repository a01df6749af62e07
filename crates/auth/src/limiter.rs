//! How often something may happen per key: governor's rate limiter over the injected clock, with a bounded set of keys.
//! It knows this process alone; several instances each allow as much.

use domain::Clock;
use governor::clock::Clock as _;
use governor::middleware::StateInformationMiddleware;
use governor::{Quota, RateLimiter, clock, nanos::Nanos, state::StateStore};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The most keys that are remembered. When one more comes, all are forgotten: whoever was at the limit gains one burst
/// for 100,000 other keys tried, and memory stays within some megabytes whatever is thrown at it.
const MAX_KEYS: usize = 100_000;

/// Limits how often something may happen per key.
pub(crate) struct Limiter<K: Hash + Eq + Clone>(RateLimiter<K, Cells<K>, Ticks, StateInformationMiddleware>);

impl<K: Hash + Eq + Clone> Limiter<K> {
    pub(crate) fn new(quota: Quota, clock: Arc<dyn Clock>) -> Self {
        Self(RateLimiter::new(quota, Cells(Mutex::default()), Ticks(clock)))
    }

    /// Counts one more time, and returns how often it may happen still.
    ///
    /// # Errors
    /// How long to wait, when that is too often.
    pub(crate) fn check(&self, key: &K) -> Result<u32, Duration> {
        let outcome = self.0.check_key(key);
        let outcome = outcome.map(|passed| passed.remaining_burst_capacity());
        outcome.map_err(|refusal| refusal.wait_time_from(self.0.clock().now()))
    }
}

/// The injected clock as governor reads it.
struct Ticks(Arc<dyn Clock>);

impl clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let since_epoch = (self.0.now() - domain::Timestamp::UNIX_EPOCH).to_std().unwrap_or_default();
        since_epoch.into()
    }
}

struct Cells<K>(Mutex<HashMap<K, Nanos>>);

impl<K: Hash + Eq + Clone> StateStore for Cells<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (outcome, next) = decide(cells.get(key).copied())?;
        if cells.len() >= MAX_KEYS && !cells.contains_key(key) {
            cells.clear();
        }
        cells.insert(key.clone(), next);
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use domain::testing::FixedClock;
    use std::num::NonZeroU32;

    fn per_minute(times: u32, clock: &Arc<FixedClock>) -> Limiter<u64> {
        let times = NonZeroU32::new(times).unwrap();
        Limiter::new(Quota::per_minute(times), Arc::<FixedClock>::clone(clock))
    }

    #[test]
    fn a_burst_passes_and_the_wait_is_told_to_the_second() {
        let clock = Arc::new(FixedClock::default());
        let limiter = per_minute(3, &clock);
        for remaining in [2, 1, 0] {
            assert_eq!(limiter.check(&1), Ok(remaining));
        }
        assert_eq!(limiter.check(&1), Err(Duration::from_secs(20)));
        assert_eq!(limiter.check(&2), Ok(2), "another key has a budget of its own");
        clock.advance(TimeDelta::seconds(19));
        assert_eq!(limiter.check(&1), Err(Duration::from_secs(1)));
        clock.advance(TimeDelta::seconds(1));
        assert_eq!(limiter.check(&1), Ok(0));
        assert_eq!(limiter.check(&1), Err(Duration::from_secs(20)));
        clock.advance(TimeDelta::minutes(5));
        assert_eq!(limiter.check(&1), Ok(2), "no more than the limit is ever saved up");
    }

    #[test]
    fn the_set_of_keys_is_bounded() {
        let clock = Arc::new(FixedClock::default());
        let limiter = per_minute(1, &clock);
        for key in 0..250_000 {
            assert_eq!(limiter.check(&key), Ok(0));
        }
        let Cells(cells) = limiter.0.into_state_store();
        assert!(cells.into_inner().unwrap().len() <= MAX_KEYS);
    }
}
