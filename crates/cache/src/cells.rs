//! The generation protocol: cache-aside that never serves what a finished write has replaced.
//!
//! - A *hit* needs the generation of every tag present and equal to the cell's, and the epoch to be this connection's.
//! - A *miss* places the generations that are missing, then loads, then stores the cell stamped with the generations
//!   as they were **before** the load. A write in between has taken them away, so that the cell is never served.
//! - A *write* commits, then takes the generations of its tags away, then answers. While the store has not acknowledged
//!   that, cells with these tags are passed by.
//!
//! A store that fails costs speed, never an answer.

mod looking;
mod renewals;
mod tiered;

use crate::cell::{Cell, Stamp};
use crate::counters::{Counters, KindCounters};
use crate::flights::{Boarding, Flights, Landed, Outcome, Queues};
use crate::loaded::{Loaded, retyped};
use crate::pending::Pending;
use crate::{CellKey, CellStore, Found, Generation, Kind, Relay, StoreError, Tag, Tier};
use chrono::TimeDelta;
use domain::inspection::{CacheStats, RelayStats};
use domain::{
    Bypass, CacheOutcome, CacheStatus, Clock, Doc, Entropy, Outbox, RepositoryError, Source, Sourced,
    Timestamp,
};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::Semaphore;
use tracing::{debug, info, warn};

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

/// What cells stand on.
pub struct CellsOptions {
    /// Where they are kept.
    pub store: Arc<dyn CellStore>,
    /// Copies of the public ones in this process, where the store is another.
    pub tier: Option<Tier>,
    /// How many loads run at once.
    pub loads: usize,
    /// Tells when a cell ends.
    pub clock: Arc<dyn Clock>,
    /// Draws generations.
    pub entropy: Arc<dyn Entropy>,
}

struct Inner {
    store: Arc<dyn CellStore>,
    tier: Option<Tier>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    flights: Flights,
    queues: Queues,
    counters: Counters,
    /// What must not be served for now; `None` without a relay, which alone could take it back.
    pending: Option<Arc<Pending>>,
    /// Whether the last cell could not be stored.
    refusing: AtomicBool,
}

/// What a look into the store showed.
enum Look<T> {
    Hit(Hit<T>),
    /// With the tags whose generations were placed for it.
    Miss(Stamp, Vec<Tag>),
    /// The generations are unknown or in doubt, so nothing may be stored.
    Blind(Bypass),
}

/// A cell that may be served.
struct Hit<T> {
    doc: Doc<T>,
    stamp: Stamp,
    expires_at: Timestamp,
}

impl Cells {
    /// Puts the protocol on top of a store that this program alone writes through. What others write, and what the store
    /// does not acknowledge, it learns of when cells end; see [`Cells::relayed`].
    pub fn new(options: CellsOptions) -> Self {
        Self::over(options, None)
    }

    /// Puts the protocol on top of a store, with a relay that passes on what the outbox tells. Nothing is served from cells
    /// before the relay's first complete pass.
    pub fn relayed(options: CellsOptions, outbox: Arc<dyn Outbox>) -> (Self, Relay) {
        let pending = Arc::new(Pending::default());
        let cells = Self::over(options, Some(Arc::clone(&pending)));
        (cells.clone(), Relay::new(cells, pending, outbox))
    }

