//! Looking through everything that a shop keeps.

use backends::{Redis, TestDatabase};
use std::path::Path;
use system_tests::Shop;

/// Looks for secrets in everything, and for an address in everything but accounts. Returns how many rows and keys there
/// were, and where something was found.
pub(super) async fn look(shop: &Shop, secrets: &[&str], address: &str) -> (usize, Vec<String>) {
    let mut kept = if shop.database() == "postgres" {
        let mut kept = rows(shop.postgres());
        kept.extend(values(&shop.redis()));
        kept
    } else {
        columns(shop).await
    };
    kept.extend(files(shop.folder()));
    let told = |text: &str| secrets.iter().any(|secret| text.contains(secret));
    let misplaced = |place: &str, text: &str| text.contains(address) && !place.starts_with("users");
    let found = kept.iter().filter(|(place, text)| told(text) || misplaced(place, text));
    let found = found.map(|(place, text)| format!("{place}: {text:.300}")).collect();
    (kept.len(), found)
}

/// Returns every row of every table as text.
fn rows(database: &TestDatabase) -> Vec<(String, String)> {
    let tables = database.query("select tablename from pg_tables where schemaname = 'public' order by 1");
    let of = |table: &str| {
        let rows = database.query(&format!("select replace(it::text, E'\\n', ' ') from \"{table}\" it"));
        rows.lines().map(|row| (table.to_owned(), row.to_owned())).collect::<Vec<_>>()
    };
    let rows: Vec<_> = tables.lines().flat_map(of).collect();
    assert!(rows.iter().any(|(table, row)| table == "users" && row.contains("$2b$")), "rows can be read");
    rows
}

/// Returns every row of every table as text, column by column.
async fn columns(shop: &Shop) -> Vec<(String, String)> {
    let observer = shop.observer().await;
    let mut kept = Vec::new();
    for table in observer.words("select name from sqlite_master where type = 'table'").await {
        for column in observer.words(&format!("select name from pragma_table_info('{table}')")).await {
            let values = format!("select coalesce(cast(\"{column}\" as text), '') from \"{table}\"");
            kept.extend(observer.words(&values).await.into_iter().map(|value| (table.clone(), value)));
        }
    }
    assert!(
        kept.iter().any(|(table, value)| table == "users" && value.starts_with("$2b$")),
        "rows can be read"
    );
    kept
}

/// Returns every key in Redis with its value.
fn values(redis: &Redis) -> Vec<(String, String)> {
    let keys = redis.cli(&["--scan"]);
    let value = |key: &str| match redis.cli(&["TYPE", key]).as_str() {
        "string" => redis.cli(&["GET", key]),
        "hash" => redis.cli(&["HGETALL", key]),
        "list" => redis.cli(&["LRANGE", key, "0", "-1"]),
        "set" => redis.cli(&["SMEMBERS", key]),
        "zset" => redis.cli(&["ZRANGE", key, "0", "-1"]),
        other => panic!("{key} is a {other}, which this test cannot read"),
    };
    let kept: Vec<_> =
        keys.lines().map(|key| ("redis".to_owned(), format!("{key} = {}", value(key)))).collect();
    assert!(kept.iter().any(|(_, text)| text.starts_with("user:token:")), "keys can be read");
    kept
}

/// Returns every file of the shop's folder, the embedded database and its journal among them. They hold the accounts, so an
/// address may be in them.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        (format!("users, in {}", path.display()), text)
    };
    entries.filter(|path| path.is_file()).map(read).collect()
}
