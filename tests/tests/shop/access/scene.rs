//! What one cell of the table is played on: a customer with an order, a cart and a session more than one, the thing that
//! the path names, and who asks.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use system_tests::{Answer, Observer, PASSWORD, Person, Product, Shop};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Nobody that the shop knows.
    Anonymous,
    /// Whose things they are.
    Customer,
    /// Another customer.
    Other,
    /// Somebody of the shop's.
    Staff,
    /// The customer, with the token of a session that has ended.
    Revoked,
}

/// What all cells share.
pub(super) struct Stage<'a> {
    shop: &'a Shop,
    pub(super) observer: Observer,
    staff: Person,
    tea: Product,
    scenes: AtomicUsize,
}

/// What one cell is played on.
pub(super) struct Scene {
    origin: String,
    pub(super) customer: Person,
    asking: Person,
    staff: Person,
    /// What stands in braces, and what it stands for.
    words: Vec<(&'static str, String)>,
    webhook: Option<String>,
}

impl<'a> Stage<'a> {
    pub(super) async fn set(shop: &'a Shop) -> Self {
        let (staff, tea) = (shop.staff().await, shop.stock("TEA-100", 100_000).await);
        shop.customer("nora").await;
        Self { shop, observer: shop.observer().await, staff, tea, scenes: AtomicUsize::new(0) }
    }

    /// Makes everything that a request to this path is about.
    pub(super) async fn scene(&self, path: &str, who: Who) -> Scene {
        let number = self.scenes.fetch_add(1, Ordering::Relaxed).to_string();
        let customer = self.shop.customer(&format!("customer-{number}")).await;
        let order = customer.buy("TEA-100", 1).await.to_string();
        customer.add_to_cart("TEA-100", 1).await.created();
        customer.get("/cart").await.ok();
        let mut words = vec![
            ("{n}", number.clone()),
            ("{key}", format!("cart%3A{}", customer.id())),
            ("{type}", "out-of-stock".to_owned()),
            ("{action}", "pay".to_owned()),
            ("{file:.*}", String::new()),
        ];
        let mut webhook = None;
        if path.contains("/sessions/{id}") {
            words.push(("{id}", self.session(&customer, &number).await));
        } else if path.contains("/orders/{id}") {
            words.push(("{id}", order));
        } else if path.contains("/users/{id}") {
            words.push(("{id}", customer.id().to_string()));
        } else if path.contains("/webhooks/{id}") {
            let (endpoint, delivery) = self.webhook(&customer, path.contains("{deliveryId}")).await;
            words.extend([("{id}", endpoint.clone()), ("{deliveryId}", delivery)]);
            webhook = Some(endpoint);
        } else if path.contains("/cart/") {
            words.push(("{variantId}", self.tea.variant.to_string()));
        } else if path.contains('{') {
            let product = self.product(&number).await;
            words.extend([("{id}", product.id.to_string()), ("{variantId}", product.variant.to_string())]);
        }
        let asking = match who {
            Who::Anonymous => self.shop.guest(),
            Who::Customer => customer.clone(),
            Who::Other => self.shop.customer(&format!("other-{number}")).await,
            Who::Staff => self.colleague(&number).await,
            Who::Revoked => self.revoked(&number).await,
        };
        let origin = format!("http://{}", self.shop.address());
        Scene { origin, customer, asking, staff: self.staff.clone(), words, webhook }
    }

    /// Signs the customer in once more, and returns that session's id.
    async fn session(&self, customer: &Person, number: &str) -> String {
        customer.sign_in(&format!("customer-{number}@example.org"), PASSWORD).await;
        let sessions = customer.get("/auth/sessions").await.ok().data();
        let sessions = sessions["items"].as_array().unwrap();
        let another = sessions.iter().find(|session| session["current"] == false).unwrap();
        another["id"].as_str().unwrap().to_owned()
    }

    /// Makes a product of two variants.
    async fn product(&self, number: &str) -> Product {
        let variant = |size: &str| {
            let (sku, price) = (format!("SHIRT-{number}-{size}"), json!({ "amount": "9.00" }));
            json!({ "sku": sku, "options": { "size": size }, "price": price, "stock": 5 })
        };
        let variants = [variant("S"), variant("M")];
        let name = format!("Shirt {number}");
        self.shop
            .make(&json!({ "name": name, "description": "", "category": "Shirts", "variants": variants }))
            .await
    }

    /// Registers an endpoint that nobody listens at, and has something sent there where a delivery is asked for.
    async fn webhook(&self, customer: &Person, with_delivery: bool) -> (String, String) {
        let new = json!({ "url": "http://127.0.0.1:9/", "events": ["order.placed"] });
        let endpoint = self.staff.post("/admin/webhooks", &new).await.created().data()["id"].to_string();
        let path = format!("/admin/webhooks/{endpoint}/deliveries");
        if !with_delivery {
            return (endpoint, String::new());
        }
        customer.place_order().await.created();
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            if let Value::Number(id) = &self.staff.get(&path).await.ok().data()["items"][0]["id"] {
                return (endpoint, id.to_string());
            }
            assert!(Instant::now() < patience, "nothing is ever sent");
        }
    }

    /// Hires somebody, because what staff do in a scene may end their sessions.
    async fn colleague(&self, number: &str) -> Person {
        let hired = self.shop.customer(&format!("staff-{number}")).await;
        self.staff.patch(&format!("/admin/users/{}", hired.id()), &json!({ "role": "staff" })).await.ok();
        hired.sign_in(&format!("staff-{number}@example.org"), PASSWORD).await
    }

    /// Signs the customer in once more, and out.
    async fn revoked(&self, number: &str) -> Person {
        let device = self.shop.guest().sign_in(&format!("customer-{number}@example.org"), PASSWORD).await;
        device.post_nothing("/auth/signout").await.no_content();
        device
    }
}

impl Scene {
    /// Puts what is there into the braces of a text.
    pub(super) fn filled(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (brace, word)| text.replace(brace, word))
    }

    /// Puts what was never there into the braces of a path.
    pub(super) fn filled_with_nothing(&self, path: &str) -> String {
        let id = if path.contains("/sessions/") { "0".repeat(32) } else { "999999999".to_owned() };
        self.filled(&path.replace("{id}", &id).replace("{variantId}", &id))
    }

    /// Asks, under any precondition.
    pub(super) async fn ask(&self, method: Method, path: &str, body: &str) -> Answer {
        let request = Client::new().request(method, format!("{}{path}", self.origin)).header("If-Match", "*");
        let request = match self.asking.token() {
            "" => request,
            token => request.bearer_auth(token),
        };
        let request = match self.filled(body) {
            body if body.is_empty() => request,
            body => request.header("Content-Type", "application/json").body(body),
        };
        self.asking.send(request).await
    }

    /// Takes away what there may not be many of.
    pub(super) async fn clear(self) {
        if let Some(webhook) = self.webhook {
            self.staff.delete(&format!("/admin/webhooks/{webhook}")).await;
        }
    }
}
