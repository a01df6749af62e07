//! Carts of two products, filled in opposite order and bought at the same time through two instances, on PostgreSQL, while
//! staff edit the products. Everybody takes stock in one order, and the products' counters in another, so that nobody waits
//! for somebody who waits for them: not one deadlock, whereas retries would hide many.

use crate::backroom::{Desk, Place};
use crate::{seed, size, turn};
use domain::account::Role;
use domain::cart::{CartService, Quantity, Shopper, Target};
use domain::catalog::{CatalogService, Description, LOW_STOCK, ProductPatch, ProductView};
use domain::order::{ActingOn, Checkout, OrderAction, OrderService};
use domain::{UserId, VariantId};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::time::Instant;
use system_tests::Careless;
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::task::JoinSet;

/// How many customers shop at once.
const CUSTOMERS: u64 = 20;

/// What the customers want of the two products, and so where they meet.
#[derive(Clone, Copy)]
enum Wanted {
    /// All want the same variants, of which there is enough: they meet at the variants' counts.
    TheSame,
    /// Each wants variants of their own, and each order makes few of what was many, until it is called off: they meet at
    /// the products' counters.
    TheirOwn,
}

impl Wanted {
    /// Returns the units on hand of each product's variants.
    fn on_hand(self, customers: u64, orders: u64) -> Vec<i64> {
        match self {
            Self::TheSame => vec![i64::try_from(orders).unwrap()],
            Self::TheirOwn => vec![LOW_STOCK + 1; usize::try_from(customers).unwrap()],
        }
    }

    /// Returns every how manieth order is called off, which takes the same locks again.
    fn regretted(self) -> u32 {
        match self {
            Self::TheSame => 10,
            Self::TheirOwn => 1,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn carts_bought_in_opposite_order_do_not_deadlock() {
    let _turn = turn().await;
    for (place, wanted) in [("the same things", Wanted::TheSame), ("things of their own", Wanted::TheirOwn)] {
        let figures = buy(place, wanted, None, CUSTOMERS, size("PROVE_ORDERS", 1_000)).await;
        let Figures { placed, asked, deadlocks, miscounted, gaps } = figures;
        assert_eq!((placed, deadlocks, miscounted, gaps), (asked, 0, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_taken_in_the_carts_own_order_is_caught() {
    let _turn = turn().await;
    let figures = buy("careless", Wanted::TheSame, Some(Careless::TakesInTheCartsOrder), 4, 12).await;
    assert!(figures.deadlocks > 0, "nothing was found");
}

/// What came of it.
struct Figures {
    asked: i64,
    placed: i64,
    deadlocks: i64,
    /// Units that are neither sold nor on the shelf, or both.
    miscounted: i64,
    gaps: i64,
}

async fn buy(
    place: &str,
    wanted: Wanted,
    careless: Option<Careless>,
    customers: u64,
    orders: u64,
) -> Figures {
    let (seed, began, database) = (seed(), Instant::now(), Place::postgres());
    let desks = [database.desk(careless).await, database.desk(careless).await];
    let variants: Vec<_> = wanted.on_hand(customers, orders).into_iter().map(|units| (1, units)).collect();
    let staff = desks[0].customer("staff").await;
    let [tea, cup] = ["tea", "cup"].map(|name| desks[0].product(staff, name, &variants));
    let products = [tea.await, cup.await];
    let stocked = 2 * variants.iter().map(|(_, units)| units).sum::<i64>();

    let mut shopping = JoinSet::new();
    for number in 0..customers {
        let desk = desks[usize::from(number % 2 == 0)].clone();
        let user = desk.customer(&format!("customer-{number}")).await;
        let rng = StdRng::seed_from_u64(seed.wrapping_add(number));
        let own = usize::try_from(number).unwrap() % variants.len();
        let [tea, cup] = [&products[0], &products[1]].map(|product| product.variants[own].id);
        let pair = if number % 2 == 0 { [tea, cup] } else { [cup, tea] };
        let share = orders / customers + u64::from(number < orders % customers);
        shopping.spawn(shop(desk, user, pair, share, wanted.regretted(), rng));
    }
    let (done, is_done) = oneshot::channel();
    let editing = tokio::spawn(edit(desks[0].clone(), products, is_done));
    let failures: Vec<_> = shopping.join_all().await.into_iter().flatten().collect();
    done.send(()).unwrap();
    let edits = editing.await.unwrap();

    let observer = database.observer().await;
    let asked = i64::try_from(orders).unwrap();
    let placed = observer.number("SELECT COUNT(*) FROM orders").await;
    let stand = observer.number("SELECT COUNT(*) FROM orders WHERE status = 'placed'").await;
    let left = observer.number("SELECT CAST(SUM(on_hand) AS BIGINT) FROM variants").await;
    let miscounted = (left - (stocked - 2 * stand)).abs();
    let (gaps, deadlocks) = (observer.gaps().await, observer.deadlocks().await);
    println!("carts of {place} in opposite order: seed {seed}, {customers} customers at once, two instances");
    println!(
        "  orders {placed} of {asked}, {} of them called off; edits {edits}; deadlocks {deadlocks}, \
         miscounted {miscounted}, ledger gaps {gaps}; {:.1} s",
        placed - stand,
        began.elapsed().as_secs_f64()
    );
    for failure in failures.iter().take(5) {
        println!("  ! {failure}");
    }
    Figures { asked, placed, deadlocks, miscounted, gaps }
}

/// Edits the products in turn until all have shopped, and returns how often.
async fn edit(desk: Desk, products: [ProductView; 2], mut is_done: oneshot::Receiver<()>) -> usize {
    let mut versions = products.each_ref().map(|product| product.version);
    let mut edits = 0;
    while is_done.try_recv() == Err(TryRecvError::Empty) {
        let turn = edits % products.len();
        let described = Description::parse(&format!("Edited {edits} times")).unwrap();
        let patch = ProductPatch { description: Some(described), ..ProductPatch::default() };
        desk.catalog.update(products[turn].id, Some(versions[turn]), patch).await.unwrap();
        versions[turn] = versions[turn].next();
        edits += 1;
    }
    edits
}

/// Buys one of each again and again, calls some orders off, and returns what went wrong.
async fn shop(
    desk: Desk,
    user: UserId,
    pair: [VariantId; 2],
    orders: u64,
    regretted: u32,
    mut rng: StdRng,
) -> Vec<String> {
    let one = Quantity::new(1).unwrap();
    let mut failures = Vec::new();
    for number in 0..orders {
        // Neighbours begin in opposite order.
        let lines = if number == 0 || rng.random_bool(0.5) { pair } else { [pair[1], pair[0]] };
        for variant in lines {
            desk.carts.add(&Shopper::Account(user), None, Target::Variant(variant), one).await.unwrap();
        }
        match desk.orders.place(user, Checkout::default(), None).await {
            Ok(placed) if rng.random_ratio(1, regretted) => {
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
