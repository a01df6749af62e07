//! Throwing away what has ended, again and again, on every instance: whoever comes first does it. A kind of thing that
//! cannot be thrown away now is tried again in the next round, and keeps no other from its turn.

use domain::Clock;
use domain::housekeeping::{Ending, Housekeeping};
use std::{sync::Arc, time::Duration};
use tokio::select;
use tokio::time::interval;
use tracing::{info, warn};

/// Whoever throws things away.
pub(crate) struct Housekeeper {
    pub(crate) house: Arc<dyn Housekeeping>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Housekeeper {
    /// Makes a round now and then, until told to stop. What is under way then is a statement that is done or not, and
    /// nothing follows from it.
    pub(crate) async fn run(self, every: Duration, stopped: impl Future<Output = ()>) {
        let rounds = async {
            let mut times = interval(every);
            loop {
                times.tick().await;
                for what in Ending::ALL {
                    self.prune(what).await;
                }
            }
        };
        select! {
            () = stopped => {}
            () = rounds => {}
        }
    }

    async fn prune(&self, what: Ending) {
        match self.house.prune(what, self.clock.now()).await {
            Ok(0) => {}
            Ok(pruned) => info!(what = what.as_str(), pruned, "what had ended was thrown away"),
            Err(error) => warn!(what = what.as_str(), %error, "what has ended was not thrown away"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use domain::testing::FixedClock;
    use domain::{RepositoryError, Timestamp};
    use tokio::sync::{mpsc, oneshot};

    /// A database that tells what it is asked, and never does it.
    struct Broken(mpsc::UnboundedSender<(Ending, Timestamp)>);

    #[async_trait]
    impl Housekeeping for Broken {
        async fn prune(&self, what: Ending, now: Timestamp) -> Result<u64, RepositoryError> {
            let _ = self.0.send((what, now));
            Err(RepositoryError::Unavailable("gone".to_owned()))
        }
    }

    #[tokio::test]
    async fn every_kind_has_its_turn_in_every_round_whatever_fails() {
        let (asked, mut questions) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let clock = Arc::new(FixedClock::default());
        let housekeeper = Housekeeper { house: Arc::new(Broken(asked)), clock: clock.clone() };
        let stopped = async { drop(stopped.await) };
        let task = tokio::spawn(housekeeper.run(Duration::from_millis(1), stopped));
        for _ in 0..3 {
            for what in Ending::ALL {
                assert_eq!(questions.recv().await, Some((what, clock.now())));
            }
        }
        drop(stop);
        task.await.unwrap();
    }
}
