//! What `redis-cli` shows: the keys that people were told about, for at most half an hour, and nothing secret.

use system_tests::{PASSWORD, Person, Shop};

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_those_that_people_were_told_about() {
    let shop = Shop::open_server().await;
    shop.make(&serde_json::json!({ "name": "Lamp", "description": "", "category": "Electronics",
        "price": { "amount": "25.00" }, "stock": 9, "sku": "LAMP-1" }))
        .await;
    let alice = shop.customer("alice").await;
    let session = format!("user:token:{}", alice.id());
    let is_there = shop.redis().cli(&["EXISTS", &session]);
    assert_eq!(is_there, "1", "a session is in Redis from sign-in on");

    let listing = "category=Electronics&minPrice=20&maxPrice=40&inStock=true&page=1&limit=20&sortBy=createdAt&order=DESC";
    alice.get(&format!("/products?{listing}")).await.ok();
    alice.get("/products?category=Electronics&minPrice=20.00&maxPrice=40.00&inStock=true").await.ok();
    shop.make(&serde_json::json!({ "name": "Odd", "description": "", "category": "a:b*c d/é",
        "price": { "amount": "25.00" }, "stock": 9, "sku": "ODD-1" }))
        .await;
    alice.get("/products?category=a%3Ab%2Ac+d/%C3%A9&sortBy=name").await.ok();
    alice.get("/cart").await.ok();
    let guest = shop.guest();
    let token = guest.add_to_cart("LAMP-1", 1).await.created().header("x-cart-token").to_owned();
    guest.with_cart(&token).get("/cart").await.ok();
    let order = alice.buy("LAMP-1", 1).await;
    for path in ["/cart", "/orders", &format!("/orders/{order}"), "/products/lamp", "/categories"] {
        alice.get(path).await.ok();
    }

    look_into_redis(&shop, &alice, order, &token);
    shop.close().await;
}

fn look_into_redis(shop: &Shop, alice: &Person, order: i64, guest: &str) {
    let (redis, user) = (shop.redis(), alice.id());
    let keys = redis.cli(&["--scan"]);
    let keys: Vec<&str> = keys.lines().collect();
    let expected = [
        format!("user:token:{user}"),
        format!("cart:{user}"),
        "products:Electronics:20:40:true:1:20:createdAt:DESC".to_owned(),
        "products:a%3Ab%2Ac%20d%2F%C3%A9::::1:20:name:DESC".to_owned(),
        format!("orders:{user}:1:20:"),
        format!("order:{user}:{order}"),
        "product:slug:lamp".to_owned(),
        "categories".to_owned(),
    ];
    for key in &expected {
        assert!(keys.contains(&key.as_str()), "{key} is not among {keys:#?}");
    }
    let listings = keys.iter().filter(|key| key.starts_with("products:")).count();
    assert_eq!(listings, 2, "equal questions have one key: {keys:#?}");
    let carts = keys.iter().filter(|key| key.starts_with("cart:")).count();
    assert_eq!(carts, 1, "guests' carts are not kept: {keys:#?}");
    for key in keys {
        assert!(!key.contains(guest), "{key} tells of a token");
        let ttl: i64 = redis.cli(&["TTL", key]).parse().unwrap();
        let most = if key.starts_with("gen:") { 24 * 3600 } else { 1800 };
        assert!(0 < ttl && ttl <= most, "{key} lives {ttl} seconds");
        let value = redis.cli(&["GET", key]);
        for secret in [alice.token(), guest, PASSWORD, "$2b$"] {
            assert!(!value.contains(secret), "{key} holds a secret: {value}");
        }
    }
}
