//! A flash sale: 200 customers ask for 20 units at once, on SQLite, and on PostgreSQL through two instances. Exactly 20 are
//! sold, and everybody else reads that there are none left.

use crate::{seed, size, turn};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::json;
use std::time::Duration;
use system_tests::{Answer, Careless, Observer, Person, Shop};
use tokio::task::JoinSet;

const CUSTOMERS: usize = 200;
const UNITS: u32 = 20;
/// Within how many milliseconds everybody asks.
const RUSH: u64 = 50;

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_is_sold_once_on_sqlite() {
    let _turn = turn().await;
    let hall = Hall::open(vec![Shop::open_embedded().await]).await;
    hall.sell("SQLite", size("PROVE_SALES", 3)).await.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_is_sold_once_on_postgres_through_two_instances() {
    let _turn = turn().await;
    let one = Shop::open_server().await;
    let two = one.second_instance().await;
    let hall = Hall::open(vec![one, two]).await;
    hall.sell("PostgreSQL, two instances", size("PROVE_SALES", 3)).await.assert_clean();
    let deadlocks = hall.observer.deadlocks().await;
    println!("  deadlocks {deadlocks}");
    assert_eq!(deadlocks, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_read_and_then_written_is_caught_on_sqlite() {
    let _turn = turn().await;
    let hall = Hall::open(vec![Shop::open_careless_embedded(Careless::ReadsThenWrites).await]).await;
    hall.sell("careless SQLite", 1).await.assert_oversold();
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_read_and_then_written_is_caught_on_postgres() {
    let _turn = turn().await;
    let one = Shop::open_careless_server(Careless::ReadsThenWrites).await;
    let two = one.second_instance().await;
    Hall::open(vec![one, two]).await.sell("careless PostgreSQL", 1).await.assert_oversold();
}

/// Instances of one shop, and the customers, who come to every sale.
struct Hall {
    shops: Vec<Shop>,
    customers: Vec<Person>,
    observer: Observer,
}

/// What came of some sales.
#[derive(Debug, Default)]
struct Figures {
    sales: u64,
    sold: i64,
    /// Units that were promised beyond those that there were.
    oversold: i64,
    /// Answers that say properly that there is nothing left.
    refused: usize,
    /// Answers that say anything else.
    unclean: Vec<String>,
    /// Units that are neither sold nor on the shelf, or both.
    miscounted: i64,
    /// Variants of which the ledger tells another number than the shelf.
    gaps: i64,
}

impl Hall {
    async fn open(shops: Vec<Shop>) -> Self {
        let (customers, observer) = (shops[0].customers(CUSTOMERS).await, shops[0].observer().await);
        Self { shops, customers, observer }
    }

    async fn sell(&self, place: &str, sales: u64) -> Figures {
        let first = seed();
        let mut figures = Figures { sales, ..Figures::default() };
        for seed in (0..sales).map(|number| first.wrapping_add(number)) {
            self.sell_once(seed, &mut figures).await;
        }
        figures.gaps = self.observer.gaps().await;
        let Figures { sold, oversold, refused, unclean, miscounted, gaps, .. } = &figures;
        println!(
            "flash sale on {place}: {sales} seeds from {first}, {CUSTOMERS} customers, {UNITS} units each"
        );
        println!(
            "  sold {sold}, oversold {oversold}, clean refusals {refused}, other answers {}, \
             miscounted {miscounted}, ledger gaps {gaps}",
            unclean.len()
        );
        figures
    }

    async fn sell_once(&self, seed: u64, figures: &mut Figures) {
        let sku = format!("LAMP-{}", self.observer.number("SELECT COUNT(*) FROM variants").await);
        let lamp = self.shops[0].stock(&sku, UNITS).await;
        let full = self.everybody(seed, |person| add(person, sku.clone())).await;
        for answer in full {
            answer.created();
        }

        let answers = self.everybody(seed, |person| async move { person.place_order().await }).await;
        let sold = i64::try_from(answers.iter().filter(|answer| answer.status() == 201).count()).unwrap();
        figures.sold += sold;
        figures.oversold += (sold - i64::from(UNITS)).max(0);
        for refused in answers.iter().filter(|answer| answer.status() != 201) {
            if is_clean(refused, &sku) {
                figures.refused += 1;
            } else {
                figures.unclean.push(format!("{refused:?}"));
            }
        }
        let ordered = format!("SELECT COUNT(*) FROM order_lines WHERE variant_id = {}", lamp.variant);
        let on_hand = format!("SELECT on_hand FROM variants WHERE id = {}", lamp.variant);
        let (ordered, on_hand) = (self.observer.number(&ordered).await, self.observer.number(&on_hand).await);
        figures.miscounted += (ordered - sold).abs() + (ordered + on_hand - i64::from(UNITS)).abs();

        let clear = self.everybody(seed, |person| async move { person.delete("/cart").await }).await;
        for answer in clear {
            answer.ok();
        }
    }

    /// Lets every customer do something, each at an instance and a moment that follow from the seed.
    async fn everybody<F>(&self, seed: u64, act: impl Fn(Person) -> F) -> Vec<Answer>
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut queue: Vec<_> = self.customers.iter().collect();
        queue.shuffle(&mut rng);
        let mut acts = JoinSet::new();
        for person in queue {
            let shop = &self.shops[rng.random_range(0..self.shops.len())];
            let (act, moment) = (act(person.at(shop)), Duration::from_millis(rng.random_range(0..RUSH)));
            acts.spawn(async move {
                tokio::time::sleep(moment).await;
                act.await
            });
        }
        acts.join_all().await
    }
}

impl Figures {
    fn assert_clean(&self) {
        let sold = i64::try_from(self.sales).unwrap() * i64::from(UNITS);
        assert!(self.unclean.is_empty(), "{:#?}", self.unclean);
        assert_eq!((self.sold, self.oversold, self.miscounted, self.gaps), (sold, 0, 0, 0));
    }

    fn assert_oversold(&self) {
        assert!(self.oversold > 0 && self.miscounted > 0 && self.gaps > 0, "nothing was found: {self:?}");
    }
}

async fn add(person: Person, sku: String) -> Answer {
    person.add_to_cart(&sku, 1).await
}

/// Tells whether an answer says what one needs to know of a sku that is sold out.
fn is_clean(answer: &Answer, sku: &str) -> bool {
    let problem = answer.json();
    answer.status() == 409
        && answer.header("content-type") == "application/problem+json"
        && problem["type"] == "/problems/out-of-stock"
        && problem["lines"] == json!([{ "sku": sku, "requested": 1, "available": 0 }])
}
