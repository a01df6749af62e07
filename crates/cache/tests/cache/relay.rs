//! What the relay promises: every write reaches the cells, nothing doubtful is served meanwhile, and no cell is emptied
//! twice for one write.

use crate::outbox::{Ends, Rows, Writes};
use crate::renewals::Stubborn;
use crate::stage::{
    Database, Gate, IN_DOUBT, PATIENT, STORED, Stage, cells, is_back, is_hit, key, on_both_stores, options,
    outcome, read, redis_store, text, until,
};
use backends::Redis;
use cache::{CachedUnits, CellKey, CellStore, Cells, Passed, Relay, RelayError, Tag};
use domain::{ProductId, UnitsOfWork, UserId};
use std::{sync::Arc, time::Duration};

/// One instance of the shop: its cells, its relay, and the database with its outbox.
struct Instance {
    cells: Cells,
    relay: Relay,
    rows: Rows,
    database: Database,
}

const NOTHING_YOUNG: Passed = Passed { young: 0 };

impl Instance {
    /// Starts an instance that has not looked into the outbox yet.
    fn closed(store: Arc<dyn CellStore>, rows: &Rows, database: &Database) -> Self {
        let outbox = Arc::new(rows.clone());
        let (cells, relay) = Cells::relayed(options(store), outbox);
        Self { cells, relay, rows: rows.clone(), database: database.clone() }
    }

    /// Starts one with an empty outbox and a cell that holds `old`.
    async fn open(store: Arc<dyn CellStore>) -> Self {
        let instance = Self::closed(store, &Rows::default(), &Database::holding("old"));
        assert_eq!(instance.relay.pass().await.unwrap(), NOTHING_YOUNG);
        instance.read().await;
        assert!(is_hit(&instance.read().await));
        instance
    }

    async fn read(&self) -> domain::Sourced<domain::Doc<String>> {
        read(&self.cells, &self.database).await
    }

    /// Reads something that no test writes.
    async fn read_other(&self) -> domain::Sourced<domain::Doc<String>> {
        let key = CellKey::product(ProductId(9));
        self.cells.read(&key, self.database.clone().load()).await.unwrap()
    }

    async fn write(&self, value: &'static str, ends: Ends) {
        write(Some(self.cells.clone()), &self.rows, &self.database, value, ends).await;
    }
}

async fn write(cells: Option<Cells>, rows: &Rows, database: &Database, value: &'static str, ends: Ends) {
    let writes = Writes { rows: rows.clone(), database: database.clone(), value, ends };
    let work = CachedUnits::new(Arc::new(writes), cells).begin().await.unwrap();
    assert_eq!(work.commit().await.is_ok(), ends == Ends::Known);
}

fn shown(answer: &domain::Sourced<domain::Doc<String>>) -> (String, domain::CacheOutcome) {
    (text(answer), outcome(answer))
}

