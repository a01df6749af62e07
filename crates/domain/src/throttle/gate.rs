//! A rule in force.

use super::{Meter, Rule, Subject, Throttle};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Lets everybody through as often as a rule says. Clones count together.
#[derive(Clone)]
pub struct Gate(Option<(Rule, Arc<dyn Throttle>)>);

impl Gate {
    /// Makes a gate for what is counted under this name; 0 a minute means without limit.
    pub fn new(name: &'static str, per_minute: u32, throttle: &Arc<dyn Throttle>) -> Self {
        let rule = NonZeroU32::new(per_minute).map(|per_minute| Rule { name, per_minute });
        Self(rule.map(|rule| (rule, Arc::clone(throttle))))
    }

    /// Makes a gate that is always open.
    pub fn open() -> Self {
        Self(None)
    }

    /// Counts somebody, and notes what remains.
    ///
    /// # Errors
    /// How long to wait, when that was too often.
    pub async fn pass(&self, subject: &Subject, meter: &Meter) -> Result<(), Duration> {
        let Some((rule, throttle)) = &self.0 else { return Ok(()) };
        let counted = throttle.count(rule, subject).await;
        let (Ok(budget) | Err(budget)) = counted;
        meter.note(budget);
        counted.map(drop).map_err(|budget| budget.reset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::throttle::Budget;
    use async_trait::async_trait;
    use std::sync::Mutex;

    /// Lets one through, and notes who came.
    #[derive(Default)]
    struct One(Mutex<Vec<(Rule, Subject)>>);

    #[async_trait]
    impl Throttle for One {
        async fn count(&self, rule: &Rule, subject: &Subject) -> Result<Budget, Budget> {
            let mut came = self.0.lock().unwrap();
            came.push((*rule, subject.clone()));
            if came.len() == 1 { Ok(rule.passed(0)) } else { Err(rule.refused(Duration::from_secs(7))) }
        }
    }

    #[tokio::test]
    async fn a_gate_tells_what_remains_and_how_long_to_wait() {
        let one: Arc<dyn Throttle> = Arc::new(One::default());
        let (gate, subject) = (Gate::new("a", 1, &one), Subject::network([192, 0, 2, 1].into()));
        let (first, second) = (Meter::default(), Meter::default());
        assert_eq!(gate.pass(&subject, &first).await, Ok(()));
        assert_eq!(gate.pass(&subject, &second).await, Err(Duration::from_secs(7)));
        let told = |meter: &Meter| meter.tightest().map(|budget| (budget.remaining, budget.reset.as_secs()));
        assert_eq!((told(&first), told(&second)), (Some((0, 60)), Some((0, 7))));
    }

    #[tokio::test]
    async fn zero_is_no_limit_and_says_nothing() {
        let one = Arc::new(One::default());
        let throttle: Arc<dyn Throttle> = Arc::<One>::clone(&one);
        let (subject, meter) = (Subject::network([192, 0, 2, 1].into()), Meter::default());
        for gate in [Gate::new("a", 0, &throttle), Gate::open()] {
            for _ in 0..3 {
                assert_eq!(gate.pass(&subject, &meter).await, Ok(()));
            }
        }
        assert!(one.0.lock().unwrap().is_empty() && meter.tightest().is_none());
    }
}
