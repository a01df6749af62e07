//! The in-process tier in front of a real Redis: what it serves, what it learns of, and when it would rather serve nothing.

use crate::stage::{
    Database, PATIENT, cells, is_back, key, options, read as read_cart, redis_store, text, until,
};
use auth::LocalThrottle;
use backends::Redis;
use cache::{CellKey, Cells, CellsOptions, RedisStore, RedisThrottle, Tier};
use domain::catalog::ListingQuery;
use domain::inspection::TierStats;
use domain::throttle::{Rule, Subject, Throttle};
use domain::{Bypass, CacheOutcome, Doc, ProductId, Source, Sourced, SystemClock};
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// An instance with a tier in front of a Redis.
struct Instance {
    cells: Cells,
    database: Database,
    store: Arc<RedisStore>,
    following: JoinHandle<()>,
}

impl Instance {
    /// Starts one and waits until its tier serves.
    async fn open(server: &Redis, database: &Database) -> Self {
        let (store, tier) = (redis_store(server, "database"), Tier::new(1 << 20));
        let following = tokio::spawn(store.tracking(tier.clone()).run(std::future::pending()));
        let cells = Cells::new(CellsOptions { tier: Some(tier), ..options(store.clone()) });
        let instance = Self { cells, database: database.clone(), store, following };
        until("the tier's opening", || instance.tier().serving).await;
        instance
    }

    fn tier(&self) -> TierStats {
        self.cells.stats().tier.unwrap()
    }

    async fn read(&self) -> Sourced<Doc<String>> {
        self.read_at(&product()).await
    }

    /// Reads until a copy in memory answers.
    async fn warm(&self) {
        let warm = async { while self.read().await.source != Source::Memory {} };
        assert!(tokio::time::timeout(PATIENT, warm).await.is_ok(), "no copy is ever taken");
    }

    async fn read_at(&self, key: &CellKey) -> Sourced<Doc<String>> {
        self.cells.read(key, self.database.clone().load()).await.unwrap()
    }

    /// Reads until the answer is this one, and lets the tier's probes go on meanwhile: without them it would close.
    async fn shows(&self, key: &CellKey, value: &str) {
        let shown = async {
            while text(&self.read_at(key).await) != value {
                tokio::task::yield_now().await;
            }
        };
        assert!(tokio::time::timeout(PATIENT, shown).await.is_ok(), "{value} is never shown");
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.following.abort();
    }
}

fn product() -> CellKey {
    CellKey::product(ProductId(7))
}

/// Returns which caches were on the way, and what each did.
fn way(answer: &Sourced<Doc<String>>) -> Vec<(Source, CacheOutcome)> {
    answer.cache.iter().map(|status| (status.cache, status.outcome)).collect()
}

#[tokio::test]
async fn the_database_answers_first_then_redis_then_memory() {
    let server = Redis::start();
    let instance = Instance::open(&server, &Database::holding("tea")).await;
    let miss = |stored| CacheOutcome::Miss { stored, collapsed: false };

    let first = instance.read().await;
    assert_eq!((first.source, text(&first).as_str()), (Source::Postgres, "tea"));
    assert_eq!(way(&first), [(Source::Redis, miss(true)), (Source::Memory, miss(false))]);

    // That the first reader placed a generation is a change as well, and reported.
    until("the report", || instance.tier().invalidations == 1).await;
    let second = instance.read().await;
    assert_eq!((second.source, text(&second).as_str()), (Source::Redis, "tea"));
    let way_of_second = way(&second);
    assert!(matches!(way_of_second[0], (Source::Redis, CacheOutcome::Hit { .. })), "{way_of_second:?}");
    assert_eq!(way_of_second[1..], [(Source::Memory, miss(true))]);

    for _ in 0..3 {
        let third = instance.read().await;
        assert_eq!((third.source, third.value.json()), (Source::Memory, first.value.json()));
        assert_eq!(third.value.etag(), first.value.etag());
        let way = way(&third);
        assert!(matches!(way[..], [(Source::Memory, CacheOutcome::Hit { .. })]), "{way:?}");
    }
    let total = instance.cells.stats().total();
    assert_eq!((total.tier_hits, total.tier_misses, total.tier_fills), (3, 2, 1));
    assert_eq!((total.hits, total.misses), (1, 1));
}

#[tokio::test]
async fn what_is_somebodys_never_enters_it_and_is_not_reported() {
    let server = Redis::start();
    let instance = Instance::open(&server, &Database::holding("tea")).await;
    for expected in [Source::Postgres, Source::Redis, Source::Redis] {
        let answer = read_cart(&instance.cells, &instance.database).await;
        assert_eq!((answer.source, answer.cache.len()), (expected, 1));
    }
    instance.cells.renew(key().tags()).await;
    instance.read().await;
    until("the report of the product", || instance.tier().invalidations == 1).await;
    assert_eq!(instance.cells.stats().total().tier_fills, 0);
}

