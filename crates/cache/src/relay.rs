//! The relay: passes on what the outbox says changed, so that a write reaches every cell even when its writer could not
//! reach the store, has crashed, or has no store, as on the command line. Every instance runs one.
//!
//! Whoever gets the store's acknowledgement deletes the rows. That is enough for all: the instances that serve cells of
//! this database share one store, or there is only one.
//!
//! A row of this instance's own is left alone while its writer renews, and only deleted when that was acknowledged:
//! renewing again a moment later would empty the cell that the first reader after the write has just filled. For the same
//! reason a row of somebody else is passed on when a pass meets it for the *second* time, half an interval after the first:
//! a writer that lives has deleted it by then ([`Relay::run`] deletes a fifth of an interval after the acknowledgement), and
//! one that does not reach the store answers its customer only after trying for longer than that. Rows of renewals that
//! failed here, those that nobody attends to, and all that the first pass finds, do not wait.

use crate::notice::{self, Subject};
use crate::pending::{Moment, Pending};
use crate::{Cells, StoreError};
use domain::{Message, MessageId, Outbox, RepositoryError};
use std::{collections::BTreeSet, convert::Infallible, future::Future, pin::pin, sync::Arc, time::Duration};
use thiserror::Error;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tracing::{info, warn};

/// How many messages are read, renewed and deleted at once.
const PAGE: u32 = 500;
/// What lies between two signs of life while the database is waited for.
const SIGN: Duration = Duration::from_millis(100);

/// Passes the outbox on to the store.
pub struct Relay {
    cells: Cells,
    pending: Arc<Pending>,
    outbox: Arc<dyn Outbox>,
}

/// Why a pass left something undone. The next one tries again.
#[derive(Debug, Error)]
pub enum RelayError {
    /// The outbox cannot be read, or rows of it not deleted.
    #[error("the outbox failed: {0}")]
    Outbox(#[from] RepositoryError),
    /// The store did not acknowledge.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A pass that left nothing undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// How many messages were left to their writers for now.
    pub young: usize,
}

/// How far a pass has read.
#[derive(Default)]
struct Reading {
    after: MessageId,
    /// There may be more behind it.
    more: bool,
    young: usize,
}

impl Relay {
    pub(crate) fn new(cells: Cells, pending: Arc<Pending>, outbox: Arc<dyn Outbox>) -> Self {
        Self { cells, pending, outbox }
    }

    /// Makes a pass every `interval`, and sooner where rows wait for a second look, until `stopped`. Rows whose tags this
    /// instance has renewed are deleted a little later in batches, never for each write. Failures are logged when they
    /// begin and when they end.
    pub async fn run(self, interval: Duration, stopped: impl Future<Output = ()>) {
        tokio::select! {
            () = stopped => {}
            // Side by side: a deletion that takes long must not keep the next pass from its time.
            never = self.pass_every(interval) => match never {},
            never = self.prune_behind(interval) => match never {},
        }
        if let Err(error) = self.prune().await {
            warn!(%error, "rows of the outbox stay for the next start");
        }
    }

    async fn pass_every(&self, interval: Duration) -> Infallible {
        let mut failing = false;
        loop {
            let begun = Instant::now();
            self.pending.alive();
            let outcome = self.seen_alive(self.read()).await;
            self.pending.alive();
            report(&outcome, &mut failing);
            let young = outcome.is_ok_and(|passed| passed.young > 0);
            let next = begun + if young { interval / 2 } else { interval };
            // A database that takes longer than that is left some time for others.
            sleep_until(next.max(Instant::now() + interval / 5)).await;
        }
    }

    async fn prune_behind(&self, interval: Duration) -> Infallible {
        loop {
            self.pending.some_renewed().await;
            // Others are done at the same moment; one statement deletes the rows of all.
            sleep(interval / 5).await;
            while self.prune().await.is_err() {
                sleep(interval).await; // a pass meets the same error, and reports it
            }
        }
    }

    /// Waits for something, and shows meanwhile that the process runs, however long the database takes.
    async fn seen_alive<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            match timeout(SIGN, &mut work).await {
                Ok(done) => return done,
                Err(_) => self.pending.alive(),
            }
        }
    }

    /// Makes one pass: deletes the rows whose tags this instance has renewed, reads the outbox to its end, and renews and
    /// deletes what is due in it. While it is not known that all was acknowledged, cells with the tags in question are
    /// passed by.
    ///
    /// # Errors
    /// The outbox's and the store's.
    pub async fn pass(&self) -> Result<Passed, RelayError> {
        self.prune().await?;
        self.read().await
    }

    async fn read(&self) -> Result<Passed, RelayError> {
        let outcome = self.try_read().await;
        let counters = self.cells.counters();
        let count = if outcome.is_ok() { &counters.relay_passes } else { &counters.relay_failures };
        count.one();
        outcome
    }

    async fn try_read(&self) -> Result<Passed, RelayError> {
        let pass = self.pending.begin();
        let mut reading = Reading::default();
        loop {
            match self.page(pass, &mut reading).await {
                Ok(()) if reading.more => {}
                Ok(()) => break,
                Err(error) => {
                    if reading.more {
                        // Nobody here knows the tags that lie behind.
                        self.pending.close();
                    }
                    return Err(error);
                }
            }
        }
        self.cells.drop_copies(self.pending.ending(pass).as_deref());
        self.pending.complete(pass);
        Ok(Passed { young: reading.young })
    }

    async fn page(&self, pass: Moment, reading: &mut Reading) -> Result<(), RelayError> {
        let page = self.outbox.pending(reading.after, PAGE).await?;
        reading.more = page.len() >= PAGE as usize;
        reading.after = page.last().map_or(reading.after, |message| message.id);
        let (due, young) = self.pending.pick(pass, page);
        reading.young += young;
        self.pass_on(&due).await
    }

    async fn pass_on(&self, messages: &[Message]) -> Result<(), RelayError> {
        let (mut tags, mut everything) = (BTreeSet::new(), false);
        for message in messages {
            match notice::subject(&message.text) {
                Some(Subject::Tag(tag)) => drop(tags.insert(tag)),
                Some(Subject::Everything) => everything = true,
                None => warn!(id = message.id.0, "the outbox held a row that is no tag; it is deleted"),
            }
        }
        if everything {
            self.pending.close();
            self.cells.renew_all_once().await?;
        }
        let tags: Vec<_> = tags.into_iter().collect();
        if !tags.is_empty() {
            let mark = self.pending.mark(&tags);
            self.cells.renew_once(&tags).await?;
            self.pending.settle(&tags, mark);
        }
        if !messages.is_empty() {
            let passed_on: Vec<_> = messages.iter().map(|message| message.id).collect();
            self.outbox.forget(&passed_on).await?;
        }
        Ok(())
    }

    /// Deletes the rows whose tags this instance has renewed.
    async fn prune(&self) -> Result<(), RepositoryError> {
        let renewed = self.pending.renewed();
        if !renewed.is_empty() {
            self.outbox.forget(&renewed).await?;
            self.pending.deleted(&renewed);
        }
        Ok(())
    }
}

fn report(outcome: &Result<Passed, RelayError>, failing: &mut bool) {
    match outcome {
        Err(error) if !*failing => {
            warn!(%error, "the outbox was not passed on");
        }
        Ok(_) if *failing => info!("the outbox is passed on again"),
        Ok(_) | Err(_) => {}
    }
    *failing = outcome.is_err();
}
