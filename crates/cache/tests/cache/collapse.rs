//! A thousand who miss the same thing at once: what the database notices of them.

use crate::stage::{
    Database, Gate, NOTHING, STORED, UNAVAILABLE, address, cells, is_hit, key, on_both_stores, outcome, read,
    redis_store, text, until,
};
use backends::Redis;
use cache::{Cells, RedisStore};
use domain::inspection::KindStats;
use domain::{Bypass, CacheOutcome, Doc, Sourced};
use std::sync::Arc;
use tokio::task::JoinSet;

const CROWD: usize = 1_000;

/// Sends a thousand readers of one key, whose loads wait at the gate.
fn crowd(cells: &Cells, database: &Database, gate: &Gate) -> JoinSet<Sourced<Doc<String>>> {
    let reader = |_| {
        let (cells, load) = (cells.clone(), database.clone().load_at(gate.clone()));
        async move { cells.read(&key(), load).await.unwrap() }
    };
    (0..CROWD).map(reader).collect()
}

/// Waits for the readers, who all read the same, and counts those whose outcome is this one.
async fn count(readers: JoinSet<Sourced<Doc<String>>>, wanted: CacheOutcome) -> usize {
    let answers = readers.join_all().await;
    assert!(answers.iter().all(|answer| text(answer) == "tea"));
    answers.iter().filter(|answer| outcome(answer) == wanted).count()
}

on_both_stores! {
    async fn a_thousand_misses_at_once_are_one_load(stage: Stage) {
        let (database, gate) = (Database::holding("tea"), Gate::closed());
        let readers = crowd(&stage.cells, &database, &gate);
        until("the last reader", || stage.cells.stats().total().collapsed == 999).await;
        assert_eq!(database.loads(), 1);
        gate.open();
        assert_eq!(count(readers, CacheOutcome::Miss { stored: true, collapsed: true }).await, 999);
        let total = KindStats { misses: 1_000, collapsed: 999, fills: 1, ..NOTHING };
        assert_eq!((database.loads(), stage.cells.stats().total()), (1, total));
        assert!(is_hit(&read(&stage.cells, &database).await));
    }

    async fn a_thousand_misses_after_a_write_are_one_load_too(stage: Stage) {
        let (database, gate) = (Database::holding("old"), Gate::closed());
        assert_eq!(outcome(&read(&stage.cells, &database).await), STORED);
        database.write("tea");
        stage.cells.renew(key().tags()).await;
        let readers = crowd(&stage.cells, &database, &gate);
        until("the last reader", || stage.cells.stats().total().collapsed == 999).await;
        gate.open();
        assert_eq!(count(readers, CacheOutcome::Miss { stored: true, collapsed: true }).await, 999);
        assert_eq!(database.loads(), 2, "one before the write and one after it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_a_thousand_are_two_loads_at_most() {
    let mut server = Redis::start();
    for was_there in [false, true] {
        let cells = cells(redis_store(&server, "database"));
        let database = Database::holding("tea");
        if was_there {
            assert_eq!(outcome(&read(&cells, &database).await), STORED);
        }
        server.kill();
        let (before, gate) = (database.loads(), Gate::closed());
        let readers = crowd(&cells, &database, &gate);
        gate.arrival().await;
        until("the last reader", || cells.stats().total().bypassed == 1_000).await;
        assert_eq!(database.loads() - before, 1, "one runs, and at most one waits");
        gate.open();
        let began = count(readers, UNAVAILABLE).await;
        assert!((1..=2).contains(&began), "{began} of them began a load");
        assert_eq!(database.loads() - before, began);
        server.restart();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_redis_is_silent_a_thousand_are_two_loads_at_most() {
    let server = Redis::start();
    let store = RedisStore::open(&address(&server), "database").unwrap();
    let cells = cells(Arc::new(store));
    let (database, gate) = (Database::holding("tea"), Gate::closed());
    server.pause();
    let readers = crowd(&cells, &database, &gate);
    gate.arrival().await;
    until("the last reader", || cells.stats().total().bypassed == 1_000).await;
    assert_eq!(database.loads(), 1);
    gate.open();
    let joined = CacheOutcome::Bypass { why: Bypass::Unavailable, collapsed: true };
    let joined = count(readers, joined).await;
    assert!(joined >= 998, "{joined} joined");
    server.resume();
}
