//! The tier on the way of a read, with nobody who reports: what is left is what this instance knows by itself.

use super::*;
use crate::cell::Stamp;
use crate::{CellsOptions, Epoch, Generation, Loaded, MemoryStore, Relay, Tier};
use domain::{
    Clock, Message, MessageId, OsEntropy, Outbox, ProductId, RepositoryError, SystemClock, Version,
};
use std::{sync::Arc, time::Instant};

/// An outbox in which nothing ever is.
struct Empty;

#[async_trait::async_trait]
impl Outbox for Empty {
    async fn pending(&self, _: MessageId, _: u32) -> Result<Vec<Message>, RepositoryError> {
        Ok(Vec::new())
    }
    async fn forget(&self, _: &[MessageId]) -> Result<(), RepositoryError> {
        Ok(())
    }
}

fn key() -> CellKey {
    CellKey::product(ProductId(7))
}

fn doc(value: &str) -> Doc<String> {
    Doc::encode(Version(1), &value.to_owned())
}

/// Opens an instance and its tier.
async fn opened() -> (Cells, Relay, Tier) {
    let tier = Tier::new(1 << 20);
    tier.open(Epoch::of(&["memory", "database"]), Instant::now());
    let options = CellsOptions {
        store: Arc::new(MemoryStore::new(1 << 20, "database")),
        tier: Some(tier.clone()),
        loads: 1,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
    };
    let (cells, relay) = Cells::relayed(options, Arc::new(Empty));
    relay.pass().await.unwrap();
    (cells, relay, tier)
}

async fn read(cells: &Cells, row: &str) -> Sourced<Doc<String>> {
    let loaded = Loaded::Lasting(Sourced::direct(Source::Postgres, doc(row)));
    cells.read(&key(), async { Ok(loaded) }).await.unwrap()
}

fn is_copy(answer: &Sourced<Doc<String>>) -> bool {
    matches!(answer.cache[..], [CacheStatus { outcome: CacheOutcome::Hit { .. }, .. }])
}

/// Reads until a copy answers: the third time.
async fn warm(cells: &Cells) {
    read(cells, "old").await;
    read(cells, "old").await;
    assert!(is_copy(&read(cells, "old").await));
}

#[tokio::test]
async fn what_this_instance_renewed_is_gone_though_nobody_reports_it() {
    let (cells, ..) = opened().await;
    warm(&cells).await;
    cells.renew(key().tags()).await;
    assert_eq!(read(&cells, "new").await.source, Source::Postgres);
}

/// Lets a reader that asked before take its copy of a former state now.
fn take_late(tier: &Tier, asked: Moment) {
    let stamp =
        Stamp { epoch: Epoch::of(&["memory", "database"]), generations: vec![Generation::from_bits(1)] };
    let ends = SystemClock.now() + chrono::TimeDelta::minutes(1);
    assert!(tier.take(asked, &key(), &stamp, &doc("old"), ends));
}

fn asked(tier: &Tier) -> Moment {
    match tier.look::<String>(&key(), SystemClock.now()) {
        Seen::Nothing(moment) => moment,
        Seen::Copy { .. } | Seen::Closed => panic!("there is a copy, or it is closed"),
    }
}

#[tokio::test]
async fn a_copy_that_is_in_doubt_is_passed_by_and_gone_when_the_doubt_is() {
    let (cells, relay, tier) = opened().await;
    let (pending, asked) = (cells.inner.pending.clone().unwrap(), asked(&tier));
    pending.mark(key().tags());
    take_late(&tier, asked);
    let answer = read(&cells, "new").await;
    assert_eq!((answer.source, answer.cache.len()), (Source::Postgres, 2));
    let in_doubt = CacheOutcome::Bypass { why: Bypass::InDoubt, collapsed: false };
    assert!(answer.cache.iter().all(|status| status.outcome == in_doubt));

    relay.pass().await.unwrap();
    assert!(!is_copy(&read(&cells, "new").await));
}

#[tokio::test]
async fn what_was_taken_while_nothing_was_served_is_gone_when_the_instance_opens() {
    let (cells, relay, tier) = opened().await;
    let (pending, asked) = (cells.inner.pending.clone().unwrap(), asked(&tier));
    pending.close();
    take_late(&tier, asked);
    relay.pass().await.unwrap();
    assert!(!is_copy(&read(&cells, "new").await));
}
