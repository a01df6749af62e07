//! What staff and operators see of the cache, and what they do about rows that were edited by hand.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use system_tests::{PASSWORD, Person, Shop, on_both_pairs};

on_both_pairs! {
    staff_find_keys_by_pattern,
    a_cell_is_valid_stale_after_a_write_and_valid_after_the_next_read,
    the_figures_tell_what_was_read,
    customers_see_nothing_of_it,
    nothing_secret_is_shown,
    rows_that_were_edited_by_hand_are_read_again_on_demand,
    all_that_was_edited_by_hand_is_read_again_on_demand,
    what_is_no_key_of_a_cell_cannot_be_forgotten,
}

/// Returns all keys that match.
async fn keys(staff: &Person, pattern: &str) -> BTreeSet<String> {
    let (mut keys, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let page =
            staff.get(&format!("/admin/cache/keys?match={pattern}&count=1000{cursor}")).await.ok().data();
        let items = page["items"].as_array().unwrap();
        keys.extend(items.iter().map(|item| item["key"].as_str().unwrap().to_owned()));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return keys,
        }
    }
}

async fn entry(staff: &Person, key: &str) -> Value {
    staff.get(&format!("/admin/cache/entries/{}", key.replace('%', "%25"))).await.ok().data()
}

/// Reads something until it says what it should.
async fn until_it_says(guest: &Person, path: &str, text: &str) {
    let patience = Instant::now() + Duration::from_secs(30);
    while !guest.get(path).await.ok().text().contains(text) {
        assert!(Instant::now() < patience, "{path} does not say {text}");
    }
}

async fn staff_find_keys_by_pattern(shop: &Shop) {
    let (staff, alice) = (shop.staff().await, shop.customer("alice").await);
    shop.stock("TEA-100", 10).await;
    for path in ["/cart", "/products?category=Grocery", "/products?category=a%3Ab%2A%C3%A9"] {
        alice.get(path).await.ok();
    }
    let cart = format!("cart:{}", alice.id());
    let carts = staff.get("/admin/cache/keys?match=cart:*").await.ok();
    assert_eq!((carts.source().as_str(), carts.header("cache-control")), (shop.cache(), "private, no-cache"));
    assert_eq!(carts.data()["items"][0]["key"], cart);
    assert!((1..=1_800).contains(&carts.data()["items"][0]["ttl"].as_u64().unwrap()));
    assert_eq!(keys(&staff, &format!("gen:cart:{}", alice.id())).await.len(), 1);
    let listings = keys(&staff, "products:*").await;
    let listing = "products:Grocery::::1:20:createdAt:DESC";
    assert_eq!(listings, BTreeSet::from([listing.to_owned()]), "empty listings are not kept");
    assert!(keys(&staff, "orders:*").await.is_empty());
    assert_eq!(entry(&staff, listing).await["state"], "valid");
    staff.get("/admin/cache/entries/cart:999999").await.problem("not-found");
}

async fn a_cell_is_valid_stale_after_a_write_and_valid_after_the_next_read(shop: &Shop) {
    let (staff, guest) = (shop.staff().await, shop.guest());
    let tea = shop.stock("TEA-100", 10).await;
    let (path, key) = (format!("/products/{}", tea.id), format!("product:{}", tea.id));
    let shown = guest.get(&path).await.ok().data();
    let valid = entry(&staff, &key).await;
    assert_eq!((&valid["state"], &valid["reason"], &valid["value"]), (&json!("valid"), &json!(null), &shown));
    assert_eq!(
        (&valid["tags"][0]["tag"], &valid["tags"][0]["stored"]),
        (&json!(key), &valid["tags"][0]["current"])
    );

    staff.patch_if(&path, &tea.etag, &json!({ "description": "Only words." })).await.ok();
    let stale = entry(&staff, &key).await;
    assert_eq!((&stale["state"], &stale["reason"]), (&json!("stale"), &json!("a write has replaced it")));
    assert_eq!((&stale["value"], &stale["tags"][0]["current"]), (&shown, &json!(null)));

    guest.get(&path).await.ok();
    let valid = entry(&staff, &key).await;
    assert_eq!((&valid["state"], &valid["value"]["description"]), (&json!("valid"), &json!("Only words.")));
    let generation = entry(&staff, &format!("gen:{key}")).await;
    assert_eq!((&generation["state"], &generation["value"]), (&json!("foreign"), &json!(null)));
}

