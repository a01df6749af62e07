//! What the tests play on: a store with the protocol on top, a database of one value, and loaders that wait at a gate.

use backends::Redis;
use cache::{CellKey, CellStore, Cells, CellsOptions, Loaded, MemoryStore, RedisAddress, RedisStore};
use domain::health::Dependency;
use domain::inspection::KindStats;
use domain::{
    Bypass, CacheOutcome, Clock, Doc, OsEntropy, RepositoryError, Source, Sourced, SystemClock, UserId,
    Version,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::Semaphore;

/// Longer than any test: a machine that is busy must not look like a Redis that is down.
pub(crate) const PATIENT: Duration = Duration::from_secs(20);

/// Runs each test on the in-process store and on a Redis of its own.
macro_rules! on_both_stores {
    ($(async fn $name:ident($stage:ident: Stage) $body:block)*) => {
        $(async fn $name($stage: crate::stage::Stage) $body)*

        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::stage::Stage::memory()).await;
            })*
        }

        mod redis {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::stage::Stage::redis()).await;
            })*
        }
    };
}
pub(crate) use on_both_stores;

/// A store with the protocol on top.
pub(crate) struct Stage {
    pub(crate) store: Arc<dyn CellStore>,
    pub(crate) cells: Cells,
    server: Option<Redis>,
}

impl Stage {
    pub(crate) fn memory() -> Self {
        Self::on(Arc::new(MemoryStore::new(1 << 24, "database")), None)
    }

    pub(crate) fn redis() -> Self {
        let server = Redis::start();
        Self::on(redis_store(&server, "database"), Some(server))
    }

    /// Returns a store of the same kind, on the same server if there is one, that keeps copies of this database.
    pub(crate) fn of_database(&self, database_id: &str) -> Arc<dyn CellStore> {
        match &self.server {
            Some(server) => redis_store(server, database_id),
            None => Arc::new(MemoryStore::new(1 << 24, database_id)),
        }
    }

    fn on(store: Arc<dyn CellStore>, server: Option<Redis>) -> Self {
        Self { cells: cells(Arc::clone(&store)), store, server }
    }
}

pub(crate) fn redis_store(server: &Redis, database_id: &str) -> Arc<RedisStore> {
    Arc::new(RedisStore::with_deadline(&address(server), database_id, PATIENT).unwrap())
}

pub(crate) fn address(server: &Redis) -> RedisAddress {
    RedisAddress::parse(server.url()).unwrap()
}

pub(crate) fn cells(store: Arc<dyn CellStore>) -> Cells {
    cells_at(store, Arc::new(SystemClock))
}

pub(crate) fn cells_at(store: Arc<dyn CellStore>, clock: Arc<dyn Clock>) -> Cells {
    Cells::new(CellsOptions { clock, ..options(store) })
}

/// What cells of one store stand on in a test that asks for nothing else.
pub(crate) fn options(store: Arc<dyn CellStore>) -> CellsOptions {
    CellsOptions { store, tier: None, loads: 100, clock: Arc::new(SystemClock), entropy: Arc::new(OsEntropy) }
}

/// Waits until the store asks its Redis again.
pub(crate) async fn is_back(store: &RedisStore) {
    let back = async { while store.check().await.is_err() {} };
    assert!(tokio::time::timeout(PATIENT, back).await.is_ok(), "Redis is back, and nobody uses it");
}

/// A key with two tags.
pub(crate) fn key() -> CellKey {
    CellKey::cart(UserId(2))
}

/// A database of one value, and how often it was asked.
#[derive(Clone, Default)]
pub(crate) struct Database(Arc<Mutex<(String, usize)>>);

impl Database {
    pub(crate) fn holding(value: &str) -> Self {
        let database = Self::default();
        database.write(value);
        database
    }

    pub(crate) fn write(&self, value: &str) {
        self.0.lock().unwrap().0 = value.to_owned();
    }

    pub(crate) fn loads(&self) -> usize {
        self.0.lock().unwrap().1
    }

    pub(crate) fn select(&self) -> Sourced<Doc<String>> {
        let mut row = self.0.lock().unwrap();
        row.1 += 1;
        Sourced::direct(Source::Postgres, Doc::encode(Version(1), &row.0))
    }

    pub(crate) async fn load(self) -> Result<Loaded<String>, RepositoryError> {
        tokio::task::yield_now().await;
        Ok(Loaded::Lasting(self.select()))
    }

