//! Orders through crashes: customers and staff give every request a key and send it until it is answered, while the two
//! instances and PostgreSQL are killed with -9, often between a commit and its answer. Afterwards each was done exactly
//! once: what was acknowledged is there, and nothing else.

mod client;
mod fleet;
mod nemesis;

use crate::{seed, size, turn};
use client::{Client, Notes};
use fleet::Fleet;
use nemesis::{Inflicted, Work, rage};
use rand::{SeedableRng, rngs::StdRng};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use system_tests::Observer;
use tokio::sync::watch::Sender;
use tokio::task::JoinSet;

/// Customers who order at the same time.
const CUSTOMERS: u64 = 20;
/// Every how manieth request is a delivery, which staff put on the shelf.
const DELIVERIES: u64 = 5;
/// What is on the shelf of each product at first.
const STOCK: i64 = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_until_it_is_answered_is_done_once() {
    let _turn = turn().await;
    let first = seed();
    let (orders, kills) = (size("PROVE_CRASH_ORDERS", 60), size("PROVE_CRASHES", 8));
    for seed in first..first + size("PROVE_CRASH_SEEDS", 1) {
        let (figures, inflicted) = run("the shop", &[], seed, orders, kills).await;
        // Each that died between commit and answer left somebody who had to ask again.
        assert!(
            inflicted.committed > 0 && figures.replayed >= inflicted.committed,
            "{inflicted:?} {figures:?}"
        );
        assert!(figures.wrong.is_empty(), "{:#?}", figures.wrong);
        let Figures { lost, unacknowledged, duplicates, changed, gaps, miscounted, .. } = figures;
        assert_eq!((lost, unacknowledged, duplicates, changed, gaps, miscounted), (0, 0, 0, 0, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_forgets_keys_is_caught() {
    let _turn = turn().await;
    let (figures, _) = run("a shop that forgets keys", &["forgetful"], seed(), 100, 24).await;
    assert!(figures.duplicates > 0, "nothing was found: {figures:?}");
}

/// What came of it.
#[derive(Debug)]
struct Figures {
    /// Answers that were given before.
    replayed: u64,
    /// Answers that nobody may get.
    wrong: Vec<String>,
    /// Acknowledged orders that are not there.
    lost: usize,
    /// Orders that are there and were never acknowledged.
    unacknowledged: usize,
    /// Orders and deliveries beyond one for each key.
    duplicates: i64,
    /// Keys that, in the end, get another answer than before.
    changed: usize,
    /// Variants of which the ledger tells another number than the shelf.
    gaps: i64,
    /// Units that are neither sold nor on the shelf, or both.
    miscounted: i64,
}

async fn run(
    place: &str,
    arguments: &'static [&'static str],
    seed: u64,
    orders: u64,
    kills: u64,
) -> (Figures, Inflicted) {
    let began = Instant::now();
    let fleet = Arc::new(Fleet::start(arguments).await);
    let mut staff = Client::new(&fleet, seed);
    staff.hire().await;
    let goods = [staff.stock("LAMP-1", STOCK).await, staff.stock("LAMP-2", STOCK).await];

    let deliveries = orders / DELIVERIES;
    let work = Arc::new(Work { total: orders + deliveries, done: Sender::new(0) });
    let mut clients = JoinSet::new();
    let mut people = Vec::new();
    for number in 0..CUSTOMERS {
        let mut customer = Client::new(&fleet, seed.wrapping_add(1 + number));
        customer.sign_up(&format!("customer-{number}@example.org")).await;
        people.push(customer);
    }
    for (number, customer) in (0..).zip(people) {
        let share = orders / CUSTOMERS + u64::from(number < orders % CUSTOMERS);
        clients.spawn(customer.order(goods, number, share, Arc::clone(&work)));
    }
    clients.spawn(staff.deliver(goods, deliveries, Arc::clone(&work)));
    let rng = StdRng::seed_from_u64(seed);
    let raging = tokio::spawn(rage(Arc::clone(&fleet), rng, kills, Arc::clone(&work)));
    let notes: Vec<Notes> = clients.join_all().await;
    let inflicted = raging.await.expect("the nemesis ends");

    let changed = again(&fleet, &notes).await;
    let figures = judge(&fleet.observer().await, notes, changed, orders, deliveries).await;
    print(place, seed, &figures, &inflicted, orders, deliveries);
    println!("  {:.1} s", began.elapsed().as_secs_f64());
    (figures, inflicted)
}

/// Sends everything once more, and counts what is answered otherwise than before.
async fn again(fleet: &Arc<Fleet>, notes: &[Notes]) -> usize {
    let mut changed = 0;
    for note in notes {
        let mut client = Client::new(fleet, 0);
        client.token.clone_from(&note.token);
        for kept in &note.answers {
            let reply = client.send(&kept.path, &kept.body, Some(&kept.key)).await;
            let same = reply.as_ref().is_some_and(|reply| reply.replayed && reply.text == kept.text);
            changed += usize::from(!same);
        }
    }
    changed
}

async fn judge(
    observer: &Observer,
    notes: Vec<Notes>,
    changed: usize,
    orders: u64,
    deliveries: u64,
) -> Figures {
    let [orders, deliveries] = [orders, deliveries].map(|count| i64::try_from(count).expect("it is small"));
    let there: BTreeSet<_> = observer.words("SELECT number FROM orders").await.into_iter().collect();
    let acknowledged: BTreeSet<_> =
        notes.iter().flat_map(|note| &note.answers).filter_map(|kept| kept.order.clone()).collect();
    let delivered =
        observer.number("SELECT COUNT(*) FROM stock_movements WHERE note LIKE 'delivery %'").await;
    let present = i64::try_from(there.len()).expect("it is small");
    let on_hand = observer.number("SELECT CAST(SUM(on_hand) AS BIGINT) FROM variants").await;
    Figures {
        replayed: notes.iter().map(|note| note.replayed).sum(),
        lost: acknowledged.difference(&there).count(),
        unacknowledged: there.difference(&acknowledged).count(),
        duplicates: (present - orders).max(0) + (delivered - deliveries).max(0),
        changed,
        gaps: observer.gaps().await,
        miscounted: (on_hand - (2 * STOCK + delivered - present)).abs(),
        wrong: notes.into_iter().flat_map(|note| note.wrong).collect(),
    }
}

fn print(place: &str, seed: u64, figures: &Figures, inflicted: &Inflicted, orders: u64, deliveries: u64) {
    let Figures { replayed, wrong, lost, unacknowledged, duplicates, changed, gaps, miscounted } = figures;
    let Inflicted { instances, committed, servers } = inflicted;
    println!("crashes of {place}: seed {seed}, {orders} orders and {deliveries} deliveries, each with a key");
    println!(
        "  killed: instances {instances}, {committed} of them between commit and answer; PostgreSQL {servers}; \
         answers that were given before {replayed}"
    );
    println!(
        "  acknowledged and not there {lost}, there and not acknowledged {unacknowledged}, duplicates {duplicates}, \
         answered otherwise in the end {changed}, miscounted {miscounted}, ledger gaps {gaps}, wrong answers {}",
        wrong.len()
    );
}