async fn the_figures_tell_what_was_read(shop: &Shop) {
    let (staff, guest) = (shop.staff().await, shop.guest());
    let tea = shop.stock("TEA-100", 10).await;
    for _ in 0..3 {
        guest.get(&format!("/products/{}", tea.id)).await.ok();
    }
    let stats = staff.get("/admin/cache/stats").await.ok();
    assert_eq!(stats.source(), "memory", "this process' own");
    let stats = stats.data();
    let kinds = stats["kinds"].as_array().unwrap();
    let product = kinds.iter().find(|kind| kind["kind"] == "product").unwrap();
    assert_eq!((&product["misses"], &product["fills"]), (&json!(1), &json!(1)), "{stats}");
    assert_eq!(product["hits"].as_u64().unwrap() + product["tierHits"].as_u64().unwrap(), 2);
    assert_eq!(stats["relay"]["open"], true);
    assert_eq!(stats["redis"].is_null(), shop.cache() == "memory");
}

async fn customers_see_nothing_of_it(shop: &Shop) {
    let alice = shop.customer("alice").await;
    for path in ["keys", "entries/cart:1", "stats"] {
        let path = format!("/admin/cache/{path}");
        alice.get(&path).await.with_status(403).problem("forbidden");
        shop.guest().get(&path).await.with_status(401).problem("authentication-required");
    }
}

async fn nothing_secret_is_shown(shop: &Shop) {
    let (staff, alice) = (shop.staff().await, shop.customer("alice").await);
    shop.stock("TEA-100", 10).await;
    let order = alice.buy("TEA-100", 1).await;
    for path in ["/me", "/auth/sessions", "/cart", "/orders", &format!("/orders/{order}")] {
        alice.get(path).await.ok();
    }
    let all = keys(&staff, "*").await;
    assert!(all.contains(&format!("user:token:{}", alice.id())), "{all:?}");
    for key in all {
        let shown = entry(&staff, &key).await.to_string();
        for secret in [alice.token(), staff.token(), PASSWORD, "$2b$", "eyJ"] {
            assert!(!shown.contains(secret), "{key} holds a secret: {shown}");
        }
    }
}

async fn rows_that_were_edited_by_hand_are_read_again_on_demand(shop: &Shop) {
    let guest = shop.guest();
    let (tea, mug) = (shop.stock("TEA-100", 10).await, shop.stock("MUG-100", 10).await);
    let (tea_path, mug_path) = (format!("/products/{}", tea.id), format!("/products/{}", mug.id));
    for path in [&tea_path, &mug_path] {
        guest.get(path).await.ok();
    }
    shop.sql("update products set description = 'Edited by hand.'").await;
    for path in [&tea_path, &mug_path] {
        let old = guest.get(path).await.ok();
        assert!(old.is_cached() && !old.text().contains("Edited by hand."), "nobody knows yet");
    }
    assert_eq!(shop.run(&format!("app cache forget product:{}", tea.id)).await, ExitCode::SUCCESS);
    until_it_says(&guest, &tea_path, "Edited by hand.").await;
    let other = guest.get(&mug_path).await.ok();
    assert!(other.is_cached() && !other.text().contains("Edited by hand."), "the other was not forgotten");
}