    fn over(options: CellsOptions, pending: Option<Arc<Pending>>) -> Self {
        let CellsOptions { store, tier, loads, clock, entropy } = options;
        let turns = Arc::new(Semaphore::new(loads));
        let (flights, queues) = (Flights::new(Arc::clone(&turns)), Queues::new(turns));
        let (counters, refusing) = Default::default();
        let inner = Inner { store, tier, clock, entropy, flights, queues, counters, pending, refusing };
        Self { inner: Arc::new(inner), persistence: renewals::PERSISTENCE }
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
        let in_doubt = self.in_doubt(key);
        let tier = match self.look_into_tier(key, in_doubt) {
            tiered::Look::Hit(answer) => return Ok(Some(answer)),
            other => other,
        };
        let look = if in_doubt { Look::Blind(Bypass::InDoubt) } else { self.look(key).await };
        let (boarding, why) = match look {
            Look::Hit(hit) => return Ok(Some(self.hit(key, hit, &tier))),
            Look::Miss(stamp, placed) => {
                self.count(key).misses.one();
                let load = self.clone().load_and_store(key.clone(), stamp.clone(), placed, load);
                (self.inner.flights.board(key.as_str(), &stamp, load), None)
            }
            Look::Blind(why) => {
                self.count(key).bypassed.one();
                (self.inner.queues.board(key.as_str(), load_only(load)), Some(why))
            }
        };
        let (landing, collapsed) = match boarding {
            Boarding::Began(landing) => (landing, false),
            Boarding::Joined(landing) => {
                self.count(key).collapsed.one();
                (landing, true)
            }
        };
        let Landed { found, stored } = landing.await?;
        let outcome = match why {
            None => CacheOutcome::Miss { stored, collapsed },
            Some(why) => CacheOutcome::Bypass { why, collapsed },
        };
        Ok(found.map(|found| {
            let mut answer = found.map(|doc| retyped(&doc));
            answer.cache.push(self.status(key.as_str(), outcome));
            answer.cache.extend(tier.status(key, tiered::NOT_TAKEN));
            answer
        }))
    }

    /// Marks an answer for which no cache was asked, because it is never kept.
    pub fn bypassed<T>(&self, kind: Kind, mut answer: Sourced<T>) -> Sourced<T> {
        self.inner.counters.of(kind).bypassed.one();
        answer.cache.push(self.status("", CacheOutcome::UNCACHEABLE));
        answer
    }

    /// Returns what happened so far, and how things are.
    pub fn stats(&self) -> CacheStats {
        let Inner { store, tier, counters, pending, .. } = &*self.inner;
        let relay = RelayStats {
            passes: counters.relay_passes.get(),
            failures: counters.relay_failures.get(),
            ..pending.as_ref().map(|pending| pending.stats()).unwrap_or_default()
        };
        CacheStats {
            kinds: counters.kinds(),
            invalidations: counters.invalidations.get(),
            failed_invalidations: counters.failed_invalidations.get(),
            store_errors: counters.store_errors.get(),
            relay,
            redis: store.redis(),
            tier: tier.as_ref().map(Tier::stats),
        }
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.inner.counters
    }

    fn count(&self, key: &CellKey) -> &KindCounters {
        self.inner.counters.of(key.kind())
    }

    /// Returns the store that hits come from.
    pub fn source(&self) -> Source {
        self.inner.store.source()
    }

    fn hit<T>(&self, key: &CellKey, hit: Hit<T>, tier: &tiered::Look<T>) -> Sourced<Doc<T>> {
        self.count(key).hits.one();
        let taken = self.take_into_tier(key, &hit, tier);
        let ttl = self.time_left(hit.expires_at).min(TTL);
        let mut cache = vec![self.status(key.as_str(), CacheOutcome::Hit { ttl })];
        cache.extend(tier.status(key, taken));
        Sourced { value: hit.doc, source: self.source(), cache }
    }

    async fn look<T>(&self, key: &CellKey) -> Look<T> {
        self.try_look(key).await.unwrap_or_else(|error| {
            self.inner.counters.store_errors.one();
            log(&error, key, "the cache did not answer; the database does");
            Look::Blind(Bypass::Unavailable)
        })
    }

    async fn try_look<T>(&self, key: &CellKey) -> Result<Look<T>, StoreError> {
        let found = self.inner.store.read(key.as_str(), key.tags()).await?;
        let complete: Option<Vec<Generation>> = found.generations.iter().cloned().collect();
        let Some(generations) = complete else {
            let missing = key.tags().iter().zip(&found.generations).filter(|(_, known)| known.is_none());
            let placed = missing.map(|(tag, _)| tag.clone()).collect();
            return Ok(Look::Miss(self.place(key, found).await?, placed));
        };
        let stamp = Stamp { epoch: found.epoch, generations };
        let valid =
            found.cell.as_ref().and_then(Cell::decode).filter(|cell| cell.holds_in(key.tags(), &stamp));
        let Some(cell) = valid else { return Ok(Look::Miss(stamp, Vec::new())) };
        // Another instance's clock may be ahead; the store ends the cell in time all the same.
        let expires_at = cell.expires_at();
        if self.time_left(expires_at).is_zero() {
            return Ok(Look::Miss(stamp, Vec::new()));
        }
        Ok(Look::Hit(Hit { doc: cell.into_doc(), stamp, expires_at }))
    }

