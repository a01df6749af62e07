//! What the cache has done since the program started, counted while it happens.

use crate::Kind;
use domain::inspection::KindStats;
use std::sync::atomic::{AtomicU64, Ordering};

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

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counts of [`CacheStats`](domain::inspection::CacheStats).
#[derive(Debug, Default)]
pub(crate) struct Counters {
    kinds: [KindCounters; Kind::ALL.len()],
    pub(crate) invalidations: Counter,
    pub(crate) failed_invalidations: Counter,
    pub(crate) store_errors: Counter,
    pub(crate) relay_passes: Counter,
    pub(crate) relay_failures: Counter,
}

/// The counts of [`KindStats`].
#[derive(Debug, Default)]
pub(crate) struct KindCounters {
    pub(crate) tier_hits: Counter,
    pub(crate) tier_misses: Counter,
    pub(crate) tier_fills: Counter,
    pub(crate) tier_refused: Counter,
    pub(crate) hits: Counter,
    pub(crate) misses: Counter,
    pub(crate) collapsed: Counter,
    pub(crate) bypassed: Counter,
    pub(crate) fills: Counter,
    pub(crate) failed_fills: Counter,
}

impl Counters {
    pub(crate) fn of(&self, kind: Kind) -> &KindCounters {
        &self.kinds[kind as usize]
    }

    pub(crate) fn kinds(&self) -> Vec<KindStats> {
        Kind::ALL.map(|kind| self.of(kind).read(kind)).into()
    }
}

impl KindCounters {
    fn read(&self, kind: Kind) -> KindStats {
        KindStats {
            kind: kind.as_str(),
            tier_hits: self.tier_hits.get(),
            tier_misses: self.tier_misses.get(),
            tier_fills: self.tier_fills.get(),
            tier_refused: self.tier_refused.get(),
            hits: self.hits.get(),
            misses: self.misses.get(),
            collapsed: self.collapsed.get(),
            bypassed: self.bypassed.get(),
            fills: self.fills.get(),
            failed_fills: self.failed_fills.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_counts() {
        let counters = Counters::default();
        for (number, kind) in Kind::ALL.into_iter().enumerate() {
            counters.of(kind).hits.add(number);
        }
        for (number, stats) in counters.kinds().into_iter().enumerate() {
            assert_eq!((stats.kind, stats.hits), (Kind::ALL[number].as_str(), number as u64));
        }
    }
}
