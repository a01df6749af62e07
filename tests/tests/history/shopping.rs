//! Who changes and reads carts, products and prices. What each does is one function that goes on until it is time.

use crate::client::{Client, LOST, Question, Reply};
use crate::history::Entity;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// How long somebody thinks between two requests at most.
pub(crate) const A_MOMENT: Duration = Duration::from_millis(20);
/// How long prices stay at most: each change of one empties every cart's cell, and a cell that is always empty shows nothing.
const A_WHILE: Duration = Duration::from_millis(300);
/// The listings that show every product.
const LISTINGS: [&str; 2] = ["/products?limit=100", "/products?category=History&limit=100"];

/// Sets the quantity of a line again and again, and often looks at the cart at once.
pub(crate) async fn change_cart(mut client: Client, shopper: usize, variant: i64, mut version: i64) {
    while client.goes_on() {
        let path = format!("/cart/items/{variant}");
        let body = Some(json!({ "quantity": 1 + version % 900 }));
        let reply =
            client.ask(Question { method: Method::PATCH, path: &path, body, version: None }, &[200]).await;
        match (reply.status, reply.body["data"]["version"].as_i64()) {
            (200, Some(now)) => {
                version = now;
                client.wrote(&reply, Entity::Cart(shopper), version);
                look_at_cart(&mut client, shopper).await;
            }
            (LOST, _) => {
                client.wrote(&reply, Entity::Cart(shopper), version + 1);
                client.wonder().await;
            }
            _ => {}
        }
        client.think(A_MOMENT).await;
    }
}

/// Looks at a cart again and again.
pub(crate) async fn read_cart(mut client: Client, shopper: usize) {
    while client.goes_on() {
        look_at_cart(&mut client, shopper).await;
        client.think(A_MOMENT).await;
    }
}

pub(crate) async fn look_at_cart(client: &mut Client, shopper: usize) {
    let reply = client.get("/cart").await;
    let Some(version) = reply.body["data"]["version"].as_i64() else { return };
    client.saw(&reply, Entity::Cart(shopper), version);
    // The first line is of a product whose price changes.
    let line = &reply.body["data"]["items"][0];
    if let (Some(product), Some(price)) = (line["productId"].as_i64(), minor(&line["unitPrice"])) {
        client.saw(&reply, Entity::Price(product), price);
    }
}

/// A product as its writer knows it.
#[derive(Clone)]
pub(crate) struct Product {
    pub(crate) id: i64,
    pub(crate) slug: String,
    pub(crate) version: i64,
}

/// Describes a product again and again.
pub(crate) async fn describe(mut client: Client, mut product: Product) {
    let (entity, mut number) = (Entity::Description(product.id), 0);
    while client.goes_on() {
        number += 1;
        let change = json!({ "description": format!("version {number}") });
        edit(&mut client, &mut product, entity, number, change).await;
        look_at_product(&mut client, &product).await;
        client.think(A_MOMENT).await;
    }
}

/// Changes a product's price again and again, upwards.
pub(crate) async fn reprice(mut client: Client, mut product: Product, mut price: i64) {
    let entity = Entity::Price(product.id);
    while client.goes_on() {
        price += 1;
        let change = json!({ "price": { "amount": format!("{}.{:02}", price / 100, price % 100) } });
        edit(&mut client, &mut product, entity, price, change).await;
        look_at_listing(&mut client).await;
        client.think(A_WHILE).await;
    }
}

/// Makes one edit. That the version is another than the writer knew is right only after an edit with an unknown outcome.
async fn edit(client: &mut Client, product: &mut Product, entity: Entity, number: i64, change: Value) {
    let path = format!("/products/{}", product.id);
    let mut expected: &[u16] = &[200];
    while client.goes_on() {
        let body = Some(change.clone());
        let question = Question { method: Method::PATCH, path: &path, body, version: Some(product.version) };
        let reply = client.ask(question, expected).await;
        match reply.status {
            200 => {
                product.version = reply.body["data"]["version"].as_i64().expect("a product has a version");
                return client.wrote(&reply, entity, number);
            }
            LOST => {
                client.wrote(&reply, entity, number);
                client.wonder().await;
            }
            412 => product.version = reply.body["version"].as_i64().expect("a refusal tells the version"),
            _ => return,
        }
        expected = &[200, 412];
    }
}

/// Looks at products, by id and by slug.
pub(crate) async fn read_product(mut client: Client, product: Product) {
    while client.goes_on() {
        look_at_product(&mut client, &product).await;
        client.think(A_MOMENT).await;
    }
}

pub(crate) async fn look_at_product(client: &mut Client, product: &Product) {
    for path in [format!("/products/{}", product.id), format!("/products/{}", product.slug)] {
        let reply = client.get(&path).await;
        let data = &reply.body["data"];
        let number = data["description"].as_str().and_then(|text| text.strip_prefix("version "));
        if let Some(number) = number.and_then(|number| number.parse().ok()) {
            client.saw(&reply, Entity::Description(product.id), number);
        }
        see_price(client, &reply, data);
    }
}

/// Looks at listings.
pub(crate) async fn read_listing(mut client: Client) {
    while client.goes_on() {
        look_at_listing(&mut client).await;
        client.think(A_MOMENT).await;
    }
}

pub(crate) async fn look_at_listing(client: &mut Client) {
    for path in LISTINGS {
        let reply = client.get(path).await;
        for item in reply.body["data"]["items"].as_array().into_iter().flatten() {
            see_price(client, &reply, item);
        }
    }
}

fn see_price(client: &Client, reply: &Reply, item: &Value) {
    if let (Some(product), Some(price)) = (item["id"].as_i64(), minor(&item["price"])) {
        client.saw(reply, Entity::Price(product), price);
    }
}

/// Returns an amount in minor units.
fn minor(money: &Value) -> Option<i64> {
    money["amount"].as_str()?.replace('.', "").parse().ok()
}
