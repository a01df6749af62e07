//! How often something may be tried: the port to what counts, and what is said of a count. It knows neither what is
//! counted nor where.

mod gate;
mod meter;
mod subject;

pub use gate::Gate;
pub use meter::Meter;
pub use subject::Subject;

use async_trait::async_trait;
use std::num::NonZeroU32;
use std::time::Duration;

/// The time that limits are about.
const MINUTE: Duration = Duration::from_mins(1);

/// How often something may happen. As many may come at once, and then one by one as the minute goes by (GCRA, ITU-T I.371):
/// a burst at the turn of a minute is no way to get twice as many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// What is counted, such as `sign_in_per_account`; rules of different names count apart.
    pub name: &'static str,
    /// How often, within a minute.
    pub per_minute: NonZeroU32,
}

/// What is left of a rule for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// How often within a minute.
    pub limit: u32,
    /// How often now.
    pub remaining: u32,
    /// How long until `remaining` is more, at most; exactly so where it is nothing because the last try was one too many.
    pub reset: Duration,
}

/// Counts.
#[async_trait]
pub trait Throttle: Send + Sync {
    /// Counts one more time. It always answers: what counts for all instances and cannot be reached is made up for by
    /// what counts for this one.
    ///
    /// # Errors
    /// That was once too often, and is not counted; nothing remains, and `reset` is how long to wait.
    async fn count(&self, rule: &Rule, subject: &Subject) -> Result<Budget, Budget>;
}

impl Rule {
    /// Returns the time in which one of the limit comes back.
    pub fn interval(&self) -> Duration {
        MINUTE / self.per_minute.get()
    }

    /// Returns the budget of somebody who was just let through.
    pub fn passed(&self, remaining: u32) -> Budget {
        let limit = self.per_minute.get();
        Budget { limit, remaining: remaining.min(limit), reset: self.interval() }
    }

    /// Returns the budget of somebody who came too often.
    pub fn refused(&self, wait: Duration) -> Budget {
        Budget { limit: self.per_minute.get(), remaining: 0, reset: wait }
    }
}

impl Budget {
    /// Returns the one of two that is used up first.
    #[must_use]
    pub fn tighter(self, other: Self) -> Self {
        let key = |budget: &Self| (budget.remaining, std::cmp::Reverse(budget.reset));
        if key(&other) < key(&self) { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(remaining: u32, seconds: u64) -> Budget {
        Budget { limit: 10, remaining, reset: Duration::from_secs(seconds) }
    }

    #[test]
    fn the_tighter_budget_is_the_one_that_is_used_up_first() {
        for (tight, loose) in
            [(budget(0, 6), budget(1, 60)), (budget(0, 60), budget(0, 6)), (budget(3, 6), budget(4, 6))]
        {
            assert_eq!((tight.tighter(loose), loose.tighter(tight)), (tight, tight));
        }
    }

    #[test]
    fn one_comes_back_in_its_part_of_the_minute() {
        let rule = |per_minute| Rule { name: "a", per_minute: NonZeroU32::new(per_minute).unwrap() };
        assert_eq!(rule(1).interval(), Duration::from_mins(1));
        assert_eq!(rule(10).passed(9), budget(9, 6));
        assert_eq!(rule(10).refused(Duration::from_secs(2)), budget(0, 2));
    }
}
