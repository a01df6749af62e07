//! Requests that are sent again: whoever lost the answer gets it once more, and nothing is done twice.

use serde_json::json;
use system_tests::{Answer, Person, Shop, on_both_pairs};
use tokio::task::JoinSet;

on_both_pairs! {
    an_order_that_is_sent_again_is_answered_byte_by_byte_as_before,
    twenty_at_once_with_one_key_are_one_order,
    a_key_belongs_to_one_request_of_one_customer,
    refusals_are_not_kept,
    staff_move_money_and_stock_once,
    keys_work_with_an_address_and_a_note,
}

async fn stock_of(shop: &Shop, product: i64) -> i64 {
    shop.guest().get(&format!("/products/{product}")).await.ok().data()["stock"].as_i64().unwrap()
}

async fn an_order_that_is_sent_again_is_answered_byte_by_byte_as_before(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 20).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("LAMP-1", 3).await.created();
    let place = async || alice.post_once("/orders", "8e03978e", &json!({})).await.created();
    let first = place().await;
    alice.add_to_cart("LAMP-1", 1).await.created();
    alice.cancel(first.data()["id"].as_i64().unwrap()).await.ok();
    for _ in 0..2 {
        let again = place().await;
        assert_eq!((again.text(), again.header("idempotent-replayed")), (first.text(), "true"));
        for name in ["location", "etag", "content-type"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
    }
    assert_eq!(first.header("idempotent-replayed"), "");
    assert_eq!(alice.get("/orders").await.ok().data()["total"], 1);
    assert_eq!(alice.get("/cart").await.ok().data()["items"][0]["quantity"], 1);
    assert_eq!(stock_of(shop, lamp.id).await, 20);
}

async fn twenty_at_once_with_one_key_are_one_order(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 20).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("LAMP-1", 3).await.created();
    let place = |_| {
        let alice = alice.clone();
        async move { alice.post_once("/orders", "one", &json!({})).await }
    };
    let answers: Vec<Answer> = (0..20).map(place).collect::<JoinSet<_>>().join_all().await;
    let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status() == 201).collect();
    for late in answers.iter().filter(|answer| answer.status() != 201) {
        late.problem("idempotency-key-in-use");
        assert_eq!(late.header("retry-after"), "1");
    }
    assert!(made.iter().all(|answer| answer.text() == made[0].text()));
    assert_eq!(made.iter().filter(|answer| answer.header("idempotent-replayed").is_empty()).count(), 1);
    assert_eq!(stock_of(shop, lamp.id).await, 17);
}

async fn a_key_belongs_to_one_request_of_one_customer(shop: &Shop) {
    shop.stock("LAMP-1", 20).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    for person in [&alice, &bob] {
        person.add_to_cart("LAMP-1", 1).await.created();
    }
    let first = alice.post_once("/orders", "k", &json!({})).await.created();
    let other = json!({ "note": "another body" });
    alice.post_once("/orders", "k", &other).await.with_status(422).problem("idempotency-key-reused");
    let id = first.data()["id"].as_i64().unwrap();
    let cancel = format!("/orders/{id}/cancel");
    alice.post_once(&cancel, "k", &json!({})).await.with_status(422).problem("idempotency-key-reused");
    let bobs = bob.post_once("/orders", "k", &other).await.created();
    assert_ne!(bobs.data()["id"], first.data()["id"]);
    for _ in 0..2 {
        let cancelled = alice.post_once(&cancel, "k2", &json!({})).await.ok();
        assert_eq!(cancelled.data()["status"], "cancelled");
    }
}

async fn refusals_are_not_kept(shop: &Shop) {
    shop.stock("LAMP-1", 2).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let place = async |person: &Person| person.post_once("/orders", "k", &json!({})).await;
    place(&alice).await.problem("empty-cart");
    alice.add_to_cart("LAMP-1", 2).await.created();
    let bobs = bob.buy("LAMP-1", 1).await;
    place(&alice).await.problem("out-of-stock");
    bob.cancel(bobs).await.ok();
    let placed = place(&alice).await.created();
    assert_eq!(placed.header("idempotent-replayed"), "");
}

