//! Many customers at once, and what the database notices of them: one question for a thousand, and none for a listing that
//! an order left as it was.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use system_tests::{Answer, Person, Proxy, Shop, on_both_pairs};
use tokio::task::JoinSet;

on_both_pairs! {
    an_order_that_leaves_availability_alone_keeps_every_listing_hot,
}

/// Far more than anything here takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// Reads every path, and returns for how many the caches had nothing and for how many they had. A cache that was late for
/// somebody says neither.
async fn misses_and_hits(reader: &Person, paths: &[String]) -> (usize, usize) {
    let (mut misses, mut hits) = (0, 0);
    for path in paths {
        let answer = reader.get(path).await.ok();
        let status = answer.header("cache-status");
        misses += usize::from(status.contains("fwd=miss") && !status.contains("; hit"));
        hits += usize::from(status.contains("; hit"));
    }
    (misses, hits)
}

/// Returns listings of every kind that are not empty.
fn listings() -> Vec<String> {
    let mut paths = Vec::new();
    for category in ["", "&category=Grocery", "&category=Books"] {
        for filter in
            ["", "&inStock=true", "&minPrice=5", "&maxPrice=40", "&minPrice=5&maxPrice=40&inStock=true"]
        {
            for sorting in ["createdAt", "price", "name"] {
                for order in ["ASC", "DESC"] {
                    for page in ["page=1&limit=20", "page=1&limit=2", "page=2&limit=2"] {
                        paths.push(format!(
                            "/products?{page}{category}{filter}&sortBy={sorting}&order={order}"
                        ));
                    }
                }
            }
        }
    }
    paths
}

async fn an_order_that_leaves_availability_alone_keeps_every_listing_hot(shop: &Shop) {
    for (number, category) in ["Grocery", "Books"].into_iter().cycle().take(8).enumerate() {
        let new = serde_json::json!({ "name": format!("Thing {number}"), "description": "", "category": category,
            "price": { "amount": format!("{}.50", 10 + number) }, "stock": 50, "sku": format!("THING-{number}") });
        shop.make(&new).await;
    }
    let (alice, guest) = (shop.customer("alice").await, shop.guest());
    shop.command().await.settled().await;
    let (books, others): (Vec<_>, Vec<_>) =
        listings().into_iter().partition(|path| path.contains("category=Books"));
    let paths = [books.as_slice(), &others, &["/categories".to_owned()]].concat();
    let patience = Instant::now() + PATIENCE;
    while misses_and_hits(&guest, &paths).await.0 > 0 {
        assert!(Instant::now() < patience, "the listings are never hot");
    }

    for number in 0..4 {
        alice.add_to_cart(&format!("THING-{number}"), 3).await.created();
    }
    alice.place_order().await.created();
    let (misses, hits) = misses_and_hits(&guest, &paths).await;
    println!("after an order of 4 products: {misses} of {} listings missed, {hits} hit", paths.len());
    assert_eq!(misses, 0);

    // The same order for all that there is of something changes what listings show, and none of those may be kept.
    alice.buy("THING-0", 47).await;
    let (misses, hits) = misses_and_hits(&guest, &others).await;
    println!(
        "after one that sold something out: {misses} of {} that show it missed, {hits} hit",
        others.len()
    );
    assert_eq!((hits, misses_and_hits(&guest, &books).await.0), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_who_ask_for_the_same_product_are_one_question_to_the_database() {
    let shop = Shop::open_server().await;
    let path = format!("/products/{}", shop.stock("TEA-100", 50).await.id);
    let url = shop.postgres().url();
    let address = url.split(['@', '/']).nth(3).unwrap();
    let line = Proxy::to(address).await;
    let behind = url.replace(address, line.url().trim_start_matches("redis://"));
    let settings = [("APP__DATABASE__URL", behind), ("APP__CACHE__TIER__ENABLED", "false".to_owned())];
    let behind = shop.second_instance_with(&settings).await;
    shop.command().await.settled().await;

    let patience = Instant::now() + PATIENCE;
    loop {
        let (answers, questions) = ask_at_once(&shop, &behind, &path, &line).await;
        let count =
            |part: &str| answers.iter().filter(|answer| answer.header("cache-status").contains(part)).count();
        let (missed, collapsed) = (count("fwd=miss"), count("collapsed"));
        println!(
            "1000 requests: {missed} misses, {collapsed} collapsed, {questions} waiting for the database"
        );
        if missed == 1_000 {
            assert_eq!((questions, collapsed), (1, 999));
            assert_eq!(answers.iter().map(Answer::text).collect::<BTreeSet<_>>().len(), 1);
            break;
        }
        // Redis was late for some, on a machine that is busy.
        assert!(Instant::now() < patience, "Redis is late for somebody every time");
    }
    behind.close().await;
    shop.close().await;
}

/// Has a thousand ask while nothing reaches the database. Returns what they were answered, and how many questions it then
/// had to answer.
async fn ask_at_once(shop: &Shop, behind: &Shop, path: &str, line: &Proxy) -> (Vec<Answer>, usize) {
    for _ in 0..8 {
        behind.guest().get(path).await.ok(); // every held connection was made
    }
    assert_eq!(shop.redis().cli(&["FLUSHALL"]), "OK");
    assert_eq!(shop.redis().cli(&["CONFIG", "RESETSTAT"]), "OK");
    line.hold();
    let mut crowd = JoinSet::new();
    while crowd.len() < 1_000 {
        // They come in groups, so that Redis is in time for everybody.
        for _ in 0..20 {
            let (guest, path) = (behind.guest(), path.to_owned());
            crowd.spawn(async move { guest.get(&path).await });
        }
        let patience = Instant::now() + Duration::from_millis(200);
        while looks(shop) < crowd.len() && Instant::now() < patience {}
    }
    let lock = shop.postgres().lock("products");
    line.pass();
    let waiting = "select count(*) from pg_stat_activity \
                   where datname = current_database() and wait_event_type = 'Lock'";
    let count = || shop.postgres().query(waiting).parse().unwrap();
    let (mut questions, patience) = (count(), Instant::now() + Duration::from_secs(2));
    while questions == 0 && Instant::now() < patience {
        questions = count();
    }
    drop(lock);
    (crowd.join_all().await, questions)
}

/// Returns how often somebody looked for a cell.
fn looks(shop: &Shop) -> usize {
    let stats = shop.redis().cli(&["INFO", "commandstats"]);
    let calls = stats.lines().find_map(|line| line.strip_prefix("cmdstat_mget:calls="));
    calls.and_then(|calls| calls.split(',').next()).map_or(0, |calls| calls.parse().unwrap())
}
