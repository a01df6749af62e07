//! What one broken connection says about the others. A server that restarts breaks all of them at once; those that lie in
//! the pool look well until they are used. Whoever meets the first dead one raises the alarm, and what lay idle at that
//! moment is asked for a sign of life before its next use. Where nothing breaks, nobody asks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When something was last amiss; clones are the same alarm.
#[derive(Clone, Default)]
pub(crate) struct Alarm(Arc<Mutex<Option<Instant>>>);

impl Alarm {
    /// Says that something is amiss now.
    pub(super) fn raise(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection that has been idle for so long was idle when something was amiss.
    pub(super) fn concerns(&self, idle_for: Duration) -> bool {
        let raised = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The two clocks are read one after the other, so a connection counts that came back at that very moment.
        raised.is_some_and(|raised| idle_for + MOMENT >= raised.elapsed())
    }
}

/// Longer than it takes to get from one reading of the clock to the next.
const MOMENT: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_concerns_what_was_idle_when_it_was_raised() {
        let alarm = Alarm::default();
        assert!(!alarm.concerns(Duration::MAX), "nothing was ever amiss");
        alarm.raise();
        assert!(alarm.clone().concerns(Duration::from_secs(1)));
        *alarm.0.lock().unwrap() = Instant::now().checked_sub(Duration::from_mins(1));
        assert!(alarm.concerns(Duration::from_secs(61)) && !alarm.concerns(Duration::from_secs(59)));
    }
}
