//! The generation protocol among many callers: the interleavings that plain cache-aside gets wrong.

use crate::stage::{
    Database, Gate, STORED, Stage, cells, is_hit, key, on_both_stores, options, outcome, read, text, until,
};
use async_trait::async_trait;
use bytes::Bytes;
use cache::{
    CellKey, CellStore, Cells, CellsOptions, Epoch, Found, Generation, Loaded, Placed, StoreError, Tag,
};
use domain::{CacheOutcome, ProductId, Source};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

on_both_stores! {
    async fn what_a_write_replaced_during_the_load_is_never_served(stage: Stage) {
        let (database, gate) = (Database::holding("old"), Gate::closed());
        let (cells, load) = (stage.cells.clone(), database.clone().load_at(gate.clone()));
        let reader = tokio::spawn(async move { cells.read(&key(), load).await.unwrap() });
        gate.arrival().await;
        database.write("new");
        stage.cells.renew(key().tags()).await;
        // The write is acknowledged here, and only now the reader stores what it loaded before.
        gate.open();
        let overtaken = reader.await.unwrap();
        assert_eq!((text(&overtaken).as_str(), outcome(&overtaken)), ("old", STORED));

        let next = read(&stage.cells, &database).await;
        assert_eq!((text(&next).as_str(), is_hit(&next)), ("new", false));
        let after = read(&stage.cells, &database).await;
        assert_eq!((text(&after).as_str(), is_hit(&after)), ("new", true));
    }

    async fn generations_that_are_read_after_the_load_would_serve_it(stage: Stage) {
        // The same interleaving with a load that ends before the protocol reads the generations: what the rule is for.
        let database = Database::holding("old");
        let too_early = database.select();
        database.write("new");
        stage.cells.renew(key().tags()).await;
        stage.cells.read(&key(), async { Ok(Loaded::Lasting(too_early)) }).await.unwrap();
        let next = read(&stage.cells, &database).await;
        assert_eq!((text(&next).as_str(), is_hit(&next)), ("old", true));
    }

    async fn who_comes_after_a_write_joins_no_load_from_before(stage: Stage) {
        let (database, gate) = (Database::holding("old"), Gate::closed());
        let (cells, load) = (stage.cells.clone(), database.clone().load_at(gate.clone()));
        let reader = tokio::spawn(async move { cells.read(&key(), load).await.unwrap() });
        gate.arrival().await;
        database.write("new");
        stage.cells.renew(key().tags()).await;
        let next = read(&stage.cells, &database).await;
        assert_eq!((text(&next).as_str(), outcome(&next)), ("new", STORED));
        // The late store of the old value puts the new cell away, which costs a miss and nothing else.
        gate.open();
        reader.await.unwrap();
        assert_eq!(text(&read(&stage.cells, &database).await), "new");
    }

    async fn only_so_many_loads_run_at_once(stage: Stage) {
        let (database, gate) = (Database::holding("tea"), Gate::closed());
        let cells = Cells::new(CellsOptions { loads: 3, ..options(stage.store) });
        let readers: Vec<_> = (0..20)
            .map(|id| {
                let (cells, load) = (cells.clone(), database.clone().load_at(gate.clone()));
                tokio::spawn(async move { cells.read(&CellKey::product(ProductId(id)), load).await.unwrap() })
            })
            .collect();
        until("the last reader", || cells.stats().total().misses == 20).await;
        for _ in 0..3 {
            gate.arrival().await;
        }
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(database.loads(), 3);
        gate.open();
        for reader in readers {
            assert_eq!(text(&reader.await.unwrap()), "tea");
        }
        assert_eq!(database.loads(), 20);
    }

    async fn a_caller_that_goes_away_stops_nothing(stage: Stage) {
        let (database, gate) = (Database::holding("tea"), Gate::closed());
        let (cells, load) = (stage.cells.clone(), database.clone().load_at(gate.clone()));
        let reader = tokio::spawn(async move { cells.read(&key(), load).await });
        gate.arrival().await;
        reader.abort();
        assert!(reader.await.unwrap_err().is_cancelled());
        gate.open();
        until("the store", || stage.cells.stats().total().fills == 1).await;
        assert!(is_hit(&read(&stage.cells, &database).await));
        assert_eq!(database.loads(), 1);
    }

    async fn a_first_caller_that_goes_away_leaves_the_others_their_answer(stage: Stage) {
        let (database, gate) = (Database::holding("tea"), Gate::closed());
        let load = |gate: &Gate| {
            let (cells, load) = (stage.cells.clone(), database.clone().load_at(gate.clone()));
            tokio::spawn(async move { cells.read(&key(), load).await.unwrap() })
        };
        let first = load(&gate);
        gate.arrival().await;
        let second = load(&gate);
        until("the second reader", || stage.cells.stats().total().collapsed == 1).await;
        first.abort();
        gate.open();
        assert_eq!((text(&second.await.unwrap()).as_str(), database.loads()), ("tea", 1));
    }
}

