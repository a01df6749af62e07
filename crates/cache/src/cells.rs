//! The generation protocol: cache-aside that never serves what a finished write has replaced.
//!
//! - A *hit* needs the generation of every tag present and equal to the cell's, and the epoch to be this connection's.
//! - A *miss* places the generations that are missing, then loads, then stores the cell stamped with the generations
//!   as they were **before** the load. A write in between has taken them away, so that the cell is never served.
//! - A *write* commits, then takes the generations of its tags away, then answers. While the store has not acknowledged
//!   that, cells with these tags are passed by.
//!
//! A store that fails costs speed, never an answer.

mod renewals;

use crate::cell::{Cell, Stamp};
use crate::counters::{CacheCounts, Counters};
use crate::flights::{Boarding, Flights, Landed, Outcome, Queues};
use crate::loaded::{Loaded, retyped};
use crate::pending::Pending;
use crate::{CellKey, CellStore, Generation, Relay, StoreError};
use chrono::TimeDelta;
use domain::{
    Bypass, CacheOutcome, CacheStatus, Clock, Doc, Entropy, Outbox, RepositoryError, Source, Sourced,
};
use std::{future::Future, sync::Arc, time::Duration};
use tracing::warn;

/// How long a cell lives at most.
const TTL: Duration = Duration::from_mins(30);
/// How long it lives at least; the rest is random, so that cells that were stored together do not end together.
const SHORTEST_TTL: Duration = Duration::from_mins(27);

/// The cells of one store. Cloning it shares them.
#[derive(Clone)]
pub struct Cells {
    inner: Arc<Inner>,
    persistence: Duration,
}

struct Inner {
    store: Arc<dyn CellStore>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    flights: Flights,
    queues: Queues,
    counters: Counters,
    /// What must not be served for now; `None` without a relay, which alone could take it back.
    pending: Option<Arc<Pending>>,
}

/// What a look into the store showed.
enum Look<T> {
    Hit {
        doc: Doc<T>,
        ttl: Duration,
    },
    Miss(Stamp),
    /// The generations are unknown or in doubt, so nothing may be stored.
    Blind(Bypass),
}

impl Cells {
    /// Puts the protocol on top of a store that this program alone writes through. What others write, and what the store
    /// does not acknowledge, it learns of when cells end; see [`Cells::relayed`].
    pub fn new(store: Arc<dyn CellStore>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self::over(store, clock, entropy, None)
    }

    /// Puts the protocol on top of a store, with a relay that passes on what the outbox tells. Nothing is served from cells
    /// before the relay's first complete pass.
    pub fn relayed(
        store: Arc<dyn CellStore>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        outbox: Arc<dyn Outbox>,
    ) -> (Self, Relay) {
        let pending = Arc::new(Pending::default());
        let cells = Self::over(store, clock, entropy, Some(Arc::clone(&pending)));
        (cells.clone(), Relay::new(cells, pending, outbox))
    }

    fn over(
        store: Arc<dyn CellStore>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        pending: Option<Arc<Pending>>,
    ) -> Self {
        let (flights, queues, counters) = Default::default();
        let inner = Arc::new(Inner { store, clock, entropy, flights, queues, counters, pending });
        Self { inner, persistence: renewals::PERSISTENCE }
    }

    /// Shares the same cells, and tries renewals for this long instead of 150 ms.
    #[must_use]
    pub fn persisting_for(self, persistence: Duration) -> Self {
        Self { persistence, ..self }
    }

