//! Where answers come from: the database first, the cache from then on, the database again after a write; never an old one.

use serde_json::{Value, json};
use system_tests::{Person, Shop, on_both_pairs};

on_both_pairs! {
    products_are_cached_until_they_change,
    listings_and_categories_are_cached_until_they_change,
    an_order_that_leaves_availability_alone_keeps_the_listing_cached,
    a_stock_out_renews_the_listing,
    carts_are_cached_until_they_change,
    carts_follow_the_catalogue,
    orders_are_cached_until_they_change,
    nothing_found_is_never_remembered,
    what_has_not_changed_is_not_sent_again,
}

/// Reads twice: from the database, which stores it, and from the cache. Returns what was read.
async fn fresh_then_cached(shop: &Shop, reader: &Person, path: &str) -> Value {
    let fresh = reader.get(path).await.ok();
    assert_eq!(fresh.source(), shop.database(), "the first read of {path}: {}", fresh.header("cache-status"));
    let status = format!("{}; fwd=miss; stored", shop.cache());
    assert!(fresh.header("cache-status").starts_with(&status), "{}", fresh.header("cache-status"));
    let cached = cached(reader, path).await;
    assert_eq!(cached.0, fresh.data(), "{path}");
    assert_eq!(cached.1, fresh.header("etag"), "the entity tag of {path}");
    fresh.data()
}

/// Reads from the cache. Returns what was read, and its entity tag.
async fn cached(reader: &Person, path: &str) -> (Value, String) {
    let answer = reader.get(path).await.ok();
    assert!(answer.is_cached(), "a later read of {path}: {}", answer.header("cache-status"));
    let status = format!("{}; hit; ttl=", answer.source());
    assert!(answer.header("cache-status").contains(&status), "{}", answer.header("cache-status"));
    (answer.data(), answer.header("etag").to_owned())
}

async fn products_are_cached_until_they_change(shop: &Shop) {
    let (guest, staff) = (shop.guest(), shop.staff().await);
    let tea = shop.stock("TEA-100", 10).await;
    let (by_id, by_slug) = (format!("/products/{}", tea.id), format!("/products/{}", tea.slug));
    for path in [&by_id, &by_slug] {
        let product = fresh_then_cached(shop, &guest, path).await;
        assert_eq!((&product["price"]["amount"], &product["stock"]), (&json!("12.50"), &json!(10)));
    }

    let edited = staff.patch_if(&by_id, &tea.etag, &json!({ "price": { "amount": "15.00" } })).await.ok();
    assert_eq!(edited.source(), shop.database());
    for path in [&by_id, &by_slug] {
        let product = fresh_then_cached(shop, &guest, path).await;
        assert_eq!(product, edited.data());
    }

    let path = format!("/variants/{}/stock", tea.variant);
    staff.post(&path, &json!({ "delta": -1, "reason": "broken" })).await.ok();
    for path in [&by_id, &by_slug] {
        assert_eq!(fresh_then_cached(shop, &guest, path).await["stock"], 9);
    }

    let edited = staff.patch_if(&by_id, edited.header("etag"), &json!({ "slug": "fine-tea" })).await.ok();
    guest.get(&by_slug).await.problem("not-found");
    fresh_then_cached(shop, &guest, "/products/fine-tea").await;
    fresh_then_cached(shop, &guest, &by_id).await;

    staff.delete_if(&by_id, edited.header("etag")).await;
    for path in [&by_id, "/products/fine-tea"] {
        guest.get(path).await.problem("not-found");
    }
}

async fn listings_and_categories_are_cached_until_they_change(shop: &Shop) {
    let (guest, staff) = (shop.guest(), shop.staff().await);
    let tea = shop.stock("TEA-100", 10).await;
    let listings = ["/products", "/products?category=Grocery&sortBy=price&order=ASC", "/categories"];
    for path in listings {
        fresh_then_cached(shop, &guest, path).await;
    }

    shop.stock("TEA-200", 10).await;
    for path in &listings[..2] {
        assert_eq!(fresh_then_cached(shop, &guest, path).await["total"], 2);
    }
    let categories = fresh_then_cached(shop, &guest, "/categories").await;
    assert_eq!(categories["items"], json!([{ "name": "Grocery", "slug": "grocery", "products": 2 }]));

    let path = format!("/products/{}", tea.id);
    let edited = staff.patch_if(&path, &tea.etag, &json!({ "description": "Only words." })).await.ok();
    for path in listings {
        cached(&guest, path).await;
    }
    staff.patch_if(&path, edited.header("etag"), &json!({ "category": "Drinks" })).await.ok();
    assert_eq!(fresh_then_cached(shop, &guest, "/categories").await["items"][0]["name"], "Drinks");
    assert_eq!(fresh_then_cached(shop, &guest, listings[1]).await["total"], 1);
}

async fn an_order_that_leaves_availability_alone_keeps_the_listing_cached(shop: &Shop) {
    let tea = shop.stock("TEA-100", 50).await;
    let alice = shop.customer("alice").await;
    let path = format!("/products/{}", tea.id);
    fresh_then_cached(shop, &alice, "/products").await;
    fresh_then_cached(shop, &alice, &path).await;
    alice.buy("TEA-100", 1).await;
    cached(&alice, "/products").await;
    assert_eq!(fresh_then_cached(shop, &alice, &path).await["stock"], 49);
}

