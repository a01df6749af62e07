//! What is Redis' own: instances share the count, nothing in a key tells whom it counts, and without Redis each instance
//! counts for itself.

use super::{Nobody, local, rule, somebody};
use crate::stage::{Database, PATIENT, address, cells, is_back, is_hit, read, redis_store};
use backends::Redis;
use cache::{CellStore, Census, RedisStore, RedisThrottle};
use domain::account::EmailAddress;
use domain::testing::FixedClock;
use domain::throttle::{Subject, Throttle};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn shared(server: &Redis) -> RedisThrottle {
    RedisThrottle::new(redis_store(server, "database"), Arc::new(Nobody))
}

/// An instance that counts for itself when it must.
fn instance(store: &Arc<RedisStore>) -> RedisThrottle {
    RedisThrottle::new(Arc::clone(store), local(&Arc::new(FixedClock::default())))
}

/// Counts until it is once too often, and returns how often it was not.
async fn passes(throttle: &RedisThrottle) -> u32 {
    let mut passed = 0;
    while throttle.count(&rule("a", 3), &somebody(1)).await.is_ok() {
        passed += 1;
        assert!(passed < 100, "nothing limits");
    }
    passed
}

#[tokio::test]
async fn instances_count_together() {
    let server = Redis::start();
    let (one, other) = (shared(&server), shared(&server));
    one.count(&rule("a", 3), &somebody(1)).await.unwrap();
    assert_eq!(other.count(&rule("a", 3), &somebody(1)).await, Ok(rule("a", 3).passed(1)));
    assert_eq!((passes(&one).await, passes(&other).await), (1, 0));
}

#[tokio::test]
async fn a_key_tells_nobody_and_ends_by_itself() {
    let server = Redis::start();
    let ada = Subject::account(&EmailAddress::parse("ada@example.org").unwrap());
    for database in ["database", "another"] {
        let throttle = RedisThrottle::new(redis_store(&server, database), Arc::new(Nobody));
        throttle.count(&rule("sign_in_per_account", 2), &ada).await.unwrap();
    }
    let keys = server.cli(&["KEYS", "*"]);
    assert_eq!(keys.lines().count(), 2, "shops that share a Redis count apart: {keys}");
    for key in keys.lines() {
        let digest = key.strip_prefix("throttle:sign_in_per_account:").unwrap();
        assert!(digest.len() == 32 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{key}");
        let ttl: u64 = server.cli(&["PTTL", key]).parse().unwrap();
        assert!((25_000..=30_000).contains(&ttl), "one of two is given back in half a minute, not {ttl} ms");
        assert!(server.cli(&["GET", key]).bytes().all(|b| b.is_ascii_digit()));
    }
}

#[tokio::test]
async fn without_redis_an_instance_counts_for_itself_and_with_it_again_for_all() {
    let mut server = Redis::start();
    let store = redis_store(&server, "database");
    let (one, other) = (instance(&store), instance(&store));
    assert_eq!(passes(&one).await, 3);
    server.kill();
    assert_eq!((passes(&one).await, passes(&other).await), (3, 3), "one more burst at each, and no more");
    assert_eq!(passes(&one).await, 0);
    server.restart();
    is_back(&store).await;
    assert_eq!((passes(&one).await, passes(&other).await), (3, 0), "a restart has forgotten");
    server.kill();
    assert_eq!((passes(&one).await, passes(&other).await), (0, 0), "the next outage is worth nothing yet");
}

#[tokio::test]
async fn a_redis_that_does_not_answer_is_not_waited_for() {
    let server = Redis::start();
    let store = Arc::new(RedisStore::open(&address(&server), "database").unwrap());
    let throttle = instance(&store);
    server.pause();
    let began = Instant::now();
    assert_eq!(passes(&throttle).await, 3);
    server.resume();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_redis_that_takes_no_writes_does_not_count() {
    let server = Redis::start();
    let throttle = instance(&redis_store(&server, "database"));
    throttle.count(&rule("b", 3), &somebody(1)).await.unwrap();
    let _ = server.cli(&["CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1"]);
    assert_eq!(passes(&throttle).await, 3, "it is full");
    let _ = server.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    let _ = server.cli(&["REPLICAOF", "127.0.0.1", "1"]);
    assert_eq!(passes(&throttle).await, 0, "it is a replica, and the own count is used up");
    assert_eq!(server.cli(&["KEYS", "throttle:a:*"]), "");
}

#[tokio::test]
async fn what_is_flushed_is_begun_again() {
    let server = Redis::start();
    let throttle = shared(&server);
    assert_eq!(passes(&throttle).await, 3);
    let _ = server.cli(&["SCRIPT", "FLUSH"]);
    assert_eq!(passes(&throttle).await, 0, "scripts are no counts");
    let _ = server.cli(&["FLUSHALL"]);
    assert_eq!(passes(&throttle).await, 3);
}

#[tokio::test]
async fn nobody_waits_for_longer_than_a_minute_whatever_lies_there() {
    let server = Redis::start();
    let throttle = instance(&redis_store(&server, "database"));
    throttle.count(&rule("a", 3), &somebody(1)).await.unwrap();
    let key = server.cli(&["KEYS", "throttle:*"]);
    for (strange, passed) in [("9999999999999999", 0), ("x", 3), ("-1", 3), ("", 3), ("1e400", 0)] {
        let _ = server.cli(&["SET", &key, strange]);
        assert_eq!(passes(&throttle).await, passed, "{strange}");
        let refused = throttle.count(&rule("a", 3), &somebody(1)).await.unwrap_err();
        assert!(refused.reset <= Duration::from_secs(20), "{strange}: {refused:?}");
    }
    let _ = server.cli(&["DEL", &key]);
    let _ = server.cli(&["LPUSH", &key, "x"]);
    assert_eq!(passes(&throttle).await, 3, "what is no number is left alone, and the instance counts");
}

#[tokio::test]
async fn counts_and_cells_leave_each_other_alone() {
    let server = Redis::start();
    let store = redis_store(&server, "database");
    let (throttle, cells, database) = (shared(&server), cells(store.clone()), Database::holding("tea"));
    read(&cells, &database).await;
    assert_eq!(passes(&throttle).await, 3);
    assert!(is_hit(&read(&cells, &database).await));
    let census = Census::take(store.as_ref()).await.unwrap();
    assert_eq!((census.generations, census.counts, census.others), (2, 1, 0));
    store.renew_all().await.unwrap();
    assert_eq!(passes(&throttle).await, 0, "forgetting every cell gives nobody another try");
}

#[tokio::test]
async fn a_count_is_one_command() {
    let server = Redis::start();
    let throttle = shared(&server);
    for _ in 0..8 {
        throttle.count(&rule("b", 60), &somebody(1)).await.unwrap(); // every held connection was made
    }
    let _ = server.cli(&["CONFIG", "RESETSTAT"]);
    let begun = tokio::time::timeout(PATIENT, throttle.count(&rule("b", 60), &somebody(1))).await;
    begun.unwrap().unwrap();
    let stats = server.cli(&["INFO", "commandstats"]);
    let sent =
        stats.lines().filter(|line| !line.starts_with("cmdstat_config") && line.starts_with("cmdstat_"));
    let names: Vec<&str> = sent.filter_map(|line| line.split(':').next()).collect();
    assert_eq!(names.len(), 4, "one script, which takes the time, gets and sets: {names:?}");
    assert!(stats.contains("cmdstat_eval:calls=1,"), "{stats}");
}
