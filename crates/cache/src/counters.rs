//! What the cache did since the program started, for operators and tests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts, read at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheCounts {
    /// Reads that a cell answered.
    pub hits: u64,
    /// Reads that no cell answered, collapsed ones included.
    pub misses: u64,
    /// Misses that joined another one's load.
    pub collapsed: u64,
    /// Reads that are never cached.
    pub bypassed: u64,
    /// Cells that were stored.
    pub stored: u64,
    /// Cells that the store refused, or did not acknowledge.
    pub failed_stores: u64,
    /// Tags that were renewed.
    pub invalidations: u64,
    /// Tags whose renewal the store did not acknowledge.
    pub failed_invalidations: u64,
    /// Lookups that the store did not answer.
    pub store_errors: u64,
    /// Reads that passed their cells by, because an invalidation was not acknowledged or the relay has not caught up.
    pub passed_by: u64,
    /// Tags whose cells are passed by now.
    pub pending_tags: usize,
    /// Passes of the relay that left nothing undone.
    pub relay_passes: u64,
    /// Passes of the relay that the outbox or the store cut short.
    pub relay_failures: u64,
    /// How long ago the relay's last complete pass ended; `None` before the first one, and without a relay.
    pub relay_lag: Option<Duration>,
}

/// One count that goes up.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn one(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, count: usize) {
        self.0.fetch_add(count as u64, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counts as they go up; see [`CacheCounts`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) hits: Counter,
    pub(crate) misses: Counter,
    pub(crate) collapsed: Counter,
    pub(crate) bypassed: Counter,
    pub(crate) stored: Counter,
    pub(crate) failed_stores: Counter,
    pub(crate) invalidations: Counter,
    pub(crate) failed_invalidations: Counter,
    pub(crate) store_errors: Counter,
    pub(crate) passed_by: Counter,
    pub(crate) relay_passes: Counter,
    pub(crate) relay_failures: Counter,
}

impl Counters {
    /// Reads the counts, with what is measured elsewhere.
    pub(crate) fn read(&self, pending_tags: usize, relay_lag: Option<Duration>) -> CacheCounts {
        CacheCounts {
            hits: self.hits.get(),
            misses: self.misses.get(),
            collapsed: self.collapsed.get(),
            bypassed: self.bypassed.get(),
            stored: self.stored.get(),
            failed_stores: self.failed_stores.get(),
            invalidations: self.invalidations.get(),
            failed_invalidations: self.failed_invalidations.get(),
            store_errors: self.store_errors.get(),
            passed_by: self.passed_by.get(),
            pending_tags,
            relay_passes: self.relay_passes.get(),
            relay_failures: self.relay_failures.get(),
            relay_lag,
        }
    }
}
