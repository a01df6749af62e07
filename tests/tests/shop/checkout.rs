//! From the shelf through the cart to an order and back.

use serde_json::{Value, json};
use system_tests::{Shop, on_both_pairs};

on_both_pairs! {
    a_customer_shops,
    an_order_keeps_what_was_agreed,
    what_cannot_be_had_is_told_with_figures,
    a_cart_knows_its_bounds,
    a_total_that_was_not_shown_is_refused,
    a_total_may_be_larger_than_any_price,
    what_is_archived_stays_in_the_cart_and_blocks_checkout,
    orders_belong_to_their_customers,
    lists_of_orders_have_pages,
}

fn skus(cart: &Value) -> Vec<&str> {
    cart["items"].as_array().unwrap().iter().map(|line| line["sku"].as_str().unwrap()).collect()
}

async fn a_customer_shops(shop: &Shop) {
    let tea = shop.stock("TEA-100", 10).await;
    let mug = shop.stock("MUG-1", 3).await;
    let alice = shop.customer("alice").await;

    let cart = alice.get("/cart").await.ok().data();
    assert_eq!(cart, json!({ "items": [], "subtotal": usd("0.00"), "version": 0 }));

    alice.add_to_cart("TEA-100", 1).await.created();
    alice.post("/cart/items", &json!({ "productId": tea.id, "quantity": 1 })).await.created();
    let answer =
        alice.post("/cart/items", &json!({ "variantId": mug.variant, "quantity": 2 })).await.created();
    assert_eq!((answer.header("location"), answer.source()), ("/api/v1/cart", shop.database().to_owned()));
    let cart = answer.data();
    assert_eq!(skus(&cart), ["TEA-100", "MUG-1"]);
    assert_eq!(cart["items"][0]["lineTotal"], usd("25.00"));
    assert_eq!(cart["items"][1]["availability"], "low_stock");
    assert_eq!((&cart["subtotal"], &cart["version"]), (&usd("50.00"), &json!(3)));

    let path = format!("/cart/items/{}", mug.variant);
    let cart = alice.patch(&path, &json!({ "quantity": 1 })).await.ok().data();
    assert_eq!(cart["subtotal"], usd("37.50"));
    let cart = alice.delete(&path).await.ok().data();
    assert_eq!(skus(&cart), ["TEA-100"]);
    assert_eq!(alice.get("/cart").await.ok().data(), cart);

    let answer = alice.post("/orders", &json!({ "expectedTotal": { "amount": "25.00" } })).await.created();
    let order = answer.data();
    assert_eq!(answer.header("location"), format!("/api/v1/orders/{}", order["id"]));
    assert_eq!(order["total"], usd("25.00"));
    let line = &order["items"][0];
    assert_eq!(
        (&line["sku"], &line["quantity"], &line["unitPrice"]),
        (&json!("TEA-100"), &json!(2), &usd("12.50"))
    );
    for (member, value) in
        [("status", "placed"), ("paymentStatus", "unpaid"), ("fulfillmentStatus", "unfulfilled")]
    {
        assert_eq!(order[member], value);
    }
    assert_eq!(order["allowedActions"], json!(["cancel"]));
    assert_eq!(order["history"][0]["event"], "placed");

    assert!(skus(&alice.get("/cart").await.ok().data()).is_empty());
    assert_eq!(stock_of(shop, tea.id).await, 8);
    let path = format!("/orders/{}", order["id"]);
    assert_eq!(alice.get(&path).await.ok().data(), order);
    let orders = alice.get("/orders").await.ok().data();
    assert_eq!((&orders["total"], &orders["items"][0]["number"]), (&json!(1), &order["number"]));

    let id = order["id"].as_i64().unwrap();
    let cancelled = alice.cancel(id).await.ok().data();
    assert_eq!((&cancelled["status"], &cancelled["allowedActions"]), (&json!("cancelled"), &json!([])));
    assert_eq!(stock_of(shop, tea.id).await, 10);
    let problem = alice.cancel(id).await.problem("action-not-allowed");
    assert_eq!((&problem["status"], &problem["allowedActions"]), (&json!(409), &json!([])));
    assert_eq!(stock_of(shop, tea.id).await, 10);
    assert_eq!(alice.get(&path).await.ok().data(), cancelled);
}

async fn an_order_keeps_what_was_agreed(shop: &Shop) {
    let tea = shop.stock("TEA-100", 10).await;
    let alice = shop.customer("alice").await;
    let order = alice.buy("TEA-100", 1).await;
    let before = alice.get(&format!("/orders/{order}")).await.ok().data();
    let edit = json!({ "name": "Renamed", "price": { "amount": "99.00" }, "sku": "TEA-200" });
    let path = format!("/products/{}", tea.id);
    shop.staff().await.patch_if(&path, &tea.etag, &edit).await.ok();
    assert_eq!(alice.get(&format!("/orders/{order}")).await.ok().data(), before);
    assert_eq!(before["items"][0]["name"], "Product TEA-100");
}

async fn what_cannot_be_had_is_told_with_figures(shop: &Shop) {
    shop.stock("A", 3).await;
    shop.stock("B", 3).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let problem = alice.add_to_cart("A", 4).await.problem("out-of-stock");
    assert_eq!(problem["lines"], json!([{ "sku": "A", "requested": 4, "available": 3 }]));

    for sku in ["A", "B"] {
        alice.add_to_cart(sku, 3).await.created();
        bob.buy(sku, 1).await;
    }
    let before = alice.get("/cart").await.ok().data();
    let mut problem = alice.place_order().await.problem("out-of-stock");
    let lines = problem["lines"].as_array_mut().unwrap();
    lines.sort_by_key(|line| line["sku"].to_string());
    let short = |sku| json!({ "sku": sku, "requested": 3, "available": 2 });
    assert_eq!(problem["lines"], json!([short("A"), short("B")]));
    assert_eq!(alice.get("/cart").await.ok().data(), before, "nothing has changed");
    assert_eq!(alice.get("/orders").await.ok().data()["total"], 0);
}

