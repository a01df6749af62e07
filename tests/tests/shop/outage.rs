//! Redis goes away and comes back: every endpoint keeps its status, and nobody who was signed out gets in.

use serde_json::json;
use std::time::{Duration, Instant};
use system_tests::{Person, Product, Shop};

/// Does one of everything and returns the statuses.
async fn one_of_everything(shop: &Shop, alice: &Person, tea: &Product) -> Vec<(String, u16)> {
    let (guest, staff) = (shop.guest(), shop.staff().await);
    let mut statuses = Vec::new();
    let mut note = |what: &str, status: u16| statuses.push((what.to_owned(), status));
    for path in [
        &format!("/products/{}", tea.id),
        &format!("/products/{}", tea.slug),
        "/products",
        "/products?category=Grocery&inStock=true",
        "/products?q=tea",
        "/categories",
        "/cart",
        "/orders",
        "/orders/999999",
        "/me",
        "/auth/sessions",
    ] {
        note(path, alice.get(path).await.status());
    }
    note("guest's cart", guest.get("/cart").await.status());
    note("add", alice.add_to_cart("TEA-100", 2).await.status());
    let item = format!("/cart/items/{}", tea.variant);
    note("set", alice.patch(&item, &json!({ "quantity": 1 })).await.status());
    let order = alice.place_order().await;
    note("order", order.status());
    let order = order.data()["id"].as_i64().unwrap();
    note("show", alice.get(&format!("/orders/{order}")).await.status());
    note("cancel", alice.cancel(order).await.status());
    note("cancel again", alice.cancel(order).await.status());
    note("empty", alice.place_order().await.status());
    let stock = format!("/variants/{}/stock", tea.variant);
    note("stock", staff.post(&stock, &json!({ "delta": 1, "reason": "found" })).await.status());
    let device = guest.sign_in("alice@example.org", system_tests::PASSWORD).await;
    note("in", device.get("/cart").await.status());
    note("sign out", device.post_nothing("/auth/signout").await.status());
    note("out", device.get("/cart").await.status());
    note("ready", shop.get("/health/ready").await.status());
    note("live", shop.get("/health/live").await.status());
    statuses
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_killed_costs_speed_and_never_an_answer() {
    let shop = Shop::open_server().await;
    let tea = shop.stock("TEA-100", 50).await;
    let alice = shop.customer("alice").await;
    let expected = one_of_everything(&shop, &alice, &tea).await;

    shop.redis().kill();
    assert_eq!(one_of_everything(&shop, &alice, &tea).await, expected);
    for _ in 0..2 {
        let answer = alice.get("/products").await.ok();
        assert_eq!(answer.source(), "postgres");
        assert!(
            answer.header("cache-status").starts_with("redis; fwd="),
            "{}",
            answer.header("cache-status")
        );
    }
    let ready = shop.get("/health/ready").await.ok().json();
    assert_eq!(ready["status"], "degraded", "{ready}");

    shop.redis().restart();
    let patience = Instant::now() + Duration::from_secs(30);
    while alice.get("/products").await.ok().source() != "redis" {
        assert!(Instant::now() < patience, "Redis is back, and nobody uses it");
    }
    assert_eq!(one_of_everything(&shop, &alice, &tea).await, expected);
    assert_eq!(shop.get("/health/ready").await.ok().json()["status"], "ready");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_answers_nobody_costs_speed_and_never_an_answer() {
    let shop = Shop::open_server().await;
    let tea = shop.stock("TEA-100", 50).await;
    let alice = shop.customer("alice").await;
    let expected = one_of_everything(&shop, &alice, &tea).await;
    shop.redis().pause();
    assert_eq!(one_of_everything(&shop, &alice, &tea).await, expected);
    shop.redis().resume();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_flushed_is_filled_again() {
    let shop = Shop::open_server().await;
    let tea = shop.stock("TEA-100", 50).await;
    let alice = shop.customer("alice").await;
    let path = format!("/products/{}", tea.id);
    alice.get(&path).await.ok();
    assert_eq!(shop.redis().cli(&["FLUSHALL"]), "OK");
    assert_eq!(alice.get(&path).await.ok().source(), "postgres");
    assert_eq!(alice.get(&path).await.ok().source(), "redis");
    shop.close().await;
}
