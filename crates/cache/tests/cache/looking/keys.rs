//! Keys: found by pattern, alike on both stores, page by page until there are no more.

use super::{Eye, on_both_stores};
use crate::stage::key;
use bytes::Bytes;
use cache::CellKey;
use domain::inspection::{CacheInspector, InspectionError, KeyQuery};
use domain::{ProductId, UserId};
use std::collections::BTreeSet;
use std::time::Duration;

impl Eye {
    /// Puts something at a key, whatever it is called.
    async fn put(&self, key: &str) {
        let ttl = Duration::from_mins(1);
        self.store.write(key, Bytes::from_static(b"x"), ttl).await.unwrap();
    }
}

/// Keys that have bytes of every kind, between spaces.
const NAMES: &str = r"cart:2 cart:22 cart:3 cart: cart Cart:2 user:token:2 gen:cart:2 a b a-c ] [ *x \ é";

/// Patterns that have elements of every kind, also broken ones.
const PATTERNS: &str = r"* ** cart:* cart:? cart:?? *:2 *2 c*t*2 *a* *a*a* *[2] *[^2] ? ?? a?c ?x cart:2 [ab] [^ab] [a-c] [c-a]
    [^a-c] [cC]art:2 cart:[2-3] cart:[^3]* cart:[ cart:[2 cart:[2- cart:[2-3 [] []] [^] [^]] [\]] [\a] [a\-c] [a-\]] [ [[] [a
    \*x \* \\ \ *\ \? c\art:2 a-c a[-]c [+--]";

on_both_stores! {
    async fn keys_are_found_by_pattern_with_their_time(eye: Eye) {
        assert!(eye.keys("*").await.is_empty());
        for key in [key(), CellKey::cart(UserId(3)), CellKey::product(ProductId(2))] {
            eye.read(&key).await;
        }
        assert_eq!(eye.keys("cart:*").await, ["cart:2", "cart:3"]);
        assert_eq!(eye.keys("*:2").await, ["cart:2", "gen:cart:2", "gen:product:2", "product:2"]);
        assert!(eye.keys("orders:*").await.is_empty());
        let all = KeyQuery::default();
        for item in eye.inspector.keys(&all).await.unwrap().value.items {
            let longest = if item.key.starts_with("gen:") { 86_400 } else { 1_800 };
            assert!((longest - 200..=longest).contains(&item.ttl.unwrap()), "{item:?}");
        }
    }

    async fn every_key_is_on_some_page(eye: Eye) {
        let mut names = BTreeSet::new();
        for number in 0..1_234 {
            let name = format!("{}:{number}", if number % 100 == 7 { "rare" } else { "often" });
            eye.put(&name).await;
            names.insert(name);
        }
        for (pattern, count) in [("*", 1_000), ("*", 100), ("*", 7), ("rare:*", 5), ("rare:*", 1_000), ("none:*", 1)] {
            let wanted: BTreeSet<_> = names.iter().filter(|name| name.starts_with(&pattern[..1]) || pattern == "*").collect();
            let (mut seen, mut cursor) = (BTreeSet::new(), None);
            for _ in 0..2_000 {
                let (keys, next) = eye.page(pattern, count, cursor).await;
                assert!(keys.len() <= 1_000 + count as usize, "{} at once", keys.len());
                seen.extend(keys);
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert!(cursor.is_none(), "{pattern} by {count} has no end");
            assert_eq!(seen.iter().collect::<BTreeSet<_>>(), wanted, "{pattern} by {count}");
        }
    }

    async fn a_cursor_that_no_page_gave_is_refused(eye: Eye) {
        for cursor in ["x!", "-1", "1.5", " "] {
            let query = KeyQuery { cursor: Some(cursor.to_owned()), ..KeyQuery::default() };
            assert_eq!(eye.inspector.keys(&query).await.unwrap_err(), InspectionError::Cursor, "{cursor:?}");
        }
    }

    async fn what_is_written_between_two_pages_costs_no_other_key(eye: Eye) {
        for number in 0..300 {
            eye.put(&format!("stays:{number}")).await;
        }
        let (keys, mut cursor) = eye.page("*", 50, None).await;
        let mut seen: BTreeSet<String> = keys.into_iter().collect();
        while cursor.is_some() {
            eye.put(&format!("comes:{}", seen.len())).await;
            let (keys, next) = eye.page("*", 50, cursor).await;
            seen.extend(keys);
            cursor = next;
        }
        assert_eq!(seen.iter().filter(|name| name.starts_with("stays:")).count(), 300);
    }
}

#[tokio::test]
async fn a_pattern_finds_the_same_keys_in_memory_as_in_redis() {
    let (memory, redis) = (Eye::on_memory().await, Eye::on_redis().await);
    for name in NAMES.split_whitespace() {
        memory.put(name).await;
        redis.put(name).await;
    }
    let found = redis.keys("*").await;
    assert_eq!(found.len(), NAMES.split_whitespace().count());
    for pattern in PATTERNS.split_whitespace() {
        assert_eq!(memory.keys(pattern).await, redis.keys(pattern).await, "{pattern}");
    }
}
