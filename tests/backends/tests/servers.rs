//! The throw-away servers themselves: that they answer, keep tests apart, and leave nothing behind.

use backends::{MortalPostgres, Postgres, Redis};

#[test]
fn every_test_has_an_empty_database_of_its_own() {
    let (mine, yours) = (Postgres::shared().create_database(), Postgres::shared().create_database());
    let _ = mine.query("create table goods (sku text); insert into goods values ('TEA-100')");
    assert_eq!(mine.query("select sku from goods"), "TEA-100");
    assert_eq!(yours.query("select to_regclass('goods') is null"), "t");
    assert_ne!(mine.url(), yours.url());
}

#[test]
fn a_database_goes_away_with_its_value() {
    let (gone, stays) = (Postgres::shared().create_database(), Postgres::shared().create_database());
    let name = gone.url().rsplit('/').next().unwrap().to_owned();
    let count = format!("select count(*) from pg_database where datname = '{name}'");
    assert_eq!(stays.query(&count), "1");
    drop(gone);
    assert_eq!(stays.query(&count), "0");
}

#[test]
fn the_server_takes_many_connections_and_sorts_as_people_do() {
    let database = Postgres::shared().create_database();
    assert_eq!(database.query("show max_connections"), "200");
    assert_eq!(database.query("select 'a' < 'B', 'a' < 'B' collate \"C\""), "t|f");
}

#[test]
fn a_killed_postgres_comes_back_on_its_port_with_what_was_committed() {
    let mut postgres = MortalPostgres::start();
    let url = postgres.url().to_owned();
    postgres.query("create table goods (sku text)").unwrap();
    for number in 1..=3 {
        postgres.query("insert into goods values ('TEA-100')").unwrap();
        postgres.kill();
        assert!(postgres.query("select 1").is_err(), "it is gone");
        postgres.restart();
        assert_eq!(postgres.query("select count(*) from goods"), Ok(number.to_string()));
    }
    assert_eq!(postgres.url(), url);
}

#[test]
fn redis_keeps_nothing_on_disk_and_forgets_on_restart() {
    let mut redis = Redis::start();
    let port = redis.port();
    assert_eq!(redis.cli(&["SET", "cart:2", "tea"]), "OK");
    assert_eq!(redis.cli(&["GET", "cart:2"]), "tea");
    assert_eq!(redis.cli(&["CONFIG", "GET", "save"]), "save");
    assert_eq!(redis.cli(&["CONFIG", "GET", "appendonly"]), "appendonly\nno");
    redis.restart();
    assert_eq!((redis.port(), redis.cli(&["DBSIZE"]).as_str()), (port, "0"));
}

#[test]
fn a_killed_redis_refuses_connections_and_comes_back_on_its_port() {
    let mut redis = Redis::start();
    assert_eq!(redis.url(), format!("redis://127.0.0.1:{}", redis.port()));
    redis.kill();
    assert!(std::net::TcpStream::connect(("127.0.0.1", redis.port())).is_err());
    redis.restart();
    assert_eq!(redis.cli(&["PING"]), "PONG");
}

#[test]
fn a_paused_redis_is_silent_until_it_is_resumed_and_can_be_stopped() {
    use std::io::{Read, Write};
    let redis = Redis::start();
    let mut client = std::net::TcpStream::connect(("127.0.0.1", redis.port())).unwrap();
    client.set_read_timeout(Some(std::time::Duration::from_millis(200))).unwrap();
    redis.pause();
    client.write_all(b"PING\r\n").unwrap();
    let mut answer = [0; 7];
    assert!(client.read_exact(&mut answer).is_err(), "a paused server answered");
    redis.resume();
    client.set_read_timeout(None).unwrap();
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"+PONG\r\n");
    redis.pause();
    drop(redis); // must not wait for a server that is paused
}

#[test]
fn a_redis_may_speak_tls_and_ask_for_a_password() {
    let mut redis = Redis::start_tls();
    assert!(redis.authority().is_some_and(|pem| pem.starts_with("-----BEGIN CERTIFICATE-----")));
    assert_eq!(Redis::start().authority(), None);
    for _ in 0..2 {
        assert_eq!(redis.cli(&["SET", "cart:2", "tea"]), "OK");
        let port = redis.port().to_string();
        let plain = std::process::Command::new("redis-cli").args(["-p", &port, "PING"]).output().unwrap();
        assert!(!String::from_utf8_lossy(&plain.stdout).contains("PONG"), "{plain:?}");
        redis.restart();
    }
}
