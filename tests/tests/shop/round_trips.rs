//! What a hot read costs in Redis, from Redis' own counters: nothing for what is public, one command for each cell of
//! somebody's own, and the two of an authenticated read in one latency.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use system_tests::{Person, Shop, Tap};

/// Those that reads, fills and renewals are made of. The others are not caused by reads: `ROLE` is the tier's sign of life,
/// four times a second; `HELLO`, `AUTH` and `INFO` are a connection's introduction; `CONFIG` and the rest are this test's.
const OF_READS: [&str; 6] = ["mget", "get", "set", "expire", "unlink", "del"];

/// Far more than anything here takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Returns how often each command was called since the counters were reset, of those that reads cause.
fn commands(shop: &Shop) -> BTreeMap<String, usize> {
    let stats = shop.redis().cli(&["INFO", "commandstats"]);
    let calls = stats.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
        Some((name.to_owned(), rest.split(',').next()?.parse().ok()?))
    });
    calls.filter(|(name, _)| OF_READS.contains(&name.as_str())).collect()
}

fn reset(shop: &Shop) {
    assert_eq!(shop.redis().cli(&["CONFIG", "RESETSTAT"]), "OK");
}

/// Reads every path this often and returns where the answers came from.
async fn sources(reader: &Person, paths: &[String], times: usize) -> BTreeMap<String, usize> {
    let mut sources = BTreeMap::new();
    for _ in 0..times {
        for path in paths {
            *sources.entry(reader.get(path).await.ok().source()).or_default() += 1;
        }
    }
    sources
}

fn all(name: &str, count: usize) -> BTreeMap<String, usize> {
    BTreeMap::from([(name.to_owned(), count)])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_public_and_hot_asks_redis_nothing() {
    let shop = Shop::open_server().await;
    let (tea, guest) = (shop.stock("TEA-100", 50).await, shop.guest());
    shop.command().await.settled().await;
    let paths = [
        format!("/products/{}", tea.id),
        format!("/products/{}", tea.slug),
        "/products".to_owned(),
        "/products?category=Grocery&inStock=true&sortBy=price&order=ASC".to_owned(),
        "/categories".to_owned(),
    ];
    let patience = Instant::now() + PATIENCE;
    loop {
        reset(&shop);
        let (sources, commands) = (sources(&guest, &paths, 10).await, commands(&shop));
        println!("{sources:?} at the price of {commands:?}");
        if sources == all("memory", 50) {
            assert_eq!(commands, BTreeMap::new());
            break;
        }
        assert!(Instant::now() < patience, "the tier never serves everything");
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hot_cart_costs_one_command_and_its_session_another() {
    let shop = Shop::open_server().await;
    shop.stock("TEA-100", 50).await;
    let alice = shop.customer("alice").await;
    let order = alice.buy("TEA-100", 1).await;
    alice.add_to_cart("TEA-100", 2).await.created();
    shop.command().await.settled().await;
    for path in ["/cart".to_owned(), "/orders".to_owned(), format!("/orders/{order}")] {
        let paths = [path];
        let patience = Instant::now() + PATIENCE;
        loop {
            reset(&shop);
            let (sources, commands) = (sources(&alice, &paths, 10).await, commands(&shop));
            println!("{sources:?} at the price of {commands:?}");
            if sources == all("redis", 10) {
                assert_eq!(commands, all("mget", 20));
                break;
            }
            assert!(Instant::now() < patience, "the cells are never hot");
        }
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_and_the_cart_are_read_in_one_latency() {
    let shop = Shop::open_server().await;
    let server = format!("127.0.0.1:{}", shop.redis().port());
    let tap = Tap::on(&server, "MGET").await;
    let cache = format!("redis://{}", tap.address());
    let behind = shop.second_instance_with(&[("APP__CACHE__URL", cache)]).await;
    let alice = behind.customer("alice").await;
    shop.command().await.settled().await;
    let patience = Instant::now() + PATIENCE;
    while alice.get("/cart").await.ok().source() != "redis" {
        assert!(Instant::now() < patience, "the cart is never hot");
    }
    // Redis alone can answer, and none of its answers arrives before both questions were asked. Who waits for the first
    // answer before asking the second question gets none.
    let _ = shop.postgres().query("alter table users rename to away; alter table carts rename to gone");
    let answer = loop {
        tap.pass_while(|said| said >= 2);
        let answer = alice.get("/cart").await;
        if answer.status() == 200 {
            break answer;
        }
        // Both questions must be asked within 40 ms, which a machine that is busy may not manage.
        assert!(Instant::now() < patience, "the second question waits for the first answer: {answer:?}");
    };
    assert_eq!((answer.source().as_str(), tap.said()), ("redis", 2));
    behind.close().await;
    shop.close().await;
}