#[tokio::test]
async fn what_is_counted_is_not_reported() {
    let server = Redis::start();
    let instance = Instance::open(&server, &Database::holding("tea")).await;
    let throttle =
        RedisThrottle::new(instance.store.clone(), Arc::new(LocalThrottle::new(Arc::new(SystemClock))));
    let rule = Rule { name: "a", per_minute: NonZeroU32::new(100).unwrap() };
    instance.warm().await;
    let before = instance.tier().invalidations;
    for _ in 0..10 {
        throttle.count(&rule, &Subject::network([192, 0, 2, 1].into())).await.unwrap();
    }
    assert_eq!(server.cli(&["EXISTS", &server.cli(&["KEYS", "throttle:*"])]), "1");
    instance.cells.renew(product().tags()).await;
    until("the report of the product", || instance.tier().invalidations > before).await;
    assert_eq!(instance.tier().invalidations, before + 1);
}

#[tokio::test]
async fn the_writer_never_sees_its_old_copy() {
    let server = Redis::start();
    let instance = Instance::open(&server, &Database::holding("0")).await;
    for number in 1..100 {
        instance.warm().await;
        let value = number.to_string();
        instance.database.write(&value);
        instance.cells.renew(product().tags()).await;
        assert_eq!(text(&instance.read().await), value);
    }
}

#[tokio::test]
async fn what_another_instance_writes_is_reported() {
    let server = Redis::start();
    let database = Database::holding("old");
    let instance = Instance::open(&server, &database).await;
    let writer = cells(redis_store(&server, "database"));
    instance.warm().await;
    database.write("new");
    writer.renew(product().tags()).await;
    instance.shows(&product(), "new").await;
    instance.warm().await;
}

#[tokio::test]
async fn listings_are_dropped_by_what_they_show() {
    let server = Redis::start();
    let database = Database::holding("old");
    let instance = Instance::open(&server, &database).await;
    let writer = cells(redis_store(&server, "database"));
    for category in [None, Some("Home & Kitchen".to_owned())] {
        let key = CellKey::listing(&ListingQuery { category, ..ListingQuery::default() }).unwrap();
        database.write("old");
        writer.renew(key.tags()).await;
        while instance.read_at(&key).await.source != Source::Memory {}
        database.write("new");
        writer.renew(key.tags()).await;
        instance.shows(&key, "new").await;
    }
}

#[tokio::test]
async fn a_flush_empties_it() {
    let server = Redis::start();
    let instance = Instance::open(&server, &Database::holding("tea")).await;
    instance.warm().await;
    let _ = server.cli(&["FLUSHALL"]);
    until("the report", || instance.tier().emptied == 1).await;
    assert_eq!(instance.read().await.source, Source::Postgres);
    assert!(instance.tier().serving, "nothing can have been missed");
}

#[tokio::test]
async fn a_link_that_breaks_empties_it_and_is_replaced() {
    let server = Redis::start();
    let database = Database::holding("old");
    let instance = Instance::open(&server, &database).await;
    instance.warm().await;
    let _ = server.cli(&["CLIENT", "KILL", "TYPE", "normal"]);
    until("the break", || instance.tier().emptied == 1).await;
    until("the next link", || instance.tier().serving).await;
    assert_ne!(instance.read().await.source, Source::Memory);
    instance.warm().await;
}

#[tokio::test]
async fn a_redis_that_does_not_answer_closes_it_within_a_second() {
    let server = Redis::start();
    let instance = Instance::open(&server, &Database::holding("tea")).await;
    instance.warm().await;
    server.pause();
    until("the doubt", || !instance.tier().serving).await;
    server.resume();
    is_back(&instance.store).await;
    until("the next answer", || instance.tier().serving).await;
    instance.warm().await;
}

#[tokio::test]
async fn a_master_that_was_demoted_closes_it() {
    let server = Redis::start();
    let instance = Instance::open(&server, &Database::holding("tea")).await;
    instance.warm().await;
    let _ = server.cli(&["REPLICAOF", "127.0.0.1", "1"]);
    until("the doubt", || !instance.tier().serving).await;
    let closed = CacheOutcome::Bypass { why: Bypass::Unavailable, collapsed: false };
    assert_eq!(way(&instance.read().await)[1], (Source::Memory, closed));
    let _ = server.cli(&["REPLICAOF", "NO", "ONE"]);
    until("the next link", || instance.tier().serving).await;
}

#[tokio::test]
async fn without_the_tracking_it_serves_nothing() {
    let server = Redis::start();
    let (store, tier) = (redis_store(&server, "database"), Tier::new(1 << 20));
    let cells = Cells::new(CellsOptions { tier: Some(tier), ..options(store) });
    let database = Database::holding("tea");
    for expected in [Source::Postgres, Source::Redis, Source::Redis] {
        let answer = cells.read(&product(), database.clone().load()).await.unwrap();
        assert_eq!(answer.source, expected);
    }
}