on_both_stores! {
    async fn nothing_is_served_before_the_first_complete_pass(stage: Stage) {
        let (rows, database) = (Rows::default(), Database::holding("old"));
        read(&stage.cells, &database).await;
        // While nobody ran, a command wrote; the cell in the store does not know.
        write(None, &rows, &database, "new", Ends::Known).await;
        let instance = Instance::closed(stage.store, &rows, &database);
        assert_eq!(shown(&instance.read().await), ("new".to_owned(), IN_DOUBT));
        assert_eq!((instance.cells.stats().total().bypassed, instance.cells.stats().relay.lag_ms), (1, None));
        // What the first pass finds does not wait for a second look.
        assert_eq!(instance.relay.pass().await.unwrap(), NOTHING_YOUNG);
        assert_eq!((rows.left(), instance.cells.stats().relay.passes), (0, 1));
        assert!(instance.cells.stats().relay.lag_ms.is_some());
        assert_eq!(shown(&instance.read().await), ("new".to_owned(), STORED));
        assert!(is_hit(&instance.read().await));
    }

    async fn what_nobody_attends_to_is_passed_on_at_first_sight(stage: Stage) {
        let instance = Instance::open(stage.store).await;
        write(None, &instance.rows, &instance.database, "new", Ends::Known).await;
        assert_eq!((instance.relay.pass().await.unwrap(), instance.rows.left()), (NOTHING_YOUNG, 0));
        assert_eq!(shown(&instance.read().await), ("new".to_owned(), STORED));
        assert!(is_hit(&instance.read().await));
    }

    async fn what_a_writer_left_that_has_gone_is_passed_on_at_second_sight(stage: Stage) {
        let instance = Instance::open(stage.store).await;
        key().tags().iter().for_each(|tag| instance.rows.leave(tag.as_str()));
        instance.database.write("new");
        assert_eq!(instance.relay.pass().await.unwrap(), Passed { young: 2 });
        assert_eq!((instance.relay.pass().await.unwrap(), instance.rows.left()), (NOTHING_YOUNG, 0));
        assert_eq!(shown(&instance.read().await), ("new".to_owned(), STORED));
    }

    async fn a_write_empties_its_cells_once(stage: Stage) {
        let instance = Instance::open(stage.store).await;
        let before = instance.rows.uses();
        instance.write("new", Ends::Known).await;
        assert_eq!(instance.rows.uses(), before, "nobody deletes for each write");
        assert_eq!(shown(&instance.read().await), ("new".to_owned(), STORED));
        for _ in 0..3 {
            assert_eq!(instance.relay.pass().await.unwrap(), NOTHING_YOUNG);
            assert!(is_hit(&instance.read().await));
        }
        assert_eq!((instance.rows.left(), instance.cells.stats().invalidations), (0, 2));
    }

    async fn other_instances_leave_a_living_writer_its_rows(stage: Stage) {
        let one = Instance::open(stage.store.clone()).await;
        let two = Instance::closed(stage.store, &one.rows, &one.database);
        two.relay.pass().await.unwrap();
        one.write("new", Ends::Known).await;
        assert_eq!(shown(&two.read().await), ("new".to_owned(), STORED));
        assert_eq!(two.relay.pass().await.unwrap(), Passed { young: 2 });
        one.relay.pass().await.unwrap();
        assert_eq!((two.relay.pass().await.unwrap(), one.rows.left()), (NOTHING_YOUNG, 0));
        assert!(is_hit(&one.read().await) && is_hit(&two.read().await));
        assert_eq!(two.cells.stats().invalidations, 0);
    }

    async fn what_was_not_acknowledged_is_passed_by_until_the_relay_has_made_it_good(stage: Stage) {
        let store = Stubborn::refusing(stage.store.clone(), 0);
        let instance = Instance::open(store.clone()).await;
        instance.read_other().await;
        store.refuses();
        instance.write("new", Ends::Known).await;
        assert_eq!(text(&read(&stage.cells, &instance.database).await), "old", "the cell is still there");
        for _ in 0..2 {
            assert_eq!(shown(&instance.read().await), ("new".to_owned(), IN_DOUBT));
            assert!(is_hit(&instance.read_other().await), "other cells are served");
            assert!(matches!(instance.relay.pass().await, Err(RelayError::Store(_))));
        }
        let relay = instance.cells.stats().relay;
        assert_eq!((instance.rows.left(), relay.pending_tags, relay.failures), (2, 2, 2));
        store.yields();
        assert_eq!(instance.relay.pass().await.unwrap(), NOTHING_YOUNG);
        assert_eq!((instance.rows.left(), instance.cells.stats().relay.pending_tags), (0, 0));
        assert_eq!(shown(&instance.read().await), ("new".to_owned(), STORED));
    }

    async fn a_pass_does_not_make_good_what_failed_after_it_had_read(stage: Stage) {
        let store = Stubborn::refusing(stage.store, 0);
        let instance = Arc::new(Instance::open(store.clone()).await);
        let gate = Gate::closed();
        instance.rows.hold(&gate);
        let passing = Arc::clone(&instance);
        let pass = tokio::spawn(async move { passing.relay.pass().await.unwrap() });
        gate.arrival().await;
        store.refuses();
        instance.write("new", Ends::Known).await;
        store.yields();
        gate.open();
        assert_eq!(pass.await.unwrap(), NOTHING_YOUNG);
        assert_eq!(shown(&instance.read().await), ("new".to_owned(), IN_DOUBT));
        instance.relay.pass().await.unwrap();
        assert_eq!(shown(&instance.read().await), ("new".to_owned(), STORED));
    }

    async fn an_acknowledgement_does_not_make_good_what_failed_after_it_was_sent(stage: Stage) {
        let store = Stubborn::refusing(stage.store, 0);
        let instance = Arc::new(Instance::open(store.clone()).await);
        instance.rows.leave("cart:2");
        assert_eq!(instance.relay.pass().await.unwrap(), Passed { young: 1 });
        let gate = Gate::closed();
        store.hold(&gate);
        let passing = Arc::clone(&instance);
        let pass = tokio::spawn(async move { passing.relay.pass().await.unwrap() });
        gate.arrival().await;
        store.refuses();
        instance.write("new", Ends::Known).await;
        store.yields();
        gate.open();
        assert_eq!(pass.await.unwrap(), NOTHING_YOUNG);
        assert_eq!(shown(&instance.read().await), ("new".to_owned(), IN_DOUBT));
    }

    async fn the_relay_leaves_a_row_whose_writer_still_tries(stage: Stage) {
        let store = Stubborn::refusing(stage.store, 0);
        let mut instance = Instance::open(store.clone()).await;
        instance.cells = instance.cells.persisting_for(PATIENT);
        let instance = Arc::new(instance);
        store.refuses();
        let writer = Arc::clone(&instance);
        let write = tokio::spawn(async move { writer.write("new", Ends::Known).await });
        until("the second try", || store.refusals() >= 2).await;
        for _ in 0..3 {
            assert_eq!(instance.relay.pass().await.unwrap(), NOTHING_YOUNG);
        }
        assert_eq!(instance.rows.left(), 2);
        store.yields();
        write.await.unwrap();
        instance.relay.pass().await.unwrap();
        assert_eq!((instance.rows.left(), instance.cells.stats().invalidations), (0, 2));
    }

    async fn rows_of_a_commit_whose_outcome_is_unknown_are_the_relays(stage: Stage) {
        let instance = Instance::open(stage.store).await;
        instance.write("new", Ends::Unknown).await;
        assert_eq!(instance.relay.pass().await.unwrap(), Passed { young: 2 });
        instance.relay.pass().await.unwrap();
        assert_eq!((instance.rows.left(), instance.cells.stats().invalidations), (0, 4));
    }

    async fn past_a_thousand_tags_nothing_is_served(stage: Stage) {
        let store = Stubborn::refusing(stage.store, 0);
        let instance = Instance::open(store.clone()).await;
        instance.read_other().await;
        store.refuses();
        let tags: Vec<_> = (1_000..2_001).map(|number| Tag::user(UserId(number))).collect();
        instance.cells.renew(&tags[..1_000]).await;
        assert!(is_hit(&instance.read_other().await));
        instance.cells.renew(&tags[1_000..]).await;
        assert_eq!(outcome(&instance.read_other().await), IN_DOUBT);
        store.yields();
        instance.relay.pass().await.unwrap();
        assert!(is_hit(&instance.read_other().await));
    }

    async fn nothing_is_served_while_the_rest_of_the_outbox_is_unread(stage: Stage) {
        let store = Stubborn::refusing(stage.store, 0);
        let instance = Instance::open(store.clone()).await;
        instance.read_other().await;
        (0..600).for_each(|_| instance.rows.leave("cart:2"));
        assert_eq!(instance.relay.pass().await.unwrap(), Passed { young: 600 });
        store.refuses();
        assert!(instance.relay.pass().await.is_err());
        assert_eq!(outcome(&instance.read_other().await), IN_DOUBT);
        store.yields();
        instance.relay.pass().await.unwrap();
        assert!(instance.rows.left() == 0 && is_hit(&instance.read_other().await));
    }

    async fn a_row_that_is_no_tag_stops_nothing(stage: Stage) {
        let instance = Instance::open(stage.store).await;
        for text in ["", "two words", "cart:2", "x\u{0}"] {
            instance.rows.leave(text);
        }
        instance.database.write("new");
        instance.relay.pass().await.unwrap();
        instance.relay.pass().await.unwrap();
        assert_eq!((instance.rows.left(), text(&instance.read().await).as_str()), (0, "new"));
    }

    async fn an_idle_pass_is_one_query(stage: Stage) {
        let instance = Instance::open(stage.store).await;
        let (reads, deletes) = instance.rows.uses();
        instance.relay.pass().await.unwrap();
        assert_eq!(instance.rows.uses(), (reads + 1, deletes));
        assert_eq!(instance.cells.stats().invalidations, 0);
    }

    async fn it_runs_until_it_is_stopped(stage: Stage) {
        let Instance { cells, relay, rows, database } = Instance::open(stage.store).await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(relay.run(Duration::from_millis(20), async { drop(stopped.await) }));
        write(Some(cells.clone()), &rows, &database, "mine", Ends::Known).await;
        until("the deletion of own rows", || rows.left() == 0).await;
        write(None, &rows, &database, "another's", Ends::Known).await;
        until("the deletion of others' rows", || rows.left() == 0).await;
        assert_eq!(text(&read(&cells, &database).await), "another's");
        stop.send(()).unwrap();
        running.await.unwrap();
    }

    async fn a_deletion_that_takes_long_keeps_no_pass_from_its_time(stage: Stage) {
        let Instance { cells, relay, rows, database } = Instance::open(stage.store).await;
        let gate = Gate::closed();
        rows.hold_deletions(&gate);
        let running = tokio::spawn(relay.run(Duration::from_millis(20), std::future::pending()));
        write(Some(cells.clone()), &rows, &database, "mine", Ends::Known).await;
        gate.arrival().await;
        write(None, &rows, &database, "another's", Ends::Known).await;
        until("the renewal of others' tags", || cells.stats().invalidations == 4).await;
        assert_eq!(text(&read(&cells, &database).await), "another's");
        gate.open();
        until("the deletion", || rows.left() == 0).await;
        running.abort();
    }
}

