//! What one request was counted against. It travels with the request's client, so that whatever counts on the way can say
//! so, and the answer can tell its client, be it a success or a refusal.

use super::Budget;
use std::sync::{Arc, Mutex, PoisonError};

/// The tightest budget that a request was counted against. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<Option<Budget>>>);

impl Meter {
    /// Notes one more budget.
    pub fn note(&self, budget: Budget) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = Some(noted.map_or(budget, |before| before.tighter(budget)));
    }

    /// Returns the tightest of them; `None` where nothing was counted.
    pub fn tightest(&self) -> Option<Budget> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_tightest_budget_is_told() {
        let meter = Meter::default();
        let noting = meter.clone();
        assert_eq!(meter.tightest(), None);
        let budget = |remaining| Budget { limit: 10, remaining, reset: Duration::from_secs(6) };
        for remaining in [5, 2, 9] {
            noting.note(budget(remaining));
        }
        assert_eq!(meter.tightest(), Some(budget(2)));
    }
}
