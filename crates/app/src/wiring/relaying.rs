//! The relay as a background task: what commands and other instances leave in the outbox reaches the cells for as long as
//! the shop is open. When that happens is decided here, what happens in `cache`.

use anyhow::Context;
use cache::Relay;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinHandle, time::timeout};

/// What lies between two passes, and so how soon a command's write is seen.
const INTERVAL: Duration = Duration::from_millis(100);
/// How long the last deletion may take once the shop is told to stop.
const END: Duration = Duration::from_secs(2);

/// A relay that runs. Dropping it stops nothing: [`Relaying::stop`] does.
#[derive(Debug)]
pub(crate) struct Relaying {
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Relaying {
    /// Makes the first pass, so that a shop that opens serves cells at once, and starts the task.
    pub(crate) async fn start(relay: Relay) -> Self {
        // If it fails, the shop opens without cells, and the task's own first pass says why.
        let _ = relay.pass().await;
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let task = tokio::spawn(relay.run(INTERVAL, async move { stopped.notified().await }));
        Self { stop, task }
    }

    /// Lets the pass that is under way end.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stop.notify_one();
        timeout(END, self.task).await.context("the relay does not end")?.context("the relay broke down")
    }

    /// Waits until it stops by itself, which it never should.
    pub(crate) async fn failed(&mut self) -> anyhow::Error {
        match (&mut self.task).await {
            Ok(()) => anyhow::anyhow!("the relay ended unasked"),
            Err(panic) => anyhow::Error::new(panic).context("the relay broke down"),
        }
    }
}
