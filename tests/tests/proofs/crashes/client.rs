//! Somebody who gives each request that must be done once a key and sends it, to whichever instance, until it is answered.

use super::fleet::{Fleet, INSTANCES, KEYLESS};
use super::nemesis::Work;
use rand::{Rng, SeedableRng, rngs::StdRng};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use system_tests::PASSWORD;

/// How long the shop may be of no use: far longer than anything stays away.
const PATIENCE: Duration = Duration::from_mins(2);
/// For how many milliseconds at most somebody waits before they send again.
const PAUSE: u64 = 30;

/// Somebody with a token.
pub(crate) struct Client {
    pub(crate) token: String,
    fleet: Arc<Fleet>,
    http: reqwest::Client,
    rng: StdRng,
    notes: Notes,
}

/// What somebody saw.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) token: String,
    pub(crate) answers: Vec<Kept>,
    pub(crate) replayed: u64,
    pub(crate) wrong: Vec<String>,
}

/// A request with its key, and its answer.
pub(crate) struct Kept {
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) key: String,
    pub(crate) text: String,
    /// The number of the order that it placed.
    pub(crate) order: Option<String>,
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) replayed: bool,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    fn is(&self, problem: &str) -> bool {
        self.json()["type"] == format!("/problems/{problem}")
    }
}

impl Client {
    pub(crate) fn new(fleet: &Arc<Fleet>, seed: u64) -> Self {
        // A connection for each request: none is found dead that a kill has left.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).timeout(Duration::from_secs(30));
        Self {
            token: String::new(),
            fleet: Arc::clone(fleet),
            http: http.build().expect("the client has no special needs"),
            rng: StdRng::seed_from_u64(seed),
            notes: Notes::default(),
        }
    }

    /// Signs up and in, while everything is whole.
    pub(crate) async fn sign_up(&mut self, email: &str) {
        let account = json!({ "name": "Somebody", "email": email, "password": PASSWORD });
        self.insist("/auth/signup", &account, None).await;
        self.sign_in(email).await;
    }

    /// Becomes staff.
    pub(crate) async fn hire(&mut self) {
        let account = json!({ "name": "Staff", "email": "staff@example.org", "password": PASSWORD });
        self.insist("/auth/signup", &account, None).await;
        let hired = self.fleet.postgres().await.query("update users set role = 'staff' returning role");
        assert_eq!(hired, Ok("staff".to_owned()));
        self.sign_in("staff@example.org").await;
    }

    async fn sign_in(&mut self, email: &str) {
        let credentials = json!({ "email": email, "password": PASSWORD });
        let reply = self.insist("/auth/signin", &credentials, None).await.json();
        reply["data"]["token"].as_str().expect("there is a token").clone_into(&mut self.token);
        self.notes.token.clone_from(&self.token);
    }

    /// Puts a product on the shelf and returns its variant.
    pub(crate) async fn stock(&mut self, sku: &str, on_hand: i64) -> i64 {
        let new = json!({ "name": sku, "description": "", "category": "Light", "price": { "amount": "1.00" },
            "stock": on_hand, "sku": sku });
        let reply = self.insist("/products", &new, None).await.json();
        reply["data"]["variants"][0]["id"].as_i64().expect("a product has a variant")
    }

    /// Orders one thing again and again, each time under another key.
    pub(crate) async fn order(
        mut self,
        goods: [i64; 2],
        customer: u64,
        orders: u64,
        work: Arc<Work>,
    ) -> Notes {
        for number in 0..orders {
            let variant = goods[self.rng.random_range(0..goods.len())];
            self.fill_cart(variant).await;
            let key = format!("order-{customer}-{number}");
            let reply = loop {
                let reply = self.insist("/orders", &json!({}), Some(&key)).await;
                if !reply.is("empty-cart") {
                    break reply;
                }
                // The answer got lost, and with it that there is an order: whoever believes this one orders again.
                self.notes.wrong.push(format!("{key}: {}", reply.text));
                self.fill_cart(variant).await;
            };
            let order = reply.json()["data"]["number"].as_str().map(ToOwned::to_owned);
            self.keep("/orders".to_owned(), json!({}), key, &reply, order);
            work.done.send_modify(|done| *done += 1);
        }
        self.notes
    }