#[tokio::test]
async fn own_rows_are_deleted_before_others_look_again() {
    let Instance { cells, relay, rows, database } = Instance::open(Stage::memory().store).await;
    let interval = Duration::from_secs(3);
    let began = std::time::Instant::now();
    let running = tokio::spawn(relay.run(interval, std::future::pending()));
    until("the first pass", || cells.stats().relay.passes == 2).await;
    write(Some(cells.clone()), &rows, &database, "new", Ends::Known).await;
    until("the deletion", || rows.left() == 0).await;
    assert!(began.elapsed() < interval, "the next pass did it, when others had looked twice");
    running.abort();
}

#[tokio::test]
async fn a_write_without_redis_is_not_stale_when_redis_is_back() {
    let mut server = Redis::start();
    let store = redis_store(&server, "database");
    let instance = Instance::open(store.clone()).await;
    let other = cells(redis_store(&server, "database"));
    server.kill();
    instance.write("new", Ends::Known).await;
    assert_eq!(shown(&instance.read().await), ("new".to_owned(), IN_DOUBT));
    assert!(matches!(instance.relay.pass().await, Err(RelayError::Store(_))));
    server.restart();
    is_back(&store).await;
    assert_eq!(shown(&instance.read().await), ("new".to_owned(), IN_DOUBT));
    // Until the relay has passed it on, a cell that somebody else fills is none of the writer's.
    read(&other, &instance.database).await;
    assert_eq!(outcome(&instance.read().await), IN_DOUBT);
    instance.relay.pass().await.unwrap();
    assert_eq!(instance.rows.left(), 0);
    assert_eq!(shown(&instance.read().await), ("new".to_owned(), STORED));
    assert!(is_hit(&instance.read().await));
}

#[tokio::test]
async fn without_redis_nothing_opens_while_the_outbox_holds_a_row() {
    let mut server = Redis::start();
    let rows = Rows::default();
    rows.leave("cart:2");
    let instance = Instance::closed(redis_store(&server, "database"), &rows, &Database::holding("tea"));
    server.kill();
    assert!(instance.relay.pass().await.is_err());
    server.restart();
    assert_eq!(outcome(&instance.read_other().await), IN_DOUBT);
    instance.relay.pass().await.unwrap();
    assert_eq!(outcome(&instance.read_other().await), STORED);
}