async fn all_that_was_edited_by_hand_is_read_again_on_demand(shop: &Shop) {
    let (guest, alice) = (shop.guest(), shop.customer("alice").await);
    let tea = shop.stock("TEA-100", 10).await;
    alice.add_to_cart("TEA-100", 1).await.created();
    let paths = [format!("/products/{}", tea.id), format!("/products/{}", tea.slug), "/products".to_owned()];
    for path in &paths {
        guest.get(path).await.ok();
    }
    alice.get("/cart").await.ok();
    shop.sql("update products set name = 'Edited by hand.'").await;
    assert_eq!(shop.run("app cache forget --all").await, ExitCode::SUCCESS);
    for path in &paths {
        until_it_says(&guest, path, "Edited by hand.").await;
    }
    until_it_says(&alice, "/cart", "Edited by hand.").await;
    shop.command().await.settled().await;
    let patience = Instant::now() + Duration::from_secs(30);
    while !guest.get(&paths[0]).await.ok().is_cached() {
        assert!(Instant::now() < patience, "cells are never served again");
    }
}

async fn what_is_no_key_of_a_cell_cannot_be_forgotten(shop: &Shop) {
    for line in ["app cache forget gen:cart:2", "app cache forget", "app cache forget --all cart:2"] {
        assert_eq!(shop.run(line).await, ExitCode::from(2), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_in_memory_is_told_of() {
    let shop = Shop::open_server().await;
    let (staff, tea) = (shop.staff().await, shop.stock("TEA-100", 10).await);
    let (path, key) = (format!("/products/{}", tea.id), format!("product:{}", tea.id));
    shop.guest().get(&path).await.ok();
    assert_eq!(entry(&staff, &key).await["inMemory"], false, "a copy is taken of what Redis answers");
    let patience = Instant::now() + Duration::from_secs(30);
    while shop.guest().get(&path).await.ok().source() != "memory" {
        assert!(Instant::now() < patience, "no copy is ever taken");
    }
    assert_eq!(entry(&staff, &key).await["inMemory"], true);
    staff.patch_if(&path, &tea.etag, &json!({ "description": "Only words." })).await.ok();
    assert_eq!(entry(&staff, &key).await["inMemory"], false);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_down_only_the_figures_are_shown() {
    let shop = Shop::open_server().await;
    let staff = shop.staff().await;
    shop.redis().kill();
    for path in ["/admin/cache/keys", "/admin/cache/entries/cart:2"] {
        let answer = staff.get(path).await.with_status(503);
        answer.problem("unavailable");
        assert!(!answer.header("retry-after").is_empty());
    }
    assert_eq!(staff.get("/admin/cache/stats").await.ok().source(), "memory");
    for line in ["app cache keys", "app cache show cart:2", "app cache stats"] {
        assert_eq!(shop.run(line).await, ExitCode::FAILURE, "{line}");
    }
    assert_eq!(shop.run("app cache forget cart:2").await, ExitCode::SUCCESS, "it needs the database alone");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_is_walked_through_and_never_asked_for_all_keys() {
    let shop = Shop::open_server().await;
    let staff = shop.staff().await;
    let fill = "for i = 1, 2500 do redis.call('set', 'theirs:' .. i, 'hunter2') end";
    let _ = shop.redis().cli(&["EVAL", fill, "0"]);
    let theirs = keys(&staff, "theirs:*").await;
    assert_eq!(theirs.len(), 2_500);
    let shown = entry(&staff, "theirs:1").await;
    assert_eq!(
        (&shown["state"], &shown["value"], &shown["ttl"]),
        (&json!("foreign"), &json!(null), &json!(null))
    );
    for line in [
        "app cache keys --match theirs:* --count 2",
        "app cache show theirs:1",
        "app cache stats",
        "app cache forget --all",
    ] {
        assert_eq!(shop.run(line).await, ExitCode::SUCCESS, "{line}");
    }
    shop.command().await.settled().await;
    let stats = shop.redis().cli(&["INFO", "commandstats"]);
    assert!(stats.contains("cmdstat_scan:") && !stats.contains("cmdstat_keys:"), "{stats}");
    assert_eq!(keys(&staff, "theirs:*").await.len(), 2_500, "what is not ours stays");
    shop.close().await;
}
