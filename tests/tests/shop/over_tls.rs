//! The whole shop with a Redis that speaks TLS and asks for a password: nothing else is different.

use backends::Redis;
use std::time::{Duration, Instant};
use system_tests::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_uses_a_redis_that_speaks_tls() {
    let shop = Shop::open_on(Redis::start_tls()).await;
    let tea = shop.stock("TEA-100", 50).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("TEA-100", 2).await.created();
    for path in [&format!("/products/{}", tea.id), "/cart"] {
        assert_eq!(alice.get(path).await.ok().source(), "postgres");
        assert_eq!(alice.get(path).await.ok().source(), "redis");
    }
    let patience = Instant::now() + Duration::from_secs(30);
    while alice.get("/products").await.ok().source() != "memory" {
        assert!(Instant::now() < patience, "Redis reports no changes over TLS");
    }
    assert_eq!(shop.get("/health/ready").await.ok().json()["status"], "ready");
    alice.post_nothing("/auth/signout").await.no_content();
    alice.get("/cart").await.problem("invalid-token");
    shop.close().await;
}
