//! One run: opens the shop, lets clients and the nemesis at it, looks at everything once more when all is whole, and has the
//! history judged.

use crate::checker::{Report, judge};
use crate::client::{Client, Question};
use crate::fleet::{Fleet, Plan};
use crate::history::History;
use crate::nemesis::Nemesis;
use crate::report::print;
use crate::sessions::{Current, come_and_go, use_token};
use crate::shopping::{self, Product};
use backends::{Postgres, Redis, TestDatabase};
use rand::{SeedableRng, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use system_tests::PASSWORD;
use tokio::task::JoinSet;

const SHOPPERS: usize = 3;
const GUESTS: usize = 2;
/// Products that are described anew, and as many whose price changes.
const PRODUCTS: usize = 2;
/// The longest that anything may be served after everything is whole again: what the tier of another instance may.
const SETTLED: Duration = Duration::from_millis(1_100);

/// Which program is put to the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// The shop as it is.
    Real,
    /// The shop over cells that are only set and deleted.
    Plain,
}

/// Runs clients and the nemesis for this long, prints what came of it, and returns it.
pub(crate) async fn run(build: Build, time: Duration, seed: u64) -> Report {
    let (database, redis) = (Postgres::shared().create_database(), Redis::start());
    let arguments: &[&str] = if build == Build::Plain { &["plain"] } else { &[] };
    let plan = Plan { arguments, database: database.url().to_owned(), redis: redis.url().to_owned() };
    let shop = Shop { fleet: Arc::new(Fleet::start(plan).await), history: Arc::default(), seed };
    let stock = shop.stock(&database).await;

    let (began, end) = (Instant::now(), Instant::now() + time);
    let clients = shop.clients(&stock, end);
    let (fleet, rng) = (Arc::clone(&shop.fleet), StdRng::seed_from_u64(seed));
    let nemesis = tokio::spawn(Nemesis { fleet, redis, rng }.rage(end));
    clients.join_all().await;
    let (faults, redis) = nemesis.await.expect("the nemesis ends");
    tokio::time::sleep(SETTLED).await;
    shop.look_around(&stock).await;
    let took = began.elapsed();

    let unacknowledged = shop.fleet.end().await;
    drop(redis);
    let notes = std::mem::take(&mut *shop.history.note());
    let report = judge(notes, &unacknowledged);
    println!("history of the {build:?} build: seed {seed}, {:.1} s", took.as_secs_f64());
    print(&report, &faults);
    report
}

struct Shop {
    fleet: Arc<Fleet>,
    history: Arc<History>,
    seed: u64,
}

/// What is there when the clients come.
struct Stock {
    staff: String,
    described: Vec<Product>,
    priced: Vec<(Product, i64)>,
    shoppers: Vec<Shopper>,
}

struct Shopper {
    token: String,
    /// The variant of the line that the shopper changes.
    variant: i64,
    version: i64,
}

impl Shop {
    fn client(&self, number: u64, token: &str, end: Instant) -> Client {
        let mut client = Client::new(&self.fleet, &self.history, self.seed.wrapping_add(number), end);
        token.clone_into(&mut client.token);
        client
    }

