//! What a commit does to the cache, and in which order.

use async_trait::async_trait;
use bytes::Bytes;
use cache::{CachedUnits, CellStore, Found, Generation, Placed, StoreError, Tag};
use domain::catalog::Slug;
use domain::inspection::{BreakerState, RedisStats};
use domain::{
    Change, Committed, MessageId, ProductId, RepositoryError, Source, UnitOfWork, UnitsOfWork, UserId,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// What happened, in order.
type Log = Arc<Mutex<Vec<String>>>;

/// How the fake behaves.
#[derive(Clone, Copy, PartialEq)]
enum Fails {
    Nothing,
    Announcing,
    Committing,
}

/// A database that writes down what it is told.
#[derive(Clone)]
struct Ledger {
    log: Log,
    changes: Vec<Change>,
    fails: Fails,
}

impl Ledger {
    fn told(&self, what: String, failing: Fails) -> Result<(), RepositoryError> {
        self.log.lock().unwrap().push(what);
        let outcome = Err(RepositoryError::OutcomeUnknown("lost".to_owned()));
        if self.fails == failing { outcome } else { Ok(()) }
    }
}

#[async_trait]
impl UnitsOfWork for Ledger {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, RepositoryError> {
        Ok(Box::new(self.clone()))
    }
}

#[async_trait]
impl UnitOfWork for Ledger {
    crate::stage::no_repositories!();
    fn changes(&self) -> &[Change] {
        &self.changes
    }
    async fn announce(&mut self, messages: &[String]) -> Result<Vec<MessageId>, RepositoryError> {
        self.told(format!("announce {}", messages.join(" ")), Fails::Announcing)?;
        Ok((1..).take(messages.len()).map(MessageId).collect())
    }
    async fn commit(self: Box<Self>) -> Result<Committed, RepositoryError> {
        self.told("commit".to_owned(), Fails::Committing)?;
        Ok(Committed { source: Source::Postgres, changes: self.changes })
    }
}

/// A store that writes down what is renewed, in the same log.
struct Listener {
    log: Log,
    answer: Result<(), StoreError>,
    breaker: BreakerState,
}

#[async_trait]
impl CellStore for Listener {
    fn source(&self) -> Source {
        Source::Redis
    }
    fn redis(&self) -> Option<RedisStats> {
        Some(RedisStats { breaker: self.breaker, breaker_opened: 0 })
    }
    async fn read(&self, _: &str, _: &[Tag]) -> Result<Found, StoreError> {
        unimplemented!()
    }
    async fn place(&self, _: &[(&Tag, Generation)]) -> Result<Placed, StoreError> {
        unimplemented!()
    }
    async fn write(&self, _: &str, _: Bytes, _: Duration) -> Result<(), StoreError> {
        unimplemented!()
    }
    async fn renew(&self, tags: &[Tag]) -> Result<(), StoreError> {
        let tags: Vec<_> = tags.iter().map(Tag::as_str).collect();
        self.log.lock().unwrap().push(format!("renew {}", tags.join(" ")));
        self.answer.clone()
    }
}

fn an_order() -> Vec<Change> {
    let slugs = vec![Slug::of("Green tea")];
    vec![Change::Cart(UserId(2)), Change::Orders(UserId(2)), Change::Product { id: ProductId(7), slugs }]
}

const ANNOUNCED: &str = "announce cart:2 orders:2 product:7 slug:green-tea";
const RENEWED: &str = "renew cart:2 orders:2 product:7 slug:green-tea";

const UNATTENDED: &str = "announce !cart:2 !orders:2 !product:7 !slug:green-tea";

/// Commits a unit of work and returns what happened in which order, with what came of it.
async fn commit(changes: Vec<Change>, fails: Fails) -> (Vec<String>, Result<Committed, RepositoryError>) {
    let log = Log::default();
    let store = Listener { log: log.clone(), answer: Ok(()), breaker: BreakerState::Closed };
    let units = Arc::new(Ledger { log: log.clone(), changes, fails });
    let units = CachedUnits::new(units, Some(crate::stage::cells(Arc::new(store))));
    let outcome = units.begin().await.unwrap().commit().await;
    let happened = log.lock().unwrap().clone();
    (happened, outcome)
}

#[tokio::test]
async fn announced_then_committed_then_renewed_then_answered() {
    let (happened, outcome) = commit(an_order(), Fails::Nothing).await;
    assert_eq!(happened, [ANNOUNCED, "commit", RENEWED]);
    let committed = outcome.unwrap();
    assert_eq!((committed.source, committed.changes), (Source::Postgres, an_order()));
}

#[tokio::test]
async fn what_changed_nothing_announces_and_renews_nothing() {
    let (happened, outcome) = commit(Vec::new(), Fails::Nothing).await;
    assert_eq!((happened, outcome.unwrap().changes), (vec!["commit".to_owned()], Vec::new()));
}

#[tokio::test]
async fn a_commit_whose_outcome_is_unknown_renews_too() {
    let (happened, outcome) = commit(an_order(), Fails::Committing).await;
    assert_eq!(happened, [ANNOUNCED, "commit", RENEWED]);
    assert!(matches!(outcome, Err(RepositoryError::OutcomeUnknown(_))));
}

#[tokio::test]
async fn what_cannot_be_announced_is_not_committed() {
    let (happened, outcome) = commit(an_order(), Fails::Announcing).await;
    assert_eq!((happened, outcome.is_err()), (vec![ANNOUNCED.to_owned()], true));
}

#[tokio::test]
async fn without_cells_only_the_outbox_learns_of_it() {
    let log = Log::default();
    let ledger = Ledger { log: log.clone(), changes: an_order(), fails: Fails::Nothing };
    let units = CachedUnits::new(Arc::new(ledger), None);
    units.begin().await.unwrap().commit().await.unwrap();
    assert_eq!(*log.lock().unwrap(), [UNATTENDED, "commit"]);
}

#[tokio::test]
async fn a_writer_whose_store_is_not_asked_leaves_the_renewal_to_others() {
    let log = Log::default();
    let store = Listener { log: log.clone(), answer: Err(StoreError::NotAsked), breaker: BreakerState::Open };
    let ledger = Ledger { log: log.clone(), changes: an_order(), fails: Fails::Nothing };
    let units = CachedUnits::new(Arc::new(ledger), Some(crate::stage::cells(Arc::new(store))));
    units.begin().await.unwrap().commit().await.unwrap();
    assert_eq!(*log.lock().unwrap(), [UNATTENDED, "commit", RENEWED], "one try, and no second");
}

#[tokio::test]
async fn a_renewal_that_fails_is_counted_and_fails_no_write() {
    let log = Log::default();
    let refused = Err(StoreError::Refused("OOM".to_owned()));
    let store = Listener { log: log.clone(), answer: refused, breaker: BreakerState::Closed };
    let cells = crate::stage::cells(Arc::new(store));
    let ledger = Ledger { log, changes: an_order(), fails: Fails::Nothing };
    let units = CachedUnits::new(Arc::new(ledger), Some(cells.clone()));
    units.begin().await.unwrap().commit().await.unwrap();
    assert_eq!((cells.stats().invalidations, cells.stats().failed_invalidations), (0, 4));
}
