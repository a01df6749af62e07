//! Cells that are put out of date by hand: some by their keys, or all of them.

use crate::outbox::{Ends, Rows, Writes};
use crate::stage::{Database, Gate, is_hit, key, on_both_stores, options, read, text};
use async_trait::async_trait;
use bytes::Bytes;
use cache::{CellKey, CellStore, Cells, Forgetting, Found, Generation, Placed, Relay, StoreError, Tag};
use domain::{OsEntropy, ProductId, Source, Units, UserId};
use std::{sync::Arc, time::Duration};

/// A store that can be held while it renews everything, and that refuses to where it is told so.
struct Sweeping {
    inner: Arc<dyn CellStore>,
    gate: Gate,
    outcome: Result<(), StoreError>,
}

#[async_trait]
impl CellStore for Sweeping {
    fn source(&self) -> Source {
        self.inner.source()
    }
    async fn read(&self, key: &str, tags: &[Tag]) -> Result<Found, StoreError> {
        self.inner.read(key, tags).await
    }
    async fn place(&self, proposed: &[(&Tag, Generation)]) -> Result<Placed, StoreError> {
        self.inner.place(proposed).await
    }
    async fn write(&self, key: &str, cell: Bytes, ttl: Duration) -> Result<(), StoreError> {
        self.inner.write(key, cell, ttl).await
    }
    async fn renew(&self, tags: &[Tag]) -> Result<(), StoreError> {
        self.inner.renew(tags).await
    }
    async fn renew_all(&self) -> Result<(), StoreError> {
        self.gate.pass().await;
        self.outcome.clone()?;
        self.inner.renew_all().await
    }
}

/// A server whose outbox a command can write.
struct Server {
    cells: Cells,
    relay: Relay,
    rows: Rows,
    database: Database,
}

impl Server {
    /// Opens one with an empty outbox.
    async fn open(store: Arc<dyn CellStore>) -> Self {
        let (rows, database) = (Rows::default(), Database::holding("old"));
        let (cells, relay) = Cells::relayed(options(store), Arc::new(rows.clone()));
        relay.pass().await.unwrap();
        Self { cells, relay, rows, database }
    }

    async fn forget(&self, what: Forgetting) {
        let (rows, database) = (self.rows.clone(), self.database.clone());
        let writes = Writes { rows, database, value: "by hand", ends: Ends::Known };
        what.announce(&Units::new(Arc::new(writes))).await.unwrap();
    }
}

on_both_stores! {
    async fn every_generation_is_taken_away(stage: Stage) {
        let tags: Vec<_> = (0..2_500).map(|number| Tag::product(ProductId(number))).collect();
        let proposed: Vec<_> = tags.iter().map(|tag| (tag, Generation::draw(&OsEntropy))).collect();
        stage.store.place(&proposed).await.unwrap();
        let cell = Bytes::from_static(b"tea");
        stage.store.write("product:1", cell.clone(), Duration::from_mins(1)).await.unwrap();
        stage.store.renew_all().await.unwrap();
        let found = stage.store.read("product:1", &tags).await.unwrap();
        assert!(found.generations.iter().all(Option::is_none));
        assert_eq!(found.cell, Some(cell), "what is out of date is left to end by itself");
        stage.store.renew_all().await.unwrap();
    }

    async fn what_is_forgotten_is_read_again_and_nothing_else(stage: Stage) {
        let server = Server::open(stage.store).await;
        let other = CellKey::cart(UserId(3));
        for key in [key(), other.clone()] {
            server.cells.read(&key, server.database.clone().load()).await.unwrap();
        }
        server.forget(Forgetting::Cells(vec![key()])).await;
        assert_eq!(server.rows.left(), 1);
        server.relay.pass().await.unwrap();
        assert_eq!(server.rows.left(), 0, "at first sight: nobody attends to it");
        assert_eq!(text(&read(&server.cells, &server.database).await), "by hand");
        assert!(is_hit(&server.cells.read(&other, server.database.clone().load()).await.unwrap()));
    }

    async fn everything_is_forgotten(stage: Stage) {
        let server = Server::open(stage.store).await;
        let other = CellKey::product(ProductId(3));
        for key in [key(), other.clone()] {
            server.cells.read(&key, server.database.clone().load()).await.unwrap();
        }
        server.forget(Forgetting::Everything).await;
        server.relay.pass().await.unwrap();
        server.relay.pass().await.unwrap();
        assert_eq!(server.rows.left(), 0);
        for key in [key(), other] {
            let again = server.cells.read(&key, server.database.clone().load()).await.unwrap();
            assert_eq!((text(&again).as_str(), is_hit(&again)), ("by hand", false));
            assert!(is_hit(&server.cells.read(&key, server.database.clone().load()).await.unwrap()));
        }
    }

    async fn while_everything_is_being_forgotten_nothing_is_served(stage: Stage) {
        let gate = Gate::closed();
        let store = Sweeping { inner: stage.store, gate: gate.clone(), outcome: Ok(()) };
        let server = Arc::new(Server::open(Arc::new(store)).await);
        read(&server.cells, &server.database).await;
        server.forget(Forgetting::Everything).await;
        let passing = tokio::spawn({ let server = Arc::clone(&server); async move { server.relay.pass().await } });
        gate.arrival().await;
        assert_eq!(text(&read(&server.cells, &server.database).await), "by hand");
        gate.open();
        passing.await.unwrap().unwrap();
        server.relay.pass().await.unwrap();
        read(&server.cells, &server.database).await;
        assert!(is_hit(&read(&server.cells, &server.database).await));
    }

    async fn a_store_that_does_not_forget_serves_nothing_and_is_told_again(stage: Stage) {
        let (gate, outcome) = (Gate::closed(), Err(StoreError::Refused("not now".to_owned())));
        gate.open();
        let server = Server::open(Arc::new(Sweeping { inner: stage.store, gate, outcome })).await;
        read(&server.cells, &server.database).await;
        server.forget(Forgetting::Everything).await;
        for _ in 0..3 {
            assert!(server.relay.pass().await.is_err());
            assert_eq!((text(&read(&server.cells, &server.database).await).as_str(), server.rows.left()), ("by hand", 1));
        }
    }
}
