//! The in-process store: embedded mode's cells, bounded by bytes, gone with the process.

mod glob;
mod inspect;

use super::{CellStore, Found, GENERATION_TTL, Placed, StoreError};
use crate::tags::{GENERATIONS, Tag};
use crate::{Epoch, Generation};
use async_trait::async_trait;
use bytes::Bytes;
use domain::Source;
use domain::health::{Dependency, Importance};
use moka::{Expiry, policy::EvictionPolicy, sync::Cache};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What an entry costs beside its key and its bytes, roughly.
const OVERHEAD: usize = 200;

/// Cells and generations in this process' memory.
pub struct MemoryStore {
    entries: Cache<String, Entry>,
    epoch: Epoch,
    /// Held while generations change. moka's own `entry().or_insert()` may hand out a value that was invalidated
    /// meanwhile, which would let a reader join a load that began before a write.
    generations: Mutex<()>,
}

#[derive(Clone)]
struct Entry {
    bytes: Bytes,
    ttl: Duration,
    stored: Instant,
}

impl Entry {
    fn new(bytes: Bytes, ttl: Duration) -> Self {
        Self { bytes, ttl, stored: Instant::now() }
    }

    /// Returns how long it still lives.
    fn left(&self) -> Duration {
        self.ttl.saturating_sub(self.stored.elapsed())
    }
}

impl MemoryStore {
    /// Makes an empty store that holds about `max_bytes` at most and drops what was used least recently. `database_id`
    /// names the database that it keeps copies of.
    pub fn new(max_bytes: u64, database_id: &str) -> Self {
        let weigh = |key: &String, entry: &Entry| {
            u32::try_from(OVERHEAD + key.len() + entry.bytes.len()).unwrap_or(u32::MAX)
        };
        let entries = Cache::builder()
            .max_capacity(max_bytes)
            .weigher(weigh)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(OwnTtl)
            .build();
        Self { entries, epoch: Epoch::of(&["memory", database_id]), generations: Mutex::new(()) }
    }

    fn generation(&self, tag: &Tag) -> Option<Generation> {
        self.entries.get(&tag.generation_key()).and_then(|entry| Generation::parse(&entry.bytes))
    }

    fn keep(&self, tag: &Tag, generation: &Generation) {
        let bytes = Bytes::copy_from_slice(generation.as_str().as_bytes());
        self.entries.insert(tag.generation_key(), Entry::new(bytes, GENERATION_TTL));
    }

    fn lock_generations(&self) -> MutexGuard<'_, ()> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl CellStore for MemoryStore {
    fn source(&self) -> Source {
        Source::Memory
    }

    async fn read(&self, key: &str, tags: &[Tag]) -> Result<Found, StoreError> {
        let cell = self.entries.get(key).map(|entry| entry.bytes);
        let generations = tags.iter().map(|tag| self.generation(tag)).collect();
        Ok(Found { cell, generations, epoch: self.epoch.clone() })
    }

    async fn place(&self, proposed: &[(&Tag, Generation)]) -> Result<Placed, StoreError> {
        let _held = self.lock_generations();
        let place = |(tag, proposed): &(&Tag, Generation)| {
            self.generation(tag).unwrap_or_else(|| {
                self.keep(tag, proposed);
                proposed.clone()
            })
        };
        Ok(Placed { generations: proposed.iter().map(place).collect(), epoch: self.epoch.clone() })
    }

    async fn write(&self, key: &str, cell: Bytes, ttl: Duration) -> Result<(), StoreError> {
        self.entries.insert(key.to_owned(), Entry::new(cell, ttl));
        Ok(())
    }

    async fn renew(&self, tags: &[Tag]) -> Result<(), StoreError> {
        let _held = self.lock_generations();
        for tag in tags {
            self.entries.invalidate(&tag.generation_key());
        }
        Ok(())
    }

    async fn renew_all(&self) -> Result<(), StoreError> {
        let _held = self.lock_generations();
        for (key, _) in self.entries.iter().filter(|(key, _)| key.starts_with(GENERATIONS)) {
            self.entries.invalidate(key.as_str());
        }
        Ok(())
    }
}

#[async_trait]
impl Dependency for MemoryStore {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn importance(&self) -> Importance {
        Importance::Optional
    }

    async fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// Ends every entry after its own time, counted from its last write.
struct OwnTtl;

impl Expiry<String, Entry> for OwnTtl {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(
        &self,
        _: &String,
        entry: &Entry,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_stays_within_its_bytes_and_keeps_what_is_new() {
        let store = MemoryStore::new(100_000, "database");
        for number in 0..1_000 {
            let cell = Bytes::from(vec![0; 1_000]);
            store.write(&format!("product:{number}"), cell, Duration::from_mins(1)).await.unwrap();
        }
        store.entries.run_pending_tasks();
        assert!(store.entries.weighted_size() <= 100_000 && store.entries.entry_count() > 50);
        assert!(store.read("product:999", &[]).await.unwrap().cell.is_some());
        assert!(store.read("product:0", &[]).await.unwrap().cell.is_none());
    }
}
