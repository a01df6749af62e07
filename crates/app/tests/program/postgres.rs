//! The other pair, by settings alone.

use crate::Place;
use backends::{Postgres, Redis};

#[tokio::test]
async fn an_operator_migrates_before_the_server_starts() {
    let (database, redis) = (Postgres::shared().create_database(), Redis::start());
    let place = Place::new(&[
        ("APP__DATABASE__URL", database.url()),
        ("APP__DATABASE__MIGRATE_ON_START", "false"),
        ("APP__CACHE__URL", redis.url()),
        ("APP__SHOP__SEED_DEMO", "true"),
    ]);
    for line in ["", "seed"] {
        let refused = place.run(line, "");
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains("app migrate"), "{}", refused.err);
    }
    assert_eq!(place.run("migrate", "").code, Some(0));
    assert_eq!(place.run("migrate", "").code, Some(0), "there is nothing left to do");

    let server = place.serve();
    let ask = || async { reqwest::get(server.url("/api/v1/products")).await.unwrap().text().await.unwrap() };
    assert!(ask().await.starts_with(r#"{"source":"postgres""#));
    assert!(ask().await.starts_with(r#"{"source":"redis""#));
    assert_eq!(database.query("select count(*) from products"), "200");
    assert!(!place.data("staff-password").exists(), "only an embedded shop makes staff by itself");
    assert_eq!(server.end("-TERM").code, Some(0));
}

#[tokio::test]
async fn a_server_starts_while_redis_is_down() {
    let database = Postgres::shared().create_database();
    let place =
        Place::new(&[("APP__DATABASE__URL", database.url()), ("APP__CACHE__URL", "redis://127.0.0.1:1")]);
    let server = place.serve();
    let answer = reqwest::get(server.url("/api/v1/products")).await.unwrap();
    assert_eq!(answer.status(), 200);
    let ready = reqwest::get(server.url("/health/ready")).await.unwrap();
    assert_eq!(ready.status(), 200, "a cache that is down makes it slow, not unready");
}

#[test]
fn a_database_that_is_down_is_one_message_without_its_password() {
    let place = Place::new(&[
        ("APP__DATABASE__URL", "postgres://shop:hunter2@127.0.0.1:1/shop"),
        ("APP__CACHE__URL", "redis://127.0.0.1:1"),
    ]);
    let failed = place.run("", "");
    assert_eq!(failed.code, Some(1), "{}", failed.err);
    for part in [
        "postgres://shop:***@127.0.0.1:1/shop cannot be used",
        "(database.url, from the environment variable APP__DATABASE__URL)",
        "the database cannot be reached",
        "onnection refused",
    ] {
        assert!(failed.err.contains(part), "no {part}: {}", failed.err);
    }
    let leaks = ["hunter2", "migrat"].into_iter().find(|word| failed.err.contains(word));
    assert_eq!((leaks, failed.err.lines().count()), (None, 1), "{}", failed.err);
}
