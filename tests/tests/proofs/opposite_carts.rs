//! Carts of the same two things, filled in opposite order and bought at the same time through two instances, on PostgreSQL.
//! Everybody takes stock in one order, so that nobody waits for somebody who waits for them: not one deadlock, whereas
//! retries would hide many.

use crate::backroom::{Desk, Place};
use crate::{seed, size, turn};
use domain::account::Role;
use domain::cart::{CartService, Quantity, Shopper, Target};
use domain::order::{ActingOn, Checkout, OrderAction, OrderService};
use domain::{UserId, VariantId};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::time::Instant;
use system_tests::Careless;
use tokio::task::JoinSet;

/// Every how manieth order is called off, which takes the same locks again.
const REGRETTED: u32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn carts_bought_in_opposite_order_do_not_deadlock() {
    let _turn = turn().await;
    let figures = buy("PostgreSQL, two instances", None, 40, size("PROVE_ORDERS", 1_000)).await;
    let Figures { placed, wanted, deadlocks, miscounted, gaps } = figures;
    assert_eq!((placed, deadlocks, miscounted, gaps), (wanted, 0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_taken_in_the_carts_own_order_is_caught() {
    let _turn = turn().await;
    let figures = buy("careless PostgreSQL", Some(Careless::TakesInTheCartsOrder), 4, 12).await;
    assert!(figures.deadlocks > 0, "nothing was found");
}

/// What came of it.
struct Figures {
    wanted: i64,
    placed: i64,
    deadlocks: i64,
    /// Units that are neither sold nor on the shelf, or both.
    miscounted: i64,
    gaps: i64,
}

async fn buy(place: &str, careless: Option<Careless>, customers: u64, orders: u64) -> Figures {
    let (seed, began, database) = (seed(), Instant::now(), Place::postgres());
    let desks = [database.desk(careless).await, database.desk(careless).await];
    let wanted = i64::try_from(orders).unwrap();
    let staff = desks[0].customer("staff").await;
    let mut goods = Vec::new();
    for name in ["tea", "cup"] {
        goods.push(desks[0].product(staff, name, &[(1, wanted)]).await);
    }
    let pair = [0, 1].map(|product| goods[product].variants[0].id);

    let mut shopping = JoinSet::new();
    for number in 0..customers {
        let desk = desks[usize::from(number % 2 == 0)].clone();
        let user = desk.customer(&format!("customer-{number}")).await;
        let rng = StdRng::seed_from_u64(seed.wrapping_add(number));
        let pair = if number % 2 == 0 { pair } else { [pair[1], pair[0]] };
        let share = orders / customers + u64::from(number < orders % customers);
        shopping.spawn(shop(desk, user, pair, share, rng));
    }
    let failures: Vec<_> = shopping.join_all().await.into_iter().flatten().collect();

    let observer = database.observer().await;
    let placed = observer.number("SELECT COUNT(*) FROM orders").await;
    let stand = observer.number("SELECT COUNT(*) FROM orders WHERE status = 'placed'").await;
    let left = observer.number("SELECT CAST(SUM(on_hand) AS BIGINT) FROM variants").await;
    let miscounted = (left - 2 * (wanted - stand)).abs();
    let (gaps, deadlocks) = (observer.gaps().await, observer.deadlocks().await);
    println!("carts in opposite order on {place}: seed {seed}, {customers} customers at once");
    println!(
        "  orders {placed} of {wanted}, {} of them called off; deadlocks {deadlocks}, miscounted {miscounted}, \
         ledger gaps {gaps}; {:.1} s",
        placed - stand,
        began.elapsed().as_secs_f64()
    );
    for failure in failures.iter().take(5) {
        println!("  ! {failure}");
    }
    Figures { wanted, placed, deadlocks, miscounted, gaps }
}

/// Buys one of each again and again, calls some orders off, and returns what went wrong.
async fn shop(desk: Desk, user: UserId, pair: [VariantId; 2], orders: u64, mut rng: StdRng) -> Vec<String> {
    let one = Quantity::new(1).unwrap();
    let mut failures = Vec::new();
    for number in 0..orders {
        // Neighbours begin in opposite order.
        let lines = if number == 0 || rng.random_bool(0.5) { pair } else { [pair[1], pair[0]] };
        for variant in lines {
            desk.carts.add(&Shopper::Account(user), None, Target::Variant(variant), one).await.unwrap();
        }
        match desk.orders.place(user, Checkout::default(), None).await {
            Ok(placed) if rng.random_ratio(1, REGRETTED) => {
                let by = ActingOn { order: placed.id, user, role: Role::Customer };
                let cancelled = desk.orders.act(by, OrderAction::Cancel, None).await;
                failures.extend(cancelled.err().map(|error| error.to_string()));
            }
            Ok(_) => {}
            Err(error) => failures.push(error.to_string()),
        }
    }
    failures
}
