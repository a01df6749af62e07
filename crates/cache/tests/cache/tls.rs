//! Redis over TLS and with a password: who is believed, who is let in, and what is said of those who are not.

use crate::stage::{Database, PATIENT, STORED, address, cells, is_hit, key, outcome, read, text};
use backends::Redis;
use cache::{OpenError, RedisAddress, RedisStore};
use domain::health::Dependency;
use domain::{Bypass, CacheOutcome};
use std::sync::Arc;

const UNAVAILABLE: CacheOutcome = CacheOutcome::Bypass { why: Bypass::Unavailable, collapsed: false };

fn open(address: &RedisAddress) -> Arc<RedisStore> {
    Arc::new(RedisStore::with_deadline(address, "database", PATIENT).unwrap())
}

/// Returns an address of which the authority of this server must vouch.
fn vouched_for(url: &str, server: &Redis) -> RedisAddress {
    let authority = server.authority().unwrap().as_bytes();
    RedisAddress::parse(url).unwrap().vouched_for_by(authority).unwrap()
}

/// Reads, and sees that the database answers; returns why Redis did not.
async fn refusal(address: &RedisAddress) -> String {
    let (store, database) = (open(address), Database::holding("tea"));
    let cells = cells(store.clone());
    for _ in 0..2 {
        let answer = read(&cells, &database).await;
        assert_eq!((text(&answer).as_str(), outcome(&answer)), ("tea", UNAVAILABLE));
    }
    let error = store.check().await.unwrap_err();
    assert!(!error.contains("hunter2"), "{error}");
    error
}

#[tokio::test]
async fn cells_are_kept_and_renewed_over_tls_with_a_password() {
    let mut server = Redis::start_tls();
    let (cells, database) = (cells(open(&vouched_for(server.url(), &server))), Database::holding("tea"));
    for life in ["the first", "after a restart"] {
        assert_eq!(outcome(&read(&cells, &database).await), STORED, "{life}");
        assert!(is_hit(&read(&cells, &database).await), "{life}");
        assert!(server.cli(&["GET", "cart:2"]).ends_with("\"tea\""), "{life}");
        let _ = server.cli(&["CLIENT", "KILL", "TYPE", "normal"]);
        assert!(is_hit(&read(&cells, &database).await), "{life}: a new connection");
        cells.renew(key().tags()).await;
        assert_eq!(outcome(&read(&cells, &database).await), STORED, "{life}");
        assert_eq!(cells.stats().failed_invalidations, 0);
        server.restart();
    }
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_not_spoken_to() {
    let (server, other) = (Redis::start_tls(), Redis::start_tls());
    let of_another = vouched_for(server.url(), &other);
    for doubtful in [of_another, address(&server)] {
        let error = refusal(&doubtful).await;
        assert!(error.contains("certificate"), "{error}");
    }
    let stats = server.cli(&["INFO", "commandstats"]);
    assert!(stats.contains("cmdstat_auth:calls=1,"), "only redis-cli tells the password: {stats}");
    assert_eq!(server.cli(&["DBSIZE"]), "0");
}

#[tokio::test]
async fn a_certificate_counts_for_the_name_that_it_was_signed_for() {
    let server = Redis::start_tls();
    let url = server.url().replace("127.0.0.1", "localhost");
    let error = refusal(&vouched_for(&url, &server)).await;
    assert!(error.contains("not valid for name"), "{error}");
}

#[tokio::test]
async fn a_wrong_password_opens_nothing_and_is_told_nowhere() {
    let server = Redis::start_tls();
    for url in [
        format!("rediss://:hunter2wrong@127.0.0.1:{}", server.port()),
        format!("rediss://hunter2user:hunter2wrong@127.0.0.1:{}", server.port()),
        format!("rediss://127.0.0.1:{}", server.port()),
    ] {
        refusal(&vouched_for(&url, &server)).await;
    }
    assert_eq!(server.cli(&["DBSIZE"]), "0");
}

#[test]
fn an_address_that_is_none_is_refused_without_repeating_it() {
    for (url, expected) in [
        ("", OpenError::Malformed),
        ("memory:", OpenError::Malformed),
        ("http://x", OpenError::Malformed),
        ("redis://:hunter2@[", OpenError::Malformed),
        ("rediss://:hunter2@host/x", OpenError::Malformed),
        ("rediss://:hunter2@host#else", OpenError::Malformed),
        ("rediss://:hunter2@host#insecure", OpenError::Insecure),
    ] {
        let error = RedisAddress::parse(url).err().expect(url);
        assert_eq!(error, expected, "{url}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn an_authority_that_is_none_is_refused() {
    let parse = |url| RedisAddress::parse(url).unwrap();
    for text in ["", "hunter2", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let error = parse("rediss://host").vouched_for_by(text.as_bytes()).err().expect(text);
        assert_eq!(error, OpenError::Authority);
    }
    assert_eq!(parse("redis://host").vouched_for_by(b"").err(), Some(OpenError::WithoutTls));
}
