//! What runs beside the listener for as long as the shop is open: the relay, which brings what commands and other instances
//! wrote to the cells, what keeps copies in memory coherent with Redis, what throws away what has ended, what sends
//! events to other programs, and who sends messages to people. When they run is decided here, what they do elsewhere.

use crate::housekeeping::Housekeeper;
use anyhow::Context;
use auth::Postman;
use cache::{Relay, Tracking};
use std::time::Duration;
use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
    time::timeout,
};
use webhooks::Dispatcher;

/// What lies between two passes of the relay, and so how soon a command's write is seen.
const INTERVAL: Duration = Duration::from_millis(100);
/// What lies between two rounds of throwing away. Nothing depends on it: what has ended is shown to nobody anyway.
const ROUNDS: Duration = Duration::from_hours(1);
/// How soon an event is sent where nothing is under way.
const WEBHOOKS: Duration = Duration::from_millis(500);
/// How long they may take to end once the shop is told to stop.
const END: Duration = Duration::from_secs(2);

/// Tasks that run. Dropping it stops nothing: [`Background::stop`] does.
#[derive(Debug)]
pub(crate) struct Background {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Background {
    /// Makes the relay's first pass, so that a shop that opens serves cells at once, and starts the tasks.
    pub(crate) async fn start(
        relay: Relay,
        tracking: Option<Tracking>,
        housekeeper: Housekeeper,
        dispatcher: Dispatcher,
        postman: Option<Postman>,
    ) -> Self {
        // If it fails, the shop opens without cells, and the task's own first pass says why.
        let _ = relay.pass().await;
        let (stop, told) = watch::channel(false);
        let stopped = || {
            let mut told = told.clone();
            // An error means that nobody is left to tell, which is as good as being told.
            async move { drop(told.wait_for(|told| *told).await) }
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(relay.run(INTERVAL, stopped()));
        if let Some(tracking) = tracking {
            tasks.spawn(tracking.run(stopped()));
        }
        tasks.spawn(housekeeper.run(ROUNDS, stopped()));
        tasks.spawn(dispatcher.run(WEBHOOKS, stopped()));
        if let Some(postman) = postman {
            tasks.spawn(postman.run(stopped()));
        }
        Self { stop, tasks }
    }

    /// Lets what is under way end.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        let all = async {
            while let Some(ended) = self.tasks.join_next().await {
                ended?;
            }
            Ok::<_, JoinError>(())
        };
        timeout(END, all)
            .await
            .context("the shop's tasks do not end")?
            .context("one of the shop's tasks broke down")
    }

    /// Waits until one stops by itself, which none ever should.
    pub(crate) async fn failed(&mut self) -> anyhow::Error {
        match self.tasks.join_next().await {
            Some(Err(panic)) => anyhow::Error::new(panic).context("one of the shop's tasks broke down"),
            Some(Ok(())) | None => anyhow::anyhow!("one of the shop's tasks ended unasked"),
        }
    }
}
