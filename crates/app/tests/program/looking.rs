//! `app cache`: what operators read, and what an embedded shop tells them instead.

use crate::Place;
use backends::{Postgres, Redis};

#[test]
fn an_embedded_shop_names_where_its_cells_can_be_seen() {
    let place = Place::new(&[]);
    for line in ["cache keys", "cache show cart:2", "cache stats"] {
        let refused = place.run(line, "");
        assert_eq!(
            (refused.code, refused.out.as_str(), refused.err.lines().count()),
            (Some(1), "", 1),
            "{line}"
        );
        assert!(refused.err.contains("/api/v1/admin/cache/entries/KEY"), "{}", refused.err);
    }
    assert!(!place.data("").exists(), "looking leaves nothing behind");
    let forgotten = place.run("cache forget product:7 cart:2", "");
    assert_eq!(forgotten.code, Some(0), "{}", forgotten.err);
}

#[test]
fn what_is_no_key_is_answered_with_those_that_are() {
    let refused = Place::new(&[]).run("cache forget product:7 gen:product:7", "");
    assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""));
    for form in ["gen:product:7", "product:slug:SLUG", "products:CATEGORY:…", "categories", "user:token:USER"]
    {
        assert!(refused.err.contains(form), "no {form}: {}", refused.err);
    }
}

#[tokio::test]
async fn operators_look_into_redis() {
    let (database, redis) = (Postgres::shared().create_database(), Redis::start());
    let place = Place::new(&[
        ("APP__DATABASE__URL", database.url()),
        ("APP__CACHE__URL", redis.url()),
        ("APP__SHOP__SEED_DEMO", "true"),
    ]);
    let server = place.serve();
    for path in ["/api/v1/products", "/api/v1/products/1", "/api/v1/categories"] {
        assert!(reqwest::get(server.url(path)).await.unwrap().status().is_success());
    }
    let _ = redis.cli(&["SET", "theirs:\u{1b}[2J", "hunter2"]);

    let keys = place.run("cache keys --match product*", "");
    assert_eq!(keys.code, Some(0), "{}", keys.err);
    let mut lines: Vec<(&str, &str)> =
        keys.out.lines().map(|line| line.trim().split_once("  ").unwrap()).collect();
    lines.sort_unstable_by_key(|(_, key)| *key);
    assert_eq!(
        lines.iter().map(|(_, key)| *key).collect::<Vec<_>>(),
        ["product:1", "products:::::1:20:createdAt:DESC"]
    );
    assert!(
        lines.iter().all(|(ttl, _)| (1_600..=1_800).contains(&ttl.parse::<u32>().unwrap())),
        "{}",
        keys.out
    );
    let few = place.run("cache keys --count 2", "");
    assert_eq!((few.out.lines().count(), few.err.contains("--count")), (2, true));

    let shown = place.run("cache show product:1", "").out;
    for part in [
        "key          product:1\n",
        "state        valid\n",
        "tag          product:1 stored under ",
        "value        {\"id\":1,",
    ] {
        assert!(shown.contains(part), "no {part}: {shown}");
    }
    let _ = redis.cli(&["UNLINK", "gen:product:1"]);
    let shown = place.run("cache show product:1", "").out;
    assert!(
        shown.contains("state        stale: a write has replaced it\n") && shown.contains(", now none\n"),
        "{shown}"
    );
    let nothing = place.run("cache show cart:2", "");
    assert_eq!(nothing.code, Some(1));
    assert!(
        nothing.err.ends_with(
            "error: there is nothing at cart:2
"
        ),
        "{}",
        nothing.err
    );

    let stats = place.run("cache stats", "").out;
    for line in [
        "product      1",
        "listing      1",
        "categories   1",
        "cart         0",
        "counts       0",
        "other keys   1",
        "outbox       0",
    ] {
        assert!(stats.lines().any(|shown| shown == line), "no {line}: {stats}");
    }
    let theirs = place.run("cache keys --match theirs:*", "").out;
    assert!(theirs.contains("theirs:\\u{1b}[2J") && !theirs.contains('\u{1b}'), "{theirs}");
    assert_eq!(place.run("cache forget product:1 products:::::1:20:createdAt:DESC", "").code, Some(0));
    assert_eq!(server.end("-TERM").code, Some(0));
}
