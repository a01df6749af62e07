//! Renewals that the store does not acknowledge at once.

use crate::stage::{
    Database, Gate, PATIENT, Stage, address, cells, is_hit, key, read, redis_store, text, until,
};
use async_trait::async_trait;
use backends::Redis;
use bytes::Bytes;
use cache::{CellStore, Found, Generation, Placed, RedisStore, StoreError, Tag};
use domain::Source;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// A store that refuses renewals while it is told to, and counts how many it refused.
pub(crate) struct Stubborn {
    inner: Arc<dyn CellStore>,
    left: AtomicUsize,
    refused: AtomicUsize,
    gate: Mutex<Option<Gate>>,
}

impl Stubborn {
    pub(crate) fn refusing(inner: Arc<dyn CellStore>, times: usize) -> Arc<Self> {
        Arc::new(Self {
            inner,
            left: AtomicUsize::new(times),
            refused: AtomicUsize::new(0),
            gate: Mutex::default(),
        })
    }

    /// Refuses from now on.
    pub(crate) fn refuses(&self) {
        self.left.store(usize::MAX, Ordering::SeqCst);
    }

    /// Renews from now on.
    pub(crate) fn yields(&self) {
        self.left.store(0, Ordering::SeqCst);
    }

    /// Keeps the answer to the next renewal back until the gate opens.
    pub(crate) fn hold(&self, gate: &Gate) {
        *self.gate.lock().unwrap() = Some(gate.clone());
    }

    pub(crate) fn refusals(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl CellStore for Stubborn {
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
        let refuses = |left: usize| left.checked_sub(1);
        let outcome = match self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, refuses) {
            Ok(_) => Err(StoreError::Refused("not now".to_owned())),
            Err(_) => self.inner.renew(tags).await,
        };
        if outcome.is_err() {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return outcome;
        }
        let gate = self.gate.lock().unwrap().take();
        if let Some(gate) = gate {
            gate.pass().await;
        }
        outcome
    }
}

#[tokio::test]
async fn a_renewal_is_tried_until_it_is_acknowledged() {
    let store = Stubborn::refusing(Stage::memory().store, 3);
    let (cells, database) = (cells(store.clone()).persisting_for(PATIENT), Database::holding("tea"));
    read(&cells, &database).await;
    database.write("new");
    cells.renew(key().tags()).await;
    assert_eq!(
        (store.refusals(), cells.stats().invalidations, cells.stats().failed_invalidations),
        (3, 2, 0)
    );
    assert_eq!(text(&read(&cells, &database).await), "new");
}

#[tokio::test]
async fn nobody_waits_longer_than_150_milliseconds_for_it() {
    let store = Stubborn::refusing(Stage::memory().store, usize::MAX);
    let cells = cells(store.clone());
    let began = std::time::Instant::now();
    cells.renew(key().tags()).await;
    let waited = began.elapsed();
    // Later than that only where the machine is busy.
    assert!((130..2_000).contains(&waited.as_millis()), "{waited:?}");
    assert!((2..=15).contains(&store.refusals()), "{} tries", store.refusals());
    assert_eq!(cells.stats().failed_invalidations, 2);
}

#[tokio::test]
async fn a_redis_that_pauses_during_a_renewal_acknowledges_it_when_it_goes_on() {
    let server = Redis::start();
    let redis = RedisStore::with_deadline(&address(&server), "database", Duration::from_millis(40)).unwrap();
    let store = Stubborn::refusing(Arc::new(redis), 0);
    let (writer, database) = (cells(store.clone()).persisting_for(PATIENT), Database::holding("old"));
    let reader = cells(redis_store(&server, "database"));
    read(&reader, &database).await;
    assert!(is_hit(&read(&reader, &database).await));
    server.pause();
    database.write("new");
    let counted = writer.clone();
    let renewal = tokio::spawn(async move { writer.renew(key().tags()).await });
    until("the third try", || store.refusals() >= 2).await;
    server.resume();
    renewal.await.unwrap();
    assert_eq!((counted.stats().invalidations, counted.stats().failed_invalidations), (2, 0));
    assert_eq!(text(&read(&reader, &database).await), "new");
}