    async fn stock(&self, database: &TestDatabase) -> Stock {
        let mut setup = self.client(0, "", Instant::now());
        sign_up(&mut setup, "staff@example.org").await;
        assert_eq!(database.query("update users set role = 'staff' returning role"), "staff");
        // Nobody renews what was written past the program; signing in does.
        let staff = sign_in(&mut setup, "staff@example.org").await;
        setup.token.clone_from(&staff);
        let (mut described, mut priced, mut variants) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..2 * PRODUCTS {
            let price = 1_000 * (1 + i64::try_from(number).expect("it is small"));
            let body = json!({ "name": format!("Product {number}"), "description": "version 0", "category": "History",
                "price": { "amount": format!("{}.00", price / 100) }, "stock": 10_000, "sku": format!("SKU-{number}") });
            let data = post(&mut setup, "/products", body).await;
            let id = data["id"].as_i64().expect("a product has an id");
            let slug = data["slug"].as_str().expect("it has a slug").to_owned();
            let product = Product { id, slug, version: data["version"].as_i64().expect("it has a version") };
            variants.push(data["variants"][0]["id"].as_i64().expect("it has a variant"));
            if number < PRODUCTS { described.push(product) } else { priced.push((product, price)) }
        }
        let mut shoppers = Vec::new();
        for number in 0..SHOPPERS {
            setup.token = sign_up(&mut setup, &format!("shopper-{number}@example.org")).await;
            // The first line's price changes, the second's quantity.
            let first = variants[PRODUCTS + number % PRODUCTS];
            post(&mut setup, "/cart/items", json!({ "variantId": first, "quantity": 1 })).await;
            let variant = variants[0];
            let cart = post(&mut setup, "/cart/items", json!({ "variantId": variant, "quantity": 1 })).await;
            let version = cart["version"].as_i64().expect("a cart has a version");
            shoppers.push(Shopper { token: setup.token.clone(), variant, version });
        }
        for number in 0..GUESTS {
            setup.token.clear();
            sign_up(&mut setup, &guest(number)).await;
        }
        Stock { staff, described, priced, shoppers }
    }

    fn clients(&self, stock: &Stock, end: Instant) -> JoinSet<()> {
        let mut clients = JoinSet::new();
        let mut number = 1;
        let mut client = |token: &str| {
            number += 1;
            self.client(number, token, end)
        };
        for (at, shopper) in stock.shoppers.iter().enumerate() {
            let Shopper { token, variant, version } = shopper;
            clients.spawn(shopping::change_cart(client(token), at, *variant, *version));
            clients.spawn(shopping::read_cart(client(token), at));
        }
        for product in &stock.described {
            clients.spawn(shopping::describe(client(&stock.staff), product.clone()));
            clients.spawn(shopping::read_product(client(""), product.clone()));
        }
        for (product, price) in &stock.priced {
            clients.spawn(shopping::reprice(client(&stock.staff), product.clone(), *price));
            clients.spawn(shopping::read_product(client(""), product.clone()));
            clients.spawn(shopping::read_listing(client("")));
        }
        for at in 0..GUESTS {
            let current = Current::default();
            clients.spawn(come_and_go(client(""), guest(at), current.clone()));
            clients.spawn(use_token(client(""), current));
        }
        clients
    }

    /// Looks at everything at every instance: nothing stays stale.
    async fn look_around(&self, stock: &Stock) {
        // Instances are chosen at random; so often, each is chosen.
        for number in 0..16 {
            let mut client = self.client(1_000 + number, "", Instant::now());
            shopping::look_at_listing(&mut client).await;
            for product in stock.described.iter().chain(stock.priced.iter().map(|(product, _)| product)) {
                shopping::look_at_product(&mut client, product).await;
            }
            for (at, shopper) in stock.shoppers.iter().enumerate() {
                client.token.clone_from(&shopper.token);
                shopping::look_at_cart(&mut client, at).await;
            }
        }
    }
}

fn guest(number: usize) -> String {
    format!("guest-{number}@example.org")
}

async fn sign_up(client: &mut Client, email: &str) -> String {
    let body = json!({ "name": "Somebody", "email": email, "password": PASSWORD });
    client.token.clear();
    post(client, "/auth/signup", body).await;
    sign_in(client, email).await
}

async fn sign_in(client: &mut Client, email: &str) -> String {
    client.token.clear();
    let data = post(client, "/auth/signin", json!({ "email": email, "password": PASSWORD })).await;
    data["token"].as_str().expect("signing in gives a token").to_owned()
}

async fn post(client: &mut Client, path: &str, body: Value) -> Value {
    let question = Question { method: Method::POST, path, body: Some(body), version: None };
    let mut reply = client.ask(question, &[200, 201]).await;
    assert!(matches!(reply.status, 200 | 201), "{path} answered {} {}", reply.status, reply.body);
    reply.body["data"].take()
}
