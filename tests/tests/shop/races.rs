//! Many at once: nothing is sold twice, nothing is given back twice, and everybody gets an answer that makes sense.

use serde_json::json;
use system_tests::{Answer, Person, Shop, on_both_pairs};
use tokio::task::JoinSet;

on_both_pairs! {
    two_hundred_customers_race_for_the_last_twenty_units,
    twenty_cancellations_give_the_goods_back_once,
    customers_with_several_lines_do_not_block_each_other,
    equal_names_at_once_get_slugs_of_their_own,
    one_cart_filled_from_many_devices_loses_nothing,
}

/// Lets everybody do something at once and returns all the answers.
async fn all_at_once<F>(acts: impl IntoIterator<Item = F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    acts.into_iter().collect::<JoinSet<_>>().join_all().await
}

async fn stock_of(shop: &Shop, product: i64) -> i64 {
    shop.guest().get(&format!("/products/{product}")).await.ok().data()["stock"].as_i64().unwrap()
}

async fn two_hundred_customers_race_for_the_last_twenty_units(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 20).await;
    let customers = shop.customers(200).await;
    let add = |customer: Person| async move { customer.add_to_cart("LAMP-1", 1).await };
    for answer in all_at_once(customers.iter().cloned().map(add)).await {
        answer.created();
    }
    let order = |customer: Person| async move { customer.place_order().await };
    let answers = all_at_once(customers.iter().cloned().map(order)).await;
    let sold = answers.iter().filter(|answer| answer.status() == 201).count();
    for refused in answers.iter().filter(|answer| answer.status() != 201) {
        let lines = &refused.problem("out-of-stock")["lines"];
        assert_eq!(*lines, json!([{ "sku": "LAMP-1", "requested": 1, "available": 0 }]));
    }
    assert_eq!((sold, stock_of(shop, lamp.id).await), (20, 0));
    let listing = shop.guest().get("/products?inStock=true").await.ok();
    assert_eq!(listing.data()["total"], 0);
}

async fn twenty_cancellations_give_the_goods_back_once(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 20).await;
    let alice = shop.customer("alice").await;
    let order = alice.buy("LAMP-1", 7).await;
    let cancel = |_| {
        let alice = alice.clone();
        async move { alice.cancel(order).await }
    };
    let answers = all_at_once((0..20).map(cancel)).await;
    let done = answers.iter().filter(|answer| answer.status() == 200).count();
    for refused in answers.iter().filter(|answer| answer.status() != 200) {
        refused.problem("action-not-allowed");
    }
    assert_eq!((done, stock_of(shop, lamp.id).await), (1, 20));
}

async fn customers_with_several_lines_do_not_block_each_other(shop: &Shop) {
    let skus = ["A", "B", "C"];
    let mut products = Vec::new();
    for sku in skus {
        products.push(shop.stock(sku, 100).await.id);
    }
    let customers = shop.customers(12).await;
    for (number, customer) in customers.iter().enumerate() {
        for step in 0..skus.len() {
            // Everybody fills the cart in another order.
            let sku = skus[(number + step * (1 + number % 2)) % skus.len()];
            customer.add_to_cart(sku, 1).await.created();
        }
    }
    let order = |customer: Person| async move { customer.place_order().await };
    for answer in all_at_once(customers.into_iter().map(order)).await {
        answer.created();
    }
    for product in products {
        assert_eq!(stock_of(shop, product).await, 88);
    }
}

async fn equal_names_at_once_get_slugs_of_their_own(shop: &Shop) {
    let staff = shop.staff().await;
    let make = |number| {
        let staff = staff.clone();
        let new = json!({ "name": "Lamp", "description": "", "category": "Light", "price": { "amount": "1.00" },
            "stock": 1, "sku": format!("LAMP-{number}") });
        async move { staff.post("/products", &new).await }
    };
    let answers = all_at_once((0..4).map(make)).await;
    let mut slugs: Vec<_> =
        answers.into_iter().map(|answer| answer.created().data()["slug"].to_string()).collect();
    slugs.sort();
    assert_eq!(slugs, ["\"lamp\"", "\"lamp-2\"", "\"lamp-3\"", "\"lamp-4\""]);
}

async fn one_cart_filled_from_many_devices_loses_nothing(shop: &Shop) {
    shop.stock("LAMP-1", 100).await;
    let alice = shop.customer("alice").await;
    let add = |_| {
        let alice = alice.clone();
        async move { alice.add_to_cart("LAMP-1", 1).await }
    };
    for answer in all_at_once((0..20).map(add)).await {
        answer.created();
    }
    let cart = alice.get("/cart").await.ok().data();
    assert_eq!((&cart["items"][0]["quantity"], &cart["version"]), (&json!(20), &json!(20)));
}