    fn time_left(&self, expires_at: Timestamp) -> Duration {
        (expires_at - self.inner.clock.now()).to_std().unwrap_or_default()
    }

    /// Completes the generations of a key's tags. They are a stamp only if the store has not begun another life since it was
    /// looked at: its generations may be those of a load that began in the former one, and that a write has outdated.
    async fn place(&self, key: &CellKey, found: Found) -> Result<Stamp, StoreError> {
        let Found { generations: known, epoch, .. } = found;
        let missing = key.tags().iter().zip(&known).filter(|(_, known)| known.is_none());
        let proposed: Vec<_> =
            missing.map(|(tag, _)| (tag, Generation::draw(&*self.inner.entropy))).collect();
        let placed = self.inner.store.place(&proposed).await?;
        if placed.epoch != epoch {
            return Err(StoreError::Unavailable("it began another life meanwhile".to_owned()));
        }
        let mut placed = placed.generations.into_iter();
        let complete: Option<Vec<_>> =
            known.into_iter().map(|known| known.or_else(|| placed.next())).collect();
        let generations = complete.ok_or_else(|| {
            StoreError::Unsupported("it placed fewer generations than it was given".to_owned())
        })?;
        Ok(Stamp { epoch, generations })
    }

    async fn load_and_store<T>(
        self,
        key: CellKey,
        stamp: Stamp,
        placed: Vec<Tag>,
        load: impl Future<Output = Result<Option<Loaded<T>>, RepositoryError>>,
    ) -> Outcome {
        let loaded = load.await?;
        let stored = match &loaded {
            Some(Loaded::Lasting(answer)) => self.store(&key, &stamp, &answer.value).await,
            Some(Loaded::Passing(_)) | None => {
                self.take_back(&key, &placed).await;
                false
            }
        };
        Ok(Landed { found: loaded.map(Loaded::untyped), stored })
    }

    /// Takes generations away that were placed for nothing: anybody can ask for any number of things that are not there, and
    /// each would stay for a day, with whatever was asked for as its name. Whoever filled under one meanwhile has a miss.
    async fn take_back(&self, key: &CellKey, placed: &[Tag]) {
        if !placed.is_empty()
            && let Err(error) = self.inner.store.renew(placed).await
        {
            log(&error, key, "a generation stays that nothing was stored under");
        }
    }

    async fn store<T>(&self, key: &CellKey, stamp: &Stamp, doc: &Doc<T>) -> bool {
        let (ttl, now) = (self.jittered(), self.inner.clock.now());
        let lifetime = TimeDelta::from_std(ttl).unwrap_or_default();
        let cell = Cell::encode(key.tags(), stamp, doc, now, now + lifetime);
        let outcome = self.inner.store.write(key.as_str(), cell, ttl).await;
        let refusing = self.inner.refusing.swap(outcome.is_err(), Ordering::Relaxed);
        match outcome {
            Ok(()) => {
                self.count(key).fills.one();
                if refusing {
                    info!("cells are stored again");
                }
                true
            }
            Err(error) => {
                self.count(key).failed_fills.one();
                // A Redis that is full refuses every cell; that is worth one line, not one for each read.
                if !refusing {
                    log(&error, key, "a cell was not stored");
                }
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

/// Logs what the store did wrong. That it is left alone was said when that began.
fn log(error: &StoreError, key: &CellKey, consequence: &str) {
    let key = key.as_str();
    if matches!(error, StoreError::NotAsked) {
        debug!(%error, key, "{consequence}");
    } else {
        warn!(%error, key, "{consequence}");
    }
}

async fn load_only<T>(load: impl Future<Output = Result<Option<Loaded<T>>, RepositoryError>>) -> Outcome {
    Ok(Landed { found: load.await?.map(Loaded::untyped), stored: false })
}