    /// Answers from the key's cell, or from `load`, which always finds something.
    ///
    /// # Errors
    /// Those of `load`, which are never kept.
    pub async fn read<T: Send + 'static>(
        &self,
        key: &CellKey,
        load: impl Future<Output = Result<Loaded<T>, RepositoryError>> + Send + 'static,
    ) -> Result<Sourced<Doc<T>>, RepositoryError> {
        let found = self.find(key, async move { load.await.map(Some) }).await?;
        found.ok_or_else(|| RepositoryError::Unexpected(format!("{key:?} was loaded as something absent")))
    }

    /// Answers from the key's cell, or from `load`; that there is nothing is answered and not kept.
    ///
    /// # Errors
    /// Those of `load`, which are never kept.
    pub async fn find<T: Send + 'static>(
        &self,
        key: &CellKey,
        load: impl Future<Output = Result<Option<Loaded<T>>, RepositoryError>> + Send + 'static,
    ) -> Result<Option<Sourced<Doc<T>>>, RepositoryError> {
        let mut passed_by = None;
        let boarding = match self.look(key).await {
            Look::Hit { doc, ttl } => {
                self.inner.counters.hits.one();
                let cache = vec![self.status(key.as_str(), CacheOutcome::Hit { ttl })];
                return Ok(Some(Sourced { value: doc, source: self.source(), cache }));
            }
            Look::Miss(stamp) => {
                let load = self.clone().load_and_store(key.clone(), stamp.clone(), load);
                self.inner.flights.board(key.as_str(), &stamp, load)
            }
            Look::Blind(why) => {
                passed_by = Some(why);
                self.inner.queues.board(key.as_str(), load_only(load))
            }
        };
        self.inner.counters.misses.one();
        let (landing, collapsed) = match boarding {
            Boarding::Began(landing) => (landing, false),
            Boarding::Joined(landing) => {
                self.inner.counters.collapsed.one();
                (landing, true)
            }
        };
        let Landed { found, stored } = landing.await?;
        Ok(found.map(|found| {
            let mut answer = found.map(|doc| retyped(&doc));
            let outcome = passed_by.map_or(CacheOutcome::Miss { stored, collapsed }, |why| {
                CacheOutcome::Bypass { why, collapsed }
            });
            answer.cache.push(self.status(key.as_str(), outcome));
            answer
        }))
    }

    /// Marks an answer for which no cache was asked, because it is never kept.
    pub fn bypassed<T>(&self, mut answer: Sourced<T>) -> Sourced<T> {
        self.inner.counters.bypassed.one();
        answer.cache.push(self.status("", CacheOutcome::UNCACHEABLE));
        answer
    }

    /// Returns what happened so far.
    pub fn counts(&self) -> CacheCounts {
        let (tags, lag) = self.inner.pending.as_ref().map(|pending| pending.measure()).unwrap_or_default();
        self.inner.counters.read(tags, lag)
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.inner.counters
    }

    /// Returns the store that hits come from.
    pub fn source(&self) -> Source {
        self.inner.store.source()
    }

    async fn look<T>(&self, key: &CellKey) -> Look<T> {
        if self.inner.pending.as_ref().is_some_and(|pending| pending.covers(key.tags())) {
            self.inner.counters.passed_by.one();
            return Look::Blind(Bypass::InDoubt);
        }
        self.try_look(key).await.unwrap_or_else(|error| {
            self.inner.counters.store_errors.one();
            warn!(%error, key = key.as_str(), "the cache was not asked; the database answers");
            Look::Blind(Bypass::Unavailable)
        })
    }

    async fn try_look<T>(&self, key: &CellKey) -> Result<Look<T>, StoreError> {
        let found = self.inner.store.read(key.as_str(), key.tags()).await?;
        let complete: Option<Vec<Generation>> = found.generations.iter().cloned().collect();
        let Some(generations) = complete else {
            let generations = self.place(key, found.generations).await?;
            return Ok(Look::Miss(Stamp { epoch: found.epoch, generations }));
        };
        let stamp = Stamp { epoch: found.epoch, generations };
        let valid =
            found.cell.as_ref().and_then(Cell::decode).filter(|cell| cell.holds_in(key.tags(), &stamp));
        let Some(cell) = valid else { return Ok(Look::Miss(stamp)) };
        let left = (cell.expires_at() - self.inner.clock.now()).to_std().unwrap_or_default();
        if left.is_zero() {
            return Ok(Look::Miss(stamp));
        }
        // Another instance's clock may be ahead; the store ends the cell in time all the same.
        Ok(Look::Hit { doc: cell.into_doc(), ttl: left.min(TTL) })
    }

    /// Completes the generations of a key's tags.
    async fn place(
        &self,
        key: &CellKey,
        known: Vec<Option<Generation>>,
    ) -> Result<Vec<Generation>, StoreError> {
        let missing = key.tags().iter().zip(&known).filter(|(_, known)| known.is_none());
        let proposed: Vec<_> =
            missing.map(|(tag, _)| (tag, Generation::draw(&*self.inner.entropy))).collect();
        let mut placed = self.inner.store.place(&proposed).await?.into_iter();
        let complete: Option<Vec<_>> =
            known.into_iter().map(|known| known.or_else(|| placed.next())).collect();
        complete.ok_or_else(|| {
            StoreError::Unsupported("it placed fewer generations than it was given".to_owned())
        })
    }

    async fn load_and_store<T>(
        self,
        key: CellKey,
        stamp: Stamp,
        load: impl Future<Output = Result<Option<Loaded<T>>, RepositoryError>>,
    ) -> Outcome {
        let loaded = load.await?;
        let stored = match &loaded {
            Some(Loaded::Lasting(answer)) => self.store(&key, &stamp, &answer.value).await,
            Some(Loaded::Passing(_)) | None => false,
        };
        Ok(Landed { found: loaded.map(Loaded::untyped), stored })
    }

    async fn store<T>(&self, key: &CellKey, stamp: &Stamp, doc: &Doc<T>) -> bool {
        let (ttl, now) = (self.jittered(), self.inner.clock.now());
        let lifetime = TimeDelta::from_std(ttl).unwrap_or_default();
        let cell = Cell::encode(key.tags(), stamp, doc, now, now + lifetime);
        match self.inner.store.write(key.as_str(), key.tags(), cell, ttl).await {
            Ok(()) => {
                self.inner.counters.stored.one();
                true
            }
            Err(error) => {
                self.inner.counters.failed_stores.one();
                warn!(%error, key = key.as_str(), "a cell was not stored");
                false
            }
        }
    }

    fn jittered(&self) -> Duration {
        let part = u32::from(u16::from_be_bytes(self.inner.entropy.bytes()));
        SHORTEST_TTL + TTL.saturating_sub(SHORTEST_TTL) * part / u32::from(u16::MAX)
    }

    fn status(&self, key: &str, outcome: CacheOutcome) -> CacheStatus {
        CacheStatus { cache: self.source(), key: key.to_owned(), outcome }
    }
}

async fn load_only<T>(load: impl Future<Output = Result<Option<Loaded<T>>, RepositoryError>>) -> Outcome {
    Ok(Landed { found: load.await?.map(Loaded::untyped), stored: false })
}