/// A store whose writes wait at a gate, and whose life can be made to end.
struct Meddled {
    inner: Arc<dyn CellStore>,
    gate: Gate,
    life: Mutex<&'static str>,
}

impl Meddled {
    fn with(stage: &Stage) -> Arc<Self> {
        let (inner, gate) = (Arc::clone(&stage.store), Gate::closed());
        Arc::new(Self { inner, gate, life: Mutex::new("first") })
    }
}

#[async_trait]
impl CellStore for Meddled {
    fn source(&self) -> Source {
        self.inner.source()
    }
    async fn read(&self, key: &str, tags: &[Tag]) -> Result<Found, StoreError> {
        let found = self.inner.read(key, tags).await?;
        Ok(Found { epoch: Epoch::of(&[*self.life.lock().unwrap()]), ..found })
    }
    async fn place(&self, proposed: &[(&Tag, Generation)]) -> Result<Placed, StoreError> {
        let placed = self.inner.place(proposed).await?;
        Ok(Placed { epoch: Epoch::of(&[*self.life.lock().unwrap()]), ..placed })
    }
    async fn write(&self, key: &str, cell: Bytes, ttl: Duration) -> Result<(), StoreError> {
        self.gate.pass().await;
        self.inner.write(key, cell, ttl).await
    }
    async fn renew(&self, tags: &[Tag]) -> Result<(), StoreError> {
        self.inner.renew(tags).await
    }
}

#[tokio::test]
async fn a_load_can_be_joined_until_its_cell_is_stored() {
    let (store, database) = (Meddled::with(&Stage::memory()), Database::holding("tea"));
    let cells = cells(store.clone());
    let reader = || {
        let (cells, database) = (cells.clone(), database.clone());
        tokio::spawn(async move { outcome(&read(&cells, &database).await) })
    };
    let first = reader();
    store.gate.arrival().await;
    let second = reader();
    until("the second reader", || cells.stats().total().misses == 2).await;
    store.gate.open();
    let collapsed = CacheOutcome::Miss { stored: true, collapsed: true };
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (STORED, collapsed));
    assert_eq!(database.loads(), 1);
}

#[tokio::test]
async fn generations_that_came_back_from_a_snapshot_join_no_load_of_the_former_life() {
    let (store, database) = (Meddled::with(&Stage::memory()), Database::holding("old"));
    store.gate.open();
    let (cells, gate) = (cells(store.clone()), Gate::closed());
    let (behind, load) = (cells.clone(), database.clone().load_at(gate.clone()));
    let reader = tokio::spawn(async move { behind.read(&key(), load).await.unwrap() });
    gate.arrival().await;
    // A write renewed the generations, and then a restart from a snapshot undid that.
    database.write("new");
    *store.life.lock().unwrap() = "second";
    assert_eq!(text(&read(&cells, &database).await), "new");
    gate.open();
    reader.await.unwrap();
    assert_eq!(text(&read(&cells, &database).await), "new");
}