    /// Selects, tells the gate, and answers when the gate opens.
    pub(crate) async fn load_at(self, gate: Gate) -> Result<Loaded<String>, RepositoryError> {
        let answer = self.select();
        gate.pass().await;
        Ok(Loaded::Lasting(answer))
    }
}

/// Holds loaders until it is opened.
#[derive(Clone)]
pub(crate) struct Gate {
    arrived: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    pub(crate) fn closed() -> Self {
        Self { arrived: Arc::new(Semaphore::new(0)), open: Arc::new(Semaphore::new(0)) }
    }

    pub(crate) fn open(&self) {
        self.open.add_permits(Semaphore::MAX_PERMITS);
    }

    /// Waits until another loader has come to the gate.
    pub(crate) async fn arrival(&self) {
        let arrival = tokio::time::timeout(PATIENT, self.arrived.acquire()).await;
        arrival.expect("no loader came to the gate").unwrap().forget();
    }

    /// Comes to the gate and waits until it is open.
    pub(crate) async fn pass(&self) {
        self.arrived.add_permits(1);
        let opening = tokio::time::timeout(PATIENT, self.open.acquire()).await;
        opening.expect("nobody opened the gate").unwrap().forget();
    }
}

/// Waits for something that other tasks bring about.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENT, wait).await.is_ok(), "{what} never came about");
}

/// Reads the stage's key.
pub(crate) async fn read(cells: &Cells, database: &Database) -> Sourced<Doc<String>> {
    cells.read(&key(), database.clone().load()).await.unwrap()
}

pub(crate) fn text(answer: &Sourced<Doc<String>>) -> String {
    answer.value.decode().unwrap()
}

pub(crate) fn outcome<T>(answer: &Sourced<T>) -> CacheOutcome {
    assert_eq!(answer.cache.len(), 1, "one cache was on the way");
    answer.cache[0].outcome
}

pub(crate) fn is_hit<T>(answer: &Sourced<T>) -> bool {
    matches!(outcome(answer), CacheOutcome::Hit { .. })
}

pub(crate) const STORED: CacheOutcome = CacheOutcome::Miss { stored: true, collapsed: false };
pub(crate) const IN_DOUBT: CacheOutcome = CacheOutcome::Bypass { why: Bypass::InDoubt, collapsed: false };
pub(crate) const UNAVAILABLE: CacheOutcome =
    CacheOutcome::Bypass { why: Bypass::Unavailable, collapsed: false };
/// The sum of what happened where nothing has.
pub(crate) const NOTHING: KindStats = KindStats {
    kind: "total",
    tier_hits: 0,
    tier_misses: 0,
    tier_fills: 0,
    tier_refused: 0,
    hits: 0,
    misses: 0,
    collapsed: 0,
    bypassed: 0,
    fills: 0,
    failed_fills: 0,
};
pub(crate) const NOT_STORED: CacheOutcome = CacheOutcome::Miss { stored: false, collapsed: false };

/// What a fake unit of work answers that only commits: nothing is asked of its repositories.
macro_rules! no_repositories {
    () => {
        fn users(&mut self) -> &mut dyn domain::account::UserRepository {
            unimplemented!()
        }
        fn sessions(&mut self) -> &mut dyn domain::account::SessionRepository {
            unimplemented!()
        }
        fn mailed_tokens(&mut self) -> &mut dyn domain::account::MailedTokenRepository {
            unimplemented!()
        }
        fn catalog(&mut self) -> &mut dyn domain::catalog::CatalogRepository {
            unimplemented!()
        }
        fn stock(&mut self) -> &mut dyn domain::stock::StockRepository {
            unimplemented!()
        }
        fn carts(&mut self) -> &mut dyn domain::cart::CartRepository {
            unimplemented!()
        }
        fn orders(&mut self) -> &mut dyn domain::order::OrderRepository {
            unimplemented!()
        }
        fn idempotency(&mut self) -> &mut dyn domain::idempotency::IdempotencyRepository {
            unimplemented!()
        }
        fn events(&mut self) -> &mut dyn domain::event::EventRepository {
            unimplemented!()
        }
        fn webhooks(&mut self) -> &mut dyn domain::webhook::WebhookRepository {
            unimplemented!()
        }
        fn source(&self) -> domain::Source {
            domain::Source::Postgres
        }
    };
}
pub(crate) use no_repositories;