    /// Puts one unit on the shelf again and again, each time under another key.
    pub(crate) async fn deliver(mut self, goods: [i64; 2], deliveries: u64, work: Arc<Work>) -> Notes {
        for number in 0..deliveries {
            let path = format!("/variants/{}/stock", goods[self.rng.random_range(0..goods.len())]);
            let (key, body) =
                (format!("delivery-{number}"), json!({ "delta": 1, "reason": format!("delivery {number}") }));
            let reply = self.insist(&path, &body, Some(&key)).await;
            self.keep(path, body, key, &reply, None);
            work.done.send_modify(|done| *done += 1);
        }
        self.notes
    }

    fn keep(&mut self, path: String, body: Value, key: String, reply: &Reply, order: Option<String>) {
        if !matches!(reply.status, 200 | 201) {
            self.notes.wrong.push(format!("{key}: {} {}", reply.status, reply.text));
        }
        self.notes.answers.push(Kept { path, body, key, text: reply.text.clone(), order });
    }

    /// Sees to it that the cart holds one of this and nothing else, however often something goes wrong.
    async fn fill_cart(&mut self, variant: i64) {
        let one = json!({ "variantId": variant, "quantity": 1 });
        let patience = Instant::now() + PATIENCE;
        while Instant::now() < patience {
            let Some(added) = self.send("/cart/items", &one, None).await else { continue };
            let cart = added.json();
            if added.status == 201 && cart["data"]["items"].as_array().map(Vec::len) == Some(1) {
                if cart["data"]["items"][0]["quantity"] == 1 {
                    return;
                }
                // It was added before, by a request that was never answered.
                let path = format!("/cart/items/{variant}");
                let set = self.request(KEYLESS, Method::PATCH, &path).json(&json!({ "quantity": 1 }));
                if self.exchange(set).await.is_some_and(|reply| reply.status == 200) {
                    return;
                }
            }
            self.pause().await;
        }
        panic!("the cart cannot be filled");
    }

    /// Sends a request until it is answered in earnest.
    async fn insist(&mut self, path: &str, body: &Value, key: Option<&str>) -> Reply {
        let patience = Instant::now() + PATIENCE;
        let mut last = String::new();
        while Instant::now() < patience {
            if let Some(reply) = self.send(path, body, key).await {
                if reply.status != 503 && !reply.is("idempotency-key-in-use") {
                    return reply;
                }
                last = reply.text;
            }
            self.pause().await;
        }
        panic!("{path} is not answered; the last was {last}");
    }

    /// Sends a request once; nothing where the connection is lost or refused.
    pub(crate) async fn send(&mut self, path: &str, body: &Value, key: Option<&str>) -> Option<Reply> {
        let request = match key {
            Some(key) => {
                let instance = self.rng.random_range(0..INSTANCES);
                self.request(instance, Method::POST, path).header("Idempotency-Key", key)
            }
            None => self.request(KEYLESS, Method::POST, path),
        };
        self.exchange(request.json(body)).await
    }

    fn request(&self, instance: usize, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.fleet.address(instance)));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    async fn exchange(&mut self, request: RequestBuilder) -> Option<Reply> {
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let replayed = response.headers().get("Idempotent-Replayed").is_some_and(|value| value == "true");
        let text = response.text().await.ok()?;
        self.notes.replayed += u64::from(replayed);
        Some(Reply { status, text, replayed })
    }

    async fn pause(&mut self) {
        tokio::time::sleep(Duration::from_millis(self.rng.random_range(0..PAUSE))).await;
    }
}