async fn staff_move_money_and_stock_once(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 20).await;
    let staff = shop.staff().await;
    let counted = json!({ "delta": 5, "reason": "delivery" });
    let stock = format!("/variants/{}/stock", lamp.variant);
    let order = shop.customer("alice").await.buy("LAMP-1", 3).await;
    let new = json!({ "name": "Mug", "description": "", "category": "Kitchen", "price": { "amount": "1.00" },
        "stock": 1, "sku": "MUG" });
    for (number, (path, body)) in [
        (stock, counted),
        (format!("/admin/orders/{order}/pay"), json!({})),
        (format!("/admin/orders/{order}/ship"), json!({})),
        (format!("/admin/orders/{order}/refund"), json!({})),
        (format!("/admin/orders/{order}/restock"), json!({})),
        ("/products".to_owned(), new),
        (
            format!("/products/{}/variants", lamp.id),
            json!({ "sku": "LAMP-2", "price": { "amount": "2.00" }, "stock": 4 }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let first = staff.post_once(&path, &number.to_string(), &body).await;
        assert!(matches!(first.status(), 200 | 201), "{first:?}");
        let again = staff.post_once(&path, &number.to_string(), &body).await;
        assert_eq!((again.status(), again.text()), (first.status(), first.text()), "{path}");
        assert_eq!(again.header("idempotent-replayed"), "true", "{path}");
    }
    assert_eq!(stock_of(shop, lamp.id).await, 20 + 5 + 4);
}

async fn keys_work_with_an_address_and_a_note(shop: &Shop) {
    shop.stock("LAMP-1", 2).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("LAMP-1", 1).await.created();
    let checkout = json!({ "expectedTotal": { "amount": "12.50" }, "note": "Bitte klingeln.\nZweimal.",
        "shippingAddress": { "name": "Ada", "line1": "Große Straße 1", "city": "Köln", "postalCode": "50667", "country": "DE" } });
    let placed = alice.post_once("/orders", "k", &checkout).await.created();
    let order = placed.data();
    assert_eq!(order["note"], "Bitte klingeln.\nZweimal.");
    assert_eq!(
        order["shippingAddress"],
        json!({ "name": "Ada", "line1": "Große Straße 1", "line2": null, "city": "Köln", "region": null,
                "postalCode": "50667", "country": "DE", "phone": null })
    );
    let read = alice.get(&format!("/orders/{}", order["id"])).await.ok();
    assert_eq!((read.data(), read.header("etag")), (order, placed.header("etag")));
    assert_eq!(alice.post_once("/orders", "k", &checkout).await.created().text(), placed.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_need_no_redis() {
    let shop = Shop::open_server().await;
    shop.stock("LAMP-1", 20).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("LAMP-1", 3).await.created();
    shop.redis().kill();
    let place = async || alice.post_once("/orders", "k", &json!({})).await.created();
    let first = place().await;
    assert_eq!(place().await.text(), first.text());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_replayed_by_every_instance() {
    let shop = Shop::open_server().await;
    let other = shop.second_instance().await;
    shop.stock("LAMP-1", 20).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("LAMP-1", 3).await.created();
    let first = alice.post_once("/orders", "k", &json!({})).await.created();
    let again = alice.at(&other).post_once("/orders", "k", &json!({})).await.created();
    assert_eq!((again.text(), again.header("idempotent-replayed")), (first.text(), "true"));
    other.close().await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_under_way_for_too_long_is_told_so() {
    let shop = Shop::open_server().await;
    shop.stock("LAMP-1", 20).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("LAMP-1", 3).await.created();
    // Nobody gets at a cart, so that the first request stays under way while the second one waits for its key.
    let held = shop.postgres().lock("carts");
    let first = {
        let alice = alice.clone();
        tokio::spawn(async move { alice.post_once("/orders", "k", &json!({})).await })
    };
    let waiting = "select count(*) from pg_stat_activity
                   where wait_event_type = 'Lock' and datname = current_database()";
    while shop.postgres().query(waiting) == "0" {}
    let second = alice.post_once("/orders", "k", &json!({})).await.with_status(409);
    second.problem("idempotency-key-in-use");
    assert_eq!(second.header("retry-after"), "1");
    drop(held);
    assert_eq!(first.await.unwrap().created().header("idempotent-replayed"), "");
    let third = alice.post_once("/orders", "k", &json!({})).await.created();
    assert_eq!(third.header("idempotent-replayed"), "true");
    shop.close().await;
}
