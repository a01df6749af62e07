//! Counts in this process alone: several instances each allow as much. It is all that an embedded shop needs, and what
//! stands in where the count that instances share cannot be reached.

use crate::limiter::Limiter;
use async_trait::async_trait;
use domain::Clock;
use domain::throttle::{Budget, Rule, Subject, Throttle};
use governor::Quota;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts what happens in this process.
pub struct LocalThrottle {
    limiters: Mutex<HashMap<Rule, Arc<Limiter<Digested>>>>,
    clock: Arc<dyn Clock>,
}

/// A subject as it is remembered: in as many bytes as any other, and without a name.
type Digested = [u8; 16];

impl LocalThrottle {
    /// Begins to count.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { limiters: Mutex::default(), clock }
    }

    /// Returns the one limiter of a rule. There are as many as the settings have rules.
    fn limiter(&self, rule: &Rule) -> Arc<Limiter<Digested>> {
        let begin = || Arc::new(Limiter::new(Quota::per_minute(rule.per_minute), Arc::clone(&self.clock)));
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(limiters.entry(*rule).or_insert_with(begin))
    }
}

#[async_trait]
impl Throttle for LocalThrottle {
    async fn count(&self, rule: &Rule, subject: &Subject) -> Result<Budget, Budget> {
        let counted = self.limiter(rule).check(&digested(subject));
        counted.map(|remaining| rule.passed(remaining)).map_err(|wait| rule.refused(wait))
    }
}

fn digested(subject: &Subject) -> Digested {
    let digest: [u8; 32] = Sha256::digest(subject.expose()).into();
    std::array::from_fn(|at| digest[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::testing::FixedClock;
    use std::num::NonZeroU32;
    use std::time::Duration;

    #[tokio::test]
    async fn rules_and_subjects_count_apart() {
        let throttle = LocalThrottle::new(Arc::new(FixedClock::default()));
        let rule = |name| Rule { name, per_minute: NonZeroU32::MIN };
        let subject = |last| Subject::network([192, 0, 2, last].into());
        for (rule, subject) in [(rule("a"), subject(1)), (rule("a"), subject(2)), (rule("b"), subject(1))] {
            assert_eq!(throttle.count(&rule, &subject).await, Ok(rule.passed(0)));
        }
        let refused = throttle.count(&rule("a"), &subject(1)).await;
        assert_eq!(refused, Err(rule("a").refused(Duration::from_mins(1))));
    }
}
