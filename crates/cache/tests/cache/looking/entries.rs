//! One cell: what is shown of it, and what is said of it.

use super::{Eye, on_both_stores};
use crate::stage::{Database, cells, key, redis_store};
use cache::{CellKey, Cells, CellsOptions, Inspector, Tag};
use chrono::TimeDelta;
use domain::inspection::{CacheInspector, EntryState};
use domain::{Clock, OsEntropy, ProductId, UserId};
use std::sync::Arc;

impl Eye {
    /// Looks at the stage's key, and holds what is said of it against the next read.
    async fn verdict(&self) -> Option<String> {
        let entry = self.entry("cart:2").await.unwrap();
        let valid = entry.state == EntryState::Valid;
        assert_eq!(valid, entry.reason.is_none());
        assert_eq!(self.read(&key()).await, valid, "{:?}", entry.reason);
        entry.reason
    }
}

on_both_stores! {
    async fn a_cell_is_shown_with_all_that_it_depends_on(eye: Eye) {
        assert!(eye.entry("cart:2").await.is_none());
        eye.read(&key()).await;
        let entry = eye.entry("cart:2").await.unwrap();
        assert_eq!((entry.key.as_str(), entry.state, entry.reason), ("cart:2", EntryState::Valid, None));
        assert_eq!(entry.value.unwrap().get(), "\"tea\"");
        assert!(entry.etag.unwrap().starts_with("1."));
        assert_eq!(entry.stored_at, Some(eye.clock.now()));
        assert!((1_610..=1_800).contains(&entry.ttl.unwrap()) && entry.bytes.unwrap() > 100);
        let tags: Vec<&str> = entry.tags.iter().map(|tag| tag.tag.as_str()).collect();
        assert_eq!(tags, ["cart:2", "variants"]);
        assert!(entry.tags.iter().all(|tag| tag.current.as_ref() == Some(&tag.stored)));
    }

    async fn a_write_makes_it_stale_and_the_next_read_valid_again(eye: Eye) {
        eye.read(&key()).await;
        assert_eq!(eye.verdict().await, None);
        for tag in [Tag::cart(UserId(2)), Tag::variants()] {
            eye.cells.renew(std::slice::from_ref(&tag)).await;
            let entry = eye.entry("cart:2").await.unwrap();
            let current = entry.tags.iter().find(|shown| shown.tag == tag.as_str()).unwrap();
            assert_eq!((entry.state, &current.current), (EntryState::Stale, &None));
            assert!(entry.value.is_some(), "it is still there to be seen");
            assert_eq!(eye.verdict().await.unwrap(), "a write has replaced it");
            assert_eq!(eye.verdict().await, None);
        }
    }

    async fn a_generation_that_has_come_back_as_another_is_told_apart(eye: Eye) {
        eye.read(&key()).await;
        eye.cells.renew(&[Tag::variants()]).await;
        eye.read(&CellKey::cart(UserId(3))).await; // places the generation that both carts share
        let entry = eye.entry("cart:2").await.unwrap();
        let variants = &entry.tags[1];
        assert!(variants.current.is_some() && variants.current.as_ref() != Some(&variants.stored));
        assert_eq!(eye.verdict().await.unwrap(), "a write has replaced it");
    }

    async fn a_cell_whose_time_is_over_is_not_served(eye: Eye) {
        eye.read(&key()).await;
        eye.clock.advance(TimeDelta::minutes(31));
        assert_eq!(eye.verdict().await.unwrap(), "its time is over");
        assert_eq!(eye.verdict().await, None);
    }

    async fn before_the_first_pass_everything_is_in_doubt(eye: Eye) {
        eye.read(&key()).await;
        let (shared, entropy) = (Arc::clone(&eye.clock) as Arc<dyn Clock>, Arc::new(OsEntropy));
        let outbox = Arc::new(crate::outbox::Rows::default());
        let options = CellsOptions { store: eye.store.clone(), tier: None, loads: 4, clock: shared, entropy };
        let (cells, relay) = Cells::relayed(options, outbox);
        let inspector = Inspector::new(cells.clone(), eye.store.clone());
        let starting = Eye { inspector, cells, relay, ..eye };
        assert!(starting.verdict().await.unwrap().contains("in doubt"));
        starting.relay.pass().await.unwrap();
        assert_eq!(starting.verdict().await, None);
    }

    async fn a_generation_is_shown_as_none_of_the_cells(eye: Eye) {
        eye.read(&key()).await;
        let entry = eye.entry("gen:cart:2").await.unwrap();
        assert_eq!((entry.state, entry.bytes, entry.tags.len()), (EntryState::Foreign, Some(16), 0));
        assert!((86_300..=86_400).contains(&entry.ttl.unwrap()));
        assert!(entry.value.is_none() && entry.etag.is_none() && entry.stored_at.is_none());
    }

    async fn looking_counts_as_nothing(eye: Eye) {
        eye.read(&key()).await;
        eye.cells.renew(key().tags()).await;
        let stats = || {
            let mut stats = eye.inspector.stats();
            stats.relay.lag_ms = None;
            stats
        };
        let before = stats();
        eye.entry("cart:2").await.unwrap();
        assert!(eye.entry("cart:3").await.is_none());
        eye.keys("*").await;
        assert_eq!((stats(), before.invalidations), (before, 2));
        assert!(eye.keys("gen:*").await.is_empty(), "no generation is placed by looking");
    }
}

#[tokio::test]
async fn a_cell_of_another_database_is_not_served() {
    let eye = Eye::on_redis().await;
    let other = redis_store(eye.server(), "another database");
    let other = cells(other);
    other.read(&key(), Database::holding("tea").load()).await.unwrap();
    assert!(eye.verdict().await.unwrap().contains("another life"));
    assert_eq!(eye.verdict().await, None);
}

#[tokio::test]
async fn a_cell_that_was_copied_is_not_served() {
    let eye = Eye::on_redis().await;
    let (one, two) = (CellKey::product(ProductId(1)), CellKey::product(ProductId(2)));
    eye.read(&one).await;
    for key in [two.as_str(), "copies:1"] {
        assert_eq!(eye.server().cli(&["COPY", one.as_str(), key]), "1");
    }
    let entry = eye.entry(two.as_str()).await.unwrap();
    assert_eq!(
        (entry.state, entry.reason.as_deref()),
        (EntryState::Stale, Some("it belongs to another key"))
    );
    assert!(!eye.read(&two).await);
    let entry = eye.entry("copies:1").await.unwrap();
    assert_eq!((entry.state, entry.reason.as_deref()), (EntryState::Stale, Some("no read looks here")));
}

#[tokio::test]
async fn a_cell_whose_generation_somebody_else_wrote_is_not_served() {
    for wreck in [["SET", "gen:cart:2", "x"], ["SET", "gen:variants", ""]] {
        let eye = Eye::on_redis().await;
        eye.read(&key()).await;
        let _ = eye.server().cli(&wreck);
        assert!(eye.verdict().await.unwrap().contains("was not written by this program"), "{wreck:?}");
    }
}
