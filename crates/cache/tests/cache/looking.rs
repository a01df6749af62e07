//! Looking into the cache: which keys are shown, and whether what is said of a cell is what the next read does.

mod entries;
mod keys;
mod strangers;

use crate::outbox::Rows;
use crate::stage::{Database, is_hit, redis_store};
use backends::Redis;
use cache::{CellKey, Cells, CellsOptions, Inspectable, Inspector, MemoryStore, Relay};
use domain::inspection::{CacheEntryView, CacheInspector, KeyCount, KeyPattern, KeyQuery};
use domain::testing::FixedClock;
use domain::{Clock, OsEntropy};
use std::sync::Arc;

/// Runs each test on the in-process store and on a Redis of its own.
macro_rules! on_both_stores {
    ($(async fn $name:ident($eye:ident: Eye) $body:block)*) => {
        $(async fn $name($eye: crate::looking::Eye) $body)*

        mod memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::looking::Eye::on_memory().await).await;
            })*
        }

        mod redis {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::looking::Eye::on_redis().await).await;
            })*
        }
    };
}
use on_both_stores;

/// A store with the protocol on top, and whoever looks into it.
struct Eye {
    inspector: Inspector,
    cells: Cells,
    relay: Relay,
    clock: Arc<FixedClock>,
    store: Arc<dyn Inspectable>,
    server: Option<Redis>,
}

impl Eye {
    async fn on_memory() -> Self {
        Self::on(Arc::new(MemoryStore::new(1 << 24, "database")), None).await
    }

    async fn on_redis() -> Self {
        let server = Redis::start();
        Self::on(redis_store(&server, "database"), Some(server)).await
    }

    async fn on(store: Arc<dyn Inspectable>, server: Option<Redis>) -> Self {
        let clock = Arc::new(FixedClock::default());
        let (shared, entropy) = (Arc::<FixedClock>::clone(&clock) as Arc<dyn Clock>, Arc::new(OsEntropy));
        let options = CellsOptions { store: store.clone(), tier: None, loads: 4, clock: shared, entropy };
        let (cells, relay) = Cells::relayed(options, Arc::new(Rows::default()));
        relay.pass().await.unwrap();
        let inspector = Inspector::new(cells.clone(), store.clone());
        Self { inspector, cells, relay, clock, store, server }
    }

    fn server(&self) -> &Redis {
        self.server.as_ref().unwrap()
    }

    /// Reads a cell, filling it where it has to be; tells whether it was there.
    async fn read(&self, key: &CellKey) -> bool {
        is_hit(&self.cells.read(key, Database::holding("tea").load()).await.unwrap())
    }

    async fn entry(&self, key: &str) -> Option<CacheEntryView> {
        self.inspector.entry(key).await.unwrap().map(|found| found.value)
    }

    /// Returns a page of keys in order, and where to go on.
    async fn page(&self, pattern: &str, count: u32, cursor: Option<String>) -> (Vec<String>, Option<String>) {
        let (pattern, count) = (KeyPattern::parse(pattern).unwrap(), KeyCount::new(count).unwrap());
        let page = self.inspector.keys(&KeyQuery { pattern, count, cursor }).await.unwrap();
        assert_eq!((page.source, page.value.count), (self.cells.source(), count.get()));
        let mut keys: Vec<String> = page.value.items.into_iter().map(|item| item.key).collect();
        keys.sort();
        (keys, page.value.next_cursor)
    }

    /// Returns all keys that match, in order.
    async fn keys(&self, pattern: &str) -> Vec<String> {
        let (mut keys, mut cursor) = self.page(pattern, 100, None).await;
        while cursor.is_some() {
            let (more, next) = self.page(pattern, 100, cursor).await;
            keys.extend(more);
            cursor = next;
        }
        keys.sort();
        keys.dedup(); // Redis may show one twice
        keys
    }
}