async fn a_cart_knows_its_bounds(shop: &Shop) {
    let tea = shop.stock("TEA-100", 5_000).await;
    let alice = shop.customer("alice").await;
    alice.place_order().await.problem("empty-cart");
    alice.add_to_cart("TEA-100", 999).await.created();
    alice.add_to_cart("TEA-100", 1).await.problem("cart-full");
    for (path, body) in [
        (String::new(), json!({ "sku": "TEA-100", "quantity": 0 })),
        (String::new(), json!({ "sku": "TEA-100", "quantity": 1_000 })),
        (String::new(), json!({ "quantity": 1 })),
        (String::new(), json!({ "sku": "TEA-100", "variantId": tea.variant, "quantity": 1 })),
    ] {
        alice.post(&format!("/cart/items{path}"), &body).await.problem("validation-failed");
    }
    alice.post("/cart/items", &json!({ "productId": 404, "quantity": 1 })).await.problem("not-found");
    alice.patch("/cart/items/404", &json!({ "quantity": 1 })).await.problem("not-found");
    let answer = alice.get("/cart").await.ok();
    let etag = answer.header("etag");
    let path = format!("/cart/items/{}", tea.variant);
    alice.patch_if(&path, etag, &json!({ "quantity": 2 })).await.ok();
    let problem = alice.patch_if(&path, etag, &json!({ "quantity": 3 })).await.problem("precondition-failed");
    assert_eq!(problem["status"], 412);
    assert!(skus(&alice.delete("/cart").await.ok().data()).is_empty());
}

async fn a_total_that_was_not_shown_is_refused(shop: &Shop) {
    shop.stock("TEA-100", 10).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("TEA-100", 2).await.created();
    let answer = alice.post("/orders", &json!({ "expectedTotal": { "amount": "20.00" } })).await;
    assert_eq!(answer.problem("price-changed")["total"], usd("25.00"));
}

async fn a_total_may_be_larger_than_any_price(shop: &Shop) {
    let price = json!({ "amount": "10000000000.00" });
    shop.make(
        &json!({ "name": "Palace", "category": "Houses", "price": price, "stock": 999, "sku": "PALACE" }),
    )
    .await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("PALACE", 999).await.created();
    let subtotal = alice.get("/cart").await.ok().data()["subtotal"].clone();
    assert_eq!(subtotal, usd("9990000000000.00"));
    let order = alice.post("/orders", &json!({ "expectedTotal": subtotal })).await.created().data();
    assert_eq!(order["total"], subtotal);
}

async fn what_is_archived_stays_in_the_cart_and_blocks_checkout(shop: &Shop) {
    let tea = shop.stock("TEA-100", 10).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("TEA-100", 2).await.created();
    alice.get("/cart").await.ok();
    let path = format!("/products/{}", tea.id);
    shop.staff().await.delete_if(&path, &tea.etag).await;
    alice.get(&path).await.problem("not-found");
    let cart = alice.get("/cart").await.ok().data();
    assert_eq!(cart["items"][0]["availability"], "out_of_stock");
    let problem = alice.place_order().await.problem("out-of-stock");
    assert_eq!(problem["lines"], json!([{ "sku": "TEA-100", "requested": 2, "available": 0 }]));
}

async fn orders_belong_to_their_customers(shop: &Shop) {
    shop.stock("TEA-100", 10).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let order = alice.buy("TEA-100", 1).await;
    for path in [format!("/orders/{order}"), "/orders/999999".to_owned()] {
        alice.get(&path).await; // what is cached for her must not leak either
        let problem = bob.get(&path).await.problem("not-found");
        assert_eq!(problem["status"], 404);
    }
    bob.cancel(order).await.problem("not-found");
    shop.guest().get(&format!("/orders/{order}")).await.problem("authentication-required");
    assert_eq!(bob.get("/orders").await.ok().data()["items"], json!([]));
    assert_eq!(alice.get(&format!("/orders/{order}")).await.ok().data()["status"], "placed");
}

async fn lists_of_orders_have_pages(shop: &Shop) {
    shop.stock("TEA-100", 10).await;
    let alice = shop.customer("alice").await;
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.insert(0, alice.buy("TEA-100", 1).await);
    }
    alice.cancel(placed[0]).await.ok();
    let mut seen = Vec::new();
    let mut path = "/orders?limit=2".to_owned();
    loop {
        let page = alice.get(&path).await.ok().data();
        assert_eq!((&page["total"], &page["totalPages"], &page["limit"]), (&json!(5), &json!(3), &json!(2)));
        seen.extend(page["items"].as_array().unwrap().iter().map(|order| order["id"].as_i64().unwrap()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/orders?limit=2&after={cursor}");
    }
    assert_eq!(seen, placed, "the newest first");
    let second = alice.get("/orders?limit=2&page=2").await.ok().data();
    assert_eq!(second["items"][0]["id"], placed[2]);
    let cancelled = alice.get("/orders?status=cancelled").await.ok().data();
    assert_eq!((&cancelled["total"], &cancelled["items"][0]["id"]), (&json!(1), &json!(placed[0])));
    assert_eq!(alice.get("/orders?page=9").await.ok().data()["items"], json!([]));
}

fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

async fn stock_of(shop: &Shop, product: i64) -> i64 {
    shop.guest().get(&format!("/products/{product}")).await.ok().data()["stock"].as_i64().unwrap()
}
