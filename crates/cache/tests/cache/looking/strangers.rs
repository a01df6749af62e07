//! Redis is shared: what other programs keep there is listed and never shown, and nobody is held up.

use super::Eye;
use crate::stage::key;
use domain::inspection::{CacheInspector, EntryState, InspectionError, KeyQuery};

#[tokio::test]
async fn what_another_program_keeps_is_listed_and_not_shown() {
    let eye = Eye::on_redis().await;
    for command in [
        &["SET", "theirs:text", "hunter2"][..],
        &["SET", "theirs:json", r#"{"password":"hunter2"}"#],
        &["LPUSH", "theirs:list", "hunter2"],
        &["HSET", "theirs:hash", "password", "hunter2"],
        &["SADD", "cart:9", "hunter2"],
        &["SET", "cart:8", "hunter2"],
        &["EVAL", "return redis.call('set', 'theirs:\\255\\0', 'hunter2')", "0"],
    ] {
        let _ = eye.server().cli(command);
    }
    let keys = eye.keys("*").await;
    let expected =
        ["cart:8", "cart:9", "theirs:\u{fffd}\0", "theirs:hash", "theirs:json", "theirs:list", "theirs:text"];
    assert_eq!(keys.iter().map(String::as_str).collect::<std::collections::BTreeSet<_>>(), expected.into());
    for key in expected.iter().filter(|key| !key.contains('\0')) {
        let entry = eye.entry(key).await.unwrap();
        assert_eq!((entry.state, entry.ttl), (EntryState::Foreign, None), "{key}");
        let is_text = ["cart:8", "theirs:text", "theirs:json"].contains(key);
        assert_eq!(entry.bytes.is_some(), is_text, "{key}");
        let shown = serde_json::to_string(&entry).unwrap();
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[tokio::test]
async fn redis_is_never_asked_for_all_keys_at_once() {
    let eye = Eye::on_redis().await;
    eye.read(&key()).await;
    let fill = "for i = 1, 5000 do redis.call('set', 'theirs:' .. i, i) end";
    let _ = eye.server().cli(&["EVAL", fill, "0"]);
    let _ = eye.server().cli(&["CONFIG", "RESETSTAT"]);
    eye.keys("*").await;
    eye.entry("cart:2").await.unwrap();
    let (keys, _) = eye.page("cart:2", 1, None).await;
    assert_eq!(keys, ["cart:2"], "one among thousands takes wider steps, not more pages");
    let stats = eye.server().cli(&["INFO", "commandstats"]);
    assert!(stats.contains("cmdstat_scan:") && !stats.contains("cmdstat_keys:"), "{stats}");
}

#[tokio::test]
async fn one_page_is_a_bounded_amount_of_work() {
    let eye = Eye::on_redis().await;
    let fill = "for i = 1, 120000 do redis.call('set', 'theirs:' .. i, i) end";
    let _ = eye.server().cli(&["EVAL", fill, "0"]);
    let _ = eye.server().cli(&["CONFIG", "RESETSTAT"]);
    let (keys, cursor) = eye.page("cart:*", 100, None).await;
    assert!(keys.is_empty() && cursor.is_some(), "it goes on, on another page");
    let stats = eye.server().cli(&["INFO", "commandstats"]);
    assert!(stats.contains("cmdstat_scan:calls=100,"), "{stats}");
    assert_eq!(eye.page("cart:*", 100, cursor).await, (Vec::new(), None));
}

#[tokio::test]
async fn a_redis_that_is_down_is_said_to_be() {
    let mut eye = Eye::on_redis().await;
    eye.read(&key()).await;
    eye.server.as_mut().unwrap().kill();
    let all = KeyQuery::default();
    let unavailable = |error: &InspectionError| matches!(error, InspectionError::Unavailable(_));
    assert!(eye.inspector.keys(&all).await.is_err_and(|error| unavailable(&error)));
    assert!(eye.inspector.entry("cart:2").await.is_err_and(|error| unavailable(&error)));
    assert_eq!(eye.inspector.stats().relay.passes, 1);
}
