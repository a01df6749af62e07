//! What is Redis' own: what an operator sees in it, and what one read costs.

use crate::stage::{Database, cells, is_hit, key, read, redis_store};
use backends::Redis;
use cache::CellKey;
use domain::{ProductId, UserId};
use std::collections::BTreeMap;

/// Returns how often each command was called since `CONFIG RESETSTAT`, but for our own.
fn commands(server: &Redis) -> BTreeMap<String, usize> {
    let stats = server.cli(&["INFO", "commandstats"]);
    let calls = stats.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
        Some((name.to_owned(), rest.split(',').next()?.parse().ok()?))
    });
    calls.filter(|(name, _)| !name.starts_with("config") && name != "info").collect()
}

#[tokio::test]
async fn a_hit_is_one_command() {
    let server = Redis::start();
    let (cells, database) = (cells(redis_store(&server, "database")), Database::holding("tea"));
    for _ in 0..8 {
        read(&cells, &database).await; // every held connection was made, and introduced itself
    }
    let _ = server.cli(&["CONFIG", "RESETSTAT"]);
    for _ in 0..10 {
        assert!(is_hit(&read(&cells, &database).await));
    }
    assert_eq!(commands(&server), BTreeMap::from([("mget".to_owned(), 10)]));

    let _ = server.cli(&["CONFIG", "RESETSTAT"]);
    cells.renew(key().tags()).await;
    assert_eq!(commands(&server), BTreeMap::from([("unlink".to_owned(), 1)]));
    let _ = server.cli(&["CONFIG", "RESETSTAT"]);
    read(&cells, &database).await;
    // One look, two generations to place and a cell to write.
    let miss = [("mget", 1), ("set", 3)].map(|(name, calls)| (name.to_owned(), calls));
    assert_eq!(commands(&server), BTreeMap::from(miss));
}

#[tokio::test]
async fn cells_live_27_to_30_minutes_and_not_all_alike() {
    let server = Redis::start();
    let cells = cells(redis_store(&server, "database"));
    let mut seen = Vec::new();
    for id in 0..20 {
        let key = CellKey::product(ProductId(id));
        cells.read(&key, Database::holding("tea").load()).await.unwrap();
        let ttl: i64 = server.cli(&["TTL", key.as_str()]).parse().unwrap();
        assert!((1_615..=1_800).contains(&ttl), "{ttl}");
        seen.push(ttl);
    }
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() > 5, "{seen:?}");
}

#[tokio::test]
async fn generations_live_24_hours_and_nothing_but_a_write_touches_them() {
    let server = Redis::start();
    let (cells, database) = (cells(redis_store(&server, "database")), Database::holding("tea"));
    let ttl = || server.cli(&["TTL", "gen:variants"]).parse::<i64>().unwrap();
    read(&cells, &database).await;
    assert!((86_300..=86_400).contains(&ttl()));
    let _ = server.cli(&["EXPIRE", "gen:variants", "100"]);
    read(&cells, &database).await;
    cells.read(&CellKey::cart(UserId(3)), database.load()).await.unwrap();
    assert_eq!(ttl(), 100, "a touch would be reported to every in-process tier");
}

#[tokio::test]
async fn an_operator_finds_readable_keys_and_a_readable_cell() {
    let server = Redis::start();
    let cells = cells(redis_store(&server, "database"));
    read(&cells, &Database::holding("tea")).await;
    let keys = server.cli(&["KEYS", "*"]);
    let mut keys: Vec<_> = keys.lines().collect();
    keys.sort_unstable();
    assert_eq!(keys, ["cart:2", "gen:cart:2", "gen:variants"]);
    let cell = server.cli(&["GET", "cart:2"]);
    let (header, json) = cell.split_once('\n').unwrap();
    assert!(header.contains(&format!(r#""cart:2":"{}""#, server.cli(&["GET", "gen:cart:2"]))), "{header}");
    assert_eq!(json, "\"tea\"");
}

#[tokio::test]
async fn strange_values_at_our_keys_cost_a_miss() {
    let server = Redis::start();
    let (cells, database) = (cells(redis_store(&server, "database")), Database::holding("tea"));
    for wreck in [
        ["SET", "cart:2", "x"],
        ["LPUSH", "cart:2", "x"],
        ["SET", "gen:cart:2", "x"],
        ["LPUSH", "gen:cart:2", "x"],
        ["SET", "gen:variants", ""],
    ] {
        read(&cells, &database).await;
        let _ = server.cli(&["DEL", wreck[1]]);
        let _ = server.cli(&wreck);
        assert!(!is_hit(&read(&cells, &database).await), "{wreck:?}");
        // A write heals what a read leaves alone.
        cells.renew(key().tags()).await;
        read(&cells, &database).await;
        assert!(is_hit(&read(&cells, &database).await), "{wreck:?}");
    }
}
