//! The generation protocol, one caller at a time.

use crate::stage::{
    Database, NOT_STORED, NOTHING, STORED, cells, cells_at, is_hit, key, on_both_stores, outcome, read, text,
};
use bytes::Bytes;
use cache::{CellKey, Cells, Kind, Loaded};
use chrono::TimeDelta;
use domain::inspection::KindStats;
use domain::{
    CacheOutcome, Clock, Doc, ProductId, RepositoryError, Source, Sourced, SystemClock, Timestamp, Version,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

const MINUTE: Duration = Duration::from_mins(1);

/// The machine's clock, moved ahead by some minutes.
#[derive(Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now() + TimeDelta::minutes(self.0.load(Ordering::Relaxed))
    }
}

/// Reads a key for which there is nothing.
async fn find_nothing(cells: &Cells, key: &CellKey) -> Result<Option<Sourced<Doc<String>>>, RepositoryError> {
    cells.find(key, async { Ok(None) }).await
}

/// Reads the bytes at the stage's key.
async fn cell(stage: &crate::stage::Stage) -> Option<Bytes> {
    stage.store.read(key().as_str(), &[]).await.unwrap().cell
}

on_both_stores! {
    async fn the_first_read_is_the_databases_and_the_second_the_stores(stage: Stage) {
        let database = Database::holding("tea");
        let first = read(&stage.cells, &database).await;
        assert_eq!((text(&first).as_str(), first.source, outcome(&first)), ("tea", Source::Postgres, STORED));
        assert_eq!((first.cache[0].cache, first.cache[0].key.as_str()), (stage.store.source(), "cart:2"));

        let second = read(&stage.cells, &database).await;
        assert_eq!((text(&second).as_str(), second.source), ("tea", stage.store.source()));
        assert_eq!((second.value.etag(), second.value.json()), (first.value.etag(), first.value.json()));
        assert_eq!(second.cache[0].key, "cart:2");
        let CacheOutcome::Hit { ttl } = outcome(&second) else { panic!("{second:?}") };
        assert!(26 * MINUTE < ttl && ttl <= Duration::from_mins(30), "{ttl:?}");
        let total = KindStats { hits: 1, misses: 1, fills: 1, ..NOTHING };
        assert_eq!((stage.cells.stats().total(), database.loads()), (total, 1));
    }

    async fn renewing_any_tag_of_a_cell_is_a_miss(stage: Stage) {
        let database = Database::holding("tea");
        for tag in key().tags() {
            assert!(!is_hit(&read(&stage.cells, &database).await));
            assert!(is_hit(&read(&stage.cells, &database).await));
            database.write(tag.as_str());
            stage.cells.renew(std::slice::from_ref(tag)).await;
            let after = read(&stage.cells, &database).await;
            assert_eq!((text(&after).as_str(), after.source), (tag.as_str(), Source::Postgres));
            stage.cells.renew(key().tags()).await;
        }
        assert_eq!(stage.cells.stats().invalidations, 6);
    }

    async fn renewing_other_tags_is_none(stage: Stage) {
        let database = Database::holding("tea");
        read(&stage.cells, &database).await;
        stage.cells.renew(CellKey::categories().tags()).await;
        stage.cells.renew(CellKey::cart(domain::UserId(3)).tags().get(..1).unwrap()).await;
        assert!(is_hit(&read(&stage.cells, &database).await));
    }

    async fn cells_of_another_epoch_are_never_served(stage: Stage) {
        let database = Database::holding("tea");
        read(&stage.cells, &database).await;
        for (database_id, served) in [("database", true), ("another database", false)] {
            // As a snapshot would bring it back: the same cell and the same generations.
            let other = stage.of_database(database_id);
            let found = stage.store.read(key().as_str(), key().tags()).await.unwrap();
            let generations = found.generations.into_iter().map(Option::unwrap);
            other.place(&key().tags().iter().zip(generations).collect::<Vec<_>>()).await.unwrap();
            other.write(key().as_str(), found.cell.unwrap(), MINUTE).await.unwrap();
            assert_eq!(is_hit(&read(&cells(other), &database).await), served, "{database_id}");
        }
    }

    async fn nothing_that_was_tampered_with_is_served(stage: Stage) {
        let database = Database::holding("tea");
        read(&stage.cells, &database).await;
        let whole = cell(&stage).await.unwrap();
        let mut dice = Dice(42);
        for round in 0..300 {
            let tampered = dice.tamper(&whole);
            stage.store.write(key().as_str(), tampered.clone(), MINUTE).await.unwrap();
            let answer = read(&stage.cells, &database).await;
            assert_eq!((text(&answer).as_str(), outcome(&answer)), ("tea", STORED), "round {round}: {tampered:?}");
        }
        assert!(is_hit(&read(&stage.cells, &database).await), "a good cell replaced the last bad one");
    }

    async fn a_cell_copied_to_another_key_is_not_served(stage: Stage) {
        let database = Database::holding("tea");
        read(&stage.cells, &database).await;
        let whole = cell(&stage).await.unwrap();
        let other = CellKey::cart(domain::UserId(3));
        stage.cells.read(&other, Database::holding("coffee").load()).await.unwrap();
        stage.store.write(other.as_str(), whole, MINUTE).await.unwrap();
        let answer = stage.cells.read(&other, Database::holding("coffee").load()).await.unwrap();
        assert_eq!((text(&answer).as_str(), is_hit(&answer)), ("coffee", false));
    }

    async fn a_cell_is_not_served_beyond_its_time(stage: Stage) {
        let (clock, database) = (Arc::new(Ahead::default()), Database::holding("tea"));
        let cells = cells_at(stage.store.clone(), clock.clone());
        read(&cells, &database).await;
        clock.0.store(26, Ordering::Relaxed);
        let CacheOutcome::Hit { ttl } = outcome(&read(&cells, &database).await) else { panic!("no hit") };
        assert!(ttl <= Duration::from_mins(4), "{ttl:?}");
        clock.0.store(30, Ordering::Relaxed);
        assert_eq!(outcome(&read(&cells, &database).await), STORED);
        // Another instance's clock may be late: no client is promised more than 30 minutes.
        clock.0.store(0, Ordering::Relaxed);
        let CacheOutcome::Hit { ttl } = outcome(&read(&cells, &database).await) else { panic!("no hit") };
        assert_eq!(ttl, Duration::from_mins(30));
    }

    async fn what_is_absent_or_passing_is_not_stored(stage: Stage) {
        let key = CellKey::product(ProductId(7));
        for _ in 0..2 {
            assert!(find_nothing(&stage.cells, &key).await.unwrap().is_none());
        }
        let database = Database::holding("tea");
        for loads in 1..=2 {
            let passing = database.clone();
            let answer = stage.cells.read(&key, async move { Ok(Loaded::Passing(passing.select())) }).await;
            assert_eq!((outcome(&answer.unwrap()), database.loads()), (NOT_STORED, loads));
        }
        assert_eq!(stage.cells.stats().total(), KindStats { misses: 4, ..NOTHING });
        assert_eq!(stage.store.read(key.as_str(), &[]).await.unwrap().cell, None);
    }

    async fn what_was_placed_for_nothing_does_not_stay(stage: Stage) {
        let generations = async || stage.store.read(key().as_str(), key().tags()).await.unwrap().generations;
        assert!(find_nothing(&stage.cells, &key()).await.unwrap().is_none());
        assert!(generations().await.iter().all(Option::is_none), "a name that anybody made up is kept");

        read(&stage.cells, &Database::holding("tea")).await;
        let sibling = CellKey::product(ProductId(7));
        let kept = generations().await;
        assert!(kept.iter().all(Option::is_some));
        assert!(find_nothing(&stage.cells, &sibling).await.unwrap().is_none());
        assert_eq!(generations().await, kept, "what others have placed stays");
    }

    async fn errors_and_panics_of_a_load_are_answered_and_forgotten(stage: Stage) {
        let down = async { Err::<Loaded<String>, _>(RepositoryError::Unavailable("down".to_owned())) };
        let error = stage.cells.read(&key(), down).await.unwrap_err();
        assert!(matches!(error, RepositoryError::Unavailable(_)), "{error}");
        let broken: Result<Sourced<Doc<String>>, _> = stage.cells.read(&key(), async { panic!("a defect") }).await;
        let error = broken.unwrap_err();
        assert!(matches!(error, RepositoryError::Unexpected(_)), "{error}");
        assert_eq!(outcome(&read(&stage.cells, &Database::holding("tea")).await), STORED);
    }

    async fn what_is_never_cached_says_so(stage: Stage) {
        let answer = Sourced::direct(Source::Postgres, Doc::encode(Version(1), &"tea".to_owned()));
        let answer = stage.cells.bypassed(Kind::Listing, answer);
        assert_eq!((outcome(&answer), answer.cache[0].key.as_str()), (CacheOutcome::UNCACHEABLE, ""));
        assert_eq!((answer.cache[0].cache, stage.cells.stats().total().bypassed), (stage.store.source(), 1));
    }
}

/// Chance that falls the same way in every run (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    /// Changes, cuts, lengthens or replaces some bytes.
    fn tamper(&mut self, whole: &Bytes) -> Bytes {
        let mut bytes = whole.to_vec();
        let at = self.roll(bytes.len());
        match self.roll(6) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << self.roll(8),
            2 => bytes.insert(at, b"0\n\"}\xff"[self.roll(5)]),
            3 => drop(bytes.drain(..=at)),
            4 => bytes.extend_from_within(..=at),
            _ => bytes = (0..at).map(|_| u8::try_from(self.roll(256)).unwrap()).collect(),
        }
        bytes.into()
    }
}
