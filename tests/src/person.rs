//! Somebody who uses the shop: a guest, a customer or staff.

use crate::{Answer, Instance, PASSWORD, Shop};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

/// Somebody with or without a token. Paths are those behind `/api/v1`.
#[derive(Clone)]
pub struct Person {
    client: Client,
    api: String,
    token: Option<String>,
    cart_token: Option<String>,
    id: i64,
}

impl Person {
    /// Makes somebody who has not signed in.
    pub(crate) fn guest(client: Client, address: &str) -> Self {
        Self { client, api: format!("{address}/api/v1"), token: None, cart_token: None, id: 0 }
    }

    /// Makes somebody who has not signed in, before an instance that is a process.
    pub fn before(instance: &Instance) -> Self {
        Self::guest(Client::new(), instance.address())
    }

    /// Signs up and in.
    pub(crate) async fn sign_up(self, email: &str) -> Self {
        let new = json!({ "name": email, "email": email, "password": PASSWORD });
        self.post("/auth/signup", &new).await.created();
        self.sign_in(email, PASSWORD).await
    }

    /// Signs in: the same person with one more session.
    pub async fn sign_in(&self, email: &str, password: &str) -> Self {
        let answer = self.post("/auth/signin", &json!({ "email": email, "password": password })).await.ok();
        let data = answer.data();
        Self {
            token: data["token"].as_str().map(ToOwned::to_owned),
            cart_token: None,
            id: data["user"]["id"].as_i64().expect("an account has an id"),
            ..self.clone()
        }
    }

    /// Goes to another instance of the shop, with the same token.
    pub fn at(&self, shop: &Shop) -> Self {
        Self { api: shop.guest().api, ..self.clone() }
    }

    /// Sends this token from now on.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// Sends the token of this guest's cart from now on.
    pub fn with_cart(&self, token: &str) -> Self {
        Self { cart_token: Some(token.to_owned()), ..self.clone() }
    }

    /// Returns the account's id.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Returns the token; nothing for a guest.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Begins a request, for those that need a header field.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.api));
        let request = match &self.cart_token {
            Some(token) => request.header("X-Cart-Token", token),
            None => request,
        };
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("a request is well-formed");
        let method = request.method().clone();
        let response = self.client.execute(request).await.expect("the shop answers");
        Answer::read(&method, response).await
    }

    /// Asks for something.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Asks for something unless it is what this entity tag says.
    pub async fn get_unless(&self, path: &str, etag: &str) -> Answer {
        self.send(self.request(Method::GET, path).header("If-None-Match", etag)).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Posts JSON under an idempotency key.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    /// Posts nothing.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// Changes something.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    /// Changes something that must be what this entity tag says.
    pub async fn patch_if(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path).header("If-Match", etag).json(body)).await
    }

    /// Removes something.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Removes something that must be what this entity tag says.
    pub async fn delete_if(&self, path: &str, etag: &str) -> Answer {
        self.send(self.request(Method::DELETE, path).header("If-Match", etag)).await
    }

    /// Puts units of something into the cart.
    pub async fn add_to_cart(&self, sku: &str, quantity: u32) -> Answer {
        self.post("/cart/items", &json!({ "sku": sku, "quantity": quantity })).await
    }

    /// Orders what is in the cart.
    pub async fn place_order(&self) -> Answer {
        self.post("/orders", &json!({})).await
    }

    /// Orders units of something, and returns the order's id.
    pub async fn buy(&self, sku: &str, quantity: u32) -> i64 {
        self.add_to_cart(sku, quantity).await.created();
        self.place_order().await.created().data()["id"].as_i64().expect("an order has an id")
    }

    /// Calls an order off.
    pub async fn cancel(&self, order: i64) -> Answer {
        self.post_nothing(&format!("/orders/{order}/cancel")).await
    }
}