async fn a_stock_out_renews_the_listing(shop: &Shop) {
    shop.stock("TEA-100", 3).await;
    let alice = shop.customer("alice").await;
    let all = ["/products", "/products?category=grocery"];
    let found = |listing: &Value| listing["items"][0]["availability"].as_str().unwrap().to_owned();
    for path in all {
        assert_eq!(found(&fresh_then_cached(shop, &alice, path).await), "low_stock");
    }
    fresh_then_cached(shop, &alice, "/products?inStock=true").await;
    let order = alice.buy("TEA-100", 3).await;
    for path in all {
        assert_eq!(found(&fresh_then_cached(shop, &alice, path).await), "out_of_stock");
    }
    assert_eq!(alice.get("/products?inStock=true").await.ok().data()["total"], 0);
    alice.cancel(order).await.ok();
    assert_eq!(found(&fresh_then_cached(shop, &alice, "/products?inStock=true").await), "low_stock");
}

async fn carts_are_cached_until_they_change(shop: &Shop) {
    let tea = shop.stock("TEA-100", 50).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    fresh_then_cached(shop, &alice, "/cart").await;
    fresh_then_cached(shop, &bob, "/cart").await;
    let item = format!("/cart/items/{}", tea.variant);
    for step in 0..4 {
        let answer = match step {
            0 => alice.add_to_cart("TEA-100", 1).await.created(),
            1 => alice.patch(&item, &json!({ "quantity": 5 })).await.ok(),
            2 => alice.delete(&item).await.ok(),
            _ => alice.delete("/cart").await.ok(),
        };
        assert_eq!(fresh_then_cached(shop, &alice, "/cart").await, answer.data());
    }
    alice.buy("TEA-100", 1).await;
    assert_eq!(fresh_then_cached(shop, &alice, "/cart").await["items"], json!([]));
    cached(&bob, "/cart").await;
}

async fn carts_follow_the_catalogue(shop: &Shop) {
    let tea = shop.stock("TEA-100", 50).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("TEA-100", 2).await.created();
    fresh_then_cached(shop, &alice, "/cart").await;
    let path = format!("/products/{}", tea.id);
    let edit = json!({ "price": { "amount": "10.00" } });
    shop.staff().await.patch_if(&path, &tea.etag, &edit).await.ok();
    assert_eq!(fresh_then_cached(shop, &alice, "/cart").await["subtotal"]["amount"], "20.00");
    shop.customer("bob").await.buy("TEA-100", 1).await;
    cached(&alice, "/cart").await;
}

async fn orders_are_cached_until_they_change(shop: &Shop) {
    shop.stock("TEA-100", 50).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let order = alice.buy("TEA-100", 1).await;
    let path = format!("/orders/{order}");
    fresh_then_cached(shop, &alice, "/orders").await;
    fresh_then_cached(shop, &alice, &path).await;
    bob.buy("TEA-100", 1).await;
    cached(&alice, "/orders").await;

    alice.buy("TEA-100", 1).await;
    assert_eq!(fresh_then_cached(shop, &alice, "/orders").await["total"], 2);
    fresh_then_cached(shop, &alice, &path).await;

    alice.cancel(order).await.ok();
    assert_eq!(fresh_then_cached(shop, &alice, &path).await["status"], "cancelled");
    assert_eq!(fresh_then_cached(shop, &alice, "/orders").await["items"][1]["status"], "cancelled");
}

async fn nothing_found_is_never_remembered(shop: &Shop) {
    let guest = shop.guest();
    for _ in 0..2 {
        guest.get("/products/product-tea-100").await.problem("not-found");
        let empty = guest.get("/products?category=Grocery").await.ok();
        assert_eq!((empty.source().as_str(), &empty.data()["total"]), (shop.database(), &json!(0)));
        assert!(!empty.header("cache-status").contains("stored"), "{}", empty.header("cache-status"));
    }
    shop.stock("TEA-100", 1).await;
    guest.get("/products/product-tea-100").await.ok();
    assert_eq!(guest.get("/products?category=Grocery").await.ok().data()["total"], 1);
}

async fn what_has_not_changed_is_not_sent_again(shop: &Shop) {
    let tea = shop.stock("TEA-100", 50).await;
    let alice = shop.customer("alice").await;
    let order = alice.buy("TEA-100", 1).await;
    let paths = [
        format!("/products/{}", tea.id),
        format!("/products/{}", tea.slug),
        "/products".to_owned(),
        "/categories".to_owned(),
        "/cart".to_owned(),
        "/orders".to_owned(),
        format!("/orders/{order}"),
        "/me".to_owned(),
    ];
    for path in &paths {
        let answer = alice.get(path).await.ok();
        let etag = answer.header("etag");
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{path} has the strong tag {etag:?}");
        for known in [etag, &format!("\"other\", W/{etag}"), "*"] {
            let unchanged = alice.get_unless(path, known).await.not_modified();
            assert_eq!(unchanged.header("etag"), etag, "{path}");
        }
        alice.get_unless(path, "\"other\"").await.ok();
    }
    let personal = ["/cart", "/orders", "/me"];
    for path in personal {
        assert_eq!(alice.get(path).await.header("cache-control"), "private, no-cache", "{path}");
    }
    let etag = alice.get(&paths[0]).await.ok().header("etag").to_owned();
    alice.buy("TEA-100", 1).await;
    let changed = alice.get_unless(&paths[0], &etag).await.ok();
    assert_eq!(changed.data()["stock"], 48);
}
