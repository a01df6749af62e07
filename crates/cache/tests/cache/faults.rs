//! Redis killed, paused, emptied, full or too old: every read is answered, nothing old is served, and the cache is back
//! with Redis.

use crate::stage::{
    Database, Gate, NOT_STORED, PATIENT, STORED, UNAVAILABLE, address, cells, is_back, is_hit, key, options,
    outcome, read, redis_store, text, until,
};
use backends::Redis;
use cache::{CellKey, CellStore, Cells, CellsOptions, RedisAddress, RedisStore, StoreError};
use domain::ProductId;
use domain::health::Dependency;
use domain::inspection::BreakerState;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

fn play(server: &Redis) -> (Cells, Database) {
    (cells(redis_store(server, "database")), Database::holding("tea"))
}

#[tokio::test]
async fn an_emptied_redis_costs_one_miss() {
    let server = Redis::start();
    let (cells, database) = play(&server);
    read(&cells, &database).await;
    let _ = server.cli(&["FLUSHALL"]);
    assert_eq!(outcome(&read(&cells, &database).await), STORED);
    assert!(is_hit(&read(&cells, &database).await));
}

#[tokio::test]
async fn connections_that_were_killed_are_replaced_within_the_read() {
    let server = Redis::start();
    let (cells, database) = play(&server);
    read(&cells, &database).await;
    for _ in 0..8 {
        let _ = server.cli(&["CLIENT", "KILL", "TYPE", "normal"]);
        assert!(is_hit(&read(&cells, &database).await));
    }
    assert_eq!(cells.stats().store_errors, 0);
}

#[tokio::test]
async fn a_restarted_redis_serves_nothing_from_its_former_life() {
    let mut server = Redis::start();
    let (cells, database) = play(&server);
    read(&cells, &database).await;
    let kept = ["cart:2", "gen:cart:2", "gen:variants"].map(|key| (key, server.cli(&["GET", key])));
    let restore =
        |server: &Redis| kept.iter().for_each(|(key, value)| drop(server.cli(&["SET", key, value])));
    let _ = server.cli(&["FLUSHALL"]);
    restore(&server);
    assert!(is_hit(&read(&cells, &database).await), "the same life: the copies are good");
    server.restart();
    restore(&server);
    database.write("new");
    let answer = read(&cells, &database).await;
    assert_eq!((text(&answer).as_str(), outcome(&answer)), ("new", STORED));
    assert!(is_hit(&read(&cells, &database).await));
}

#[tokio::test]
async fn without_redis_the_database_answers_and_with_it_again_the_cache() {
    let mut server = Redis::start();
    let store = redis_store(&server, "database");
    let (cells, database) = (cells(store.clone()), Database::holding("tea"));
    read(&cells, &database).await;
    server.kill();
    for _ in 0..8 {
        assert_eq!(outcome(&read(&cells, &database).await), UNAVAILABLE);
    }
    cells.renew(key().tags()).await;
    assert_eq!((cells.stats().store_errors, cells.stats().failed_invalidations), (8, 2));
    assert_eq!(cells.stats().redis.unwrap().breaker, BreakerState::Open);
    assert_eq!(store.renew(key().tags()).await, Err(StoreError::NotAsked));
    server.restart();
    is_back(&store).await;
    assert_eq!(cells.stats().redis.unwrap().breaker, BreakerState::Closed);
    assert_eq!(outcome(&read(&cells, &database).await), STORED);
    assert!(is_hit(&read(&cells, &database).await));
    assert_eq!(cells.stats().store_errors, 8);
}

#[tokio::test]
async fn a_redis_that_comes_late_is_picked_up() {
    let mut server = Redis::start();
    server.kill();
    let (cells, database) = play(&server);
    assert_eq!(outcome(&read(&cells, &database).await), UNAVAILABLE);
    server.restart();
    assert_eq!(outcome(&read(&cells, &database).await), STORED);
}

#[tokio::test]
async fn without_redis_only_so_many_loads_run_at_once() {
    let mut server = Redis::start();
    server.kill();
    let (database, gate) = (Database::holding("tea"), Gate::closed());
    let cells = Cells::new(CellsOptions { loads: 3, ..options(redis_store(&server, "database")) });
    let reader = |id| {
        let (cells, load) = (cells.clone(), database.clone().load_at(gate.clone()));
        tokio::spawn(async move { text(&cells.read(&CellKey::product(ProductId(id)), load).await.unwrap()) })
    };
    let readers: Vec<_> = (0..20).map(reader).collect();
    until("the last reader", || cells.stats().total().bypassed == 20).await;
    for _ in 0..3 {
        gate.arrival().await;
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(database.loads(), 3);
    gate.open();
    for reader in readers {
        assert_eq!(reader.await.unwrap(), "tea");
    }
}

#[tokio::test]
async fn without_redis_nobody_joins_a_load_that_has_begun() {
    let mut server = Redis::start();
    server.kill();
    let (cells, database) = play(&server);
    let (gate, at_gate, behind) = (Gate::closed(), cells.clone(), cells.clone());
    let load = database.clone().load_at(gate.clone());
    let early = tokio::spawn(async move { text(&at_gate.read(&key(), load).await.unwrap()) });
    gate.arrival().await;
    database.write("new");
    let load = database.clone().load();
    let late = tokio::spawn(async move { text(&behind.read(&key(), load).await.unwrap()) });
    until("the second reader", || cells.stats().total().bypassed == 2).await;
    gate.open();
    assert_eq!((early.await.unwrap().as_str(), late.await.unwrap().as_str()), ("tea", "new"));
}

#[tokio::test]
async fn a_redis_that_does_not_answer_is_not_waited_for() {
    let server = Redis::start();
    let store = Arc::new(RedisStore::open(&address(&server), "database").unwrap());
    let (cells, database) = (cells(store.clone()), Database::holding("tea"));
    read(&cells, &database).await;
    server.pause();
    let began = std::time::Instant::now();
    for _ in 0..8 {
        assert_eq!(outcome(&read(&cells, &database).await), UNAVAILABLE);
    }
    let each = began.elapsed() / 8;
    server.resume();
    assert!(each.as_millis() < 500, "a read took {each:?}");
    is_back(&store).await;
}

#[tokio::test]
async fn many_who_wait_for_a_connection_wait_once() {
    let server = Redis::start();
    server.pause();
    let cells = cells(Arc::new(RedisStore::open(&address(&server), "database").unwrap()));
    let database = Database::holding("tea");
    let began = std::time::Instant::now();
    let readers = (0..400).map(|_| {
        let (cells, database) = (cells.clone(), database.clone());
        tokio::spawn(async move { read(&cells, &database).await })
    });
    for reader in readers.collect::<Vec<_>>() {
        assert_eq!(text(&reader.await.unwrap()), "tea");
    }
    // One after another, a hundred would have waited 40 ms each for every held connection.
    assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_full_redis_answers_reads_and_accepts_invalidations() {
    let server = Redis::start();
    let (cells, database) = play(&server);
    read(&cells, &database).await;
    let _ = server.cli(&["CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1"]);
    assert!(is_hit(&read(&cells, &database).await));
    database.write("new");
    cells.renew(key().tags()).await;
    assert_eq!(cells.stats().failed_invalidations, 0);
    let answer = read(&cells, &database).await;
    assert_eq!((text(&answer).as_str(), outcome(&answer)), ("new", UNAVAILABLE));
    let _ = server.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(outcome(&read(&cells, &database).await), STORED);
}

#[tokio::test]
async fn a_cell_that_redis_refuses_is_counted() {
    let server = Redis::start();
    let (cells, database) = play(&server);
    let (gate, reader) = (Gate::closed(), cells.clone());
    let load = database.clone().load_at(gate.clone());
    let reader = tokio::spawn(async move { reader.read(&key(), load).await.unwrap() });
    gate.arrival().await;
    let _ = server.cli(&["CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1"]);
    gate.open();
    assert_eq!(outcome(&reader.await.unwrap()), NOT_STORED);
    assert_eq!(cells.stats().total().failed_fills, 1);
}

#[tokio::test]
async fn the_store_tells_whether_redis_lives_but_not_where() {
    let mut server = Redis::start();
    let store = redis_store(&server, "database");
    assert_eq!((store.name(), store.check().await), ("redis", Ok(())));
    server.kill();
    let error = store.check().await.unwrap_err();
    assert!(!error.contains("127.0.0.1") && !error.contains(&server.port().to_string()), "{error}");
}

#[tokio::test]
async fn a_master_that_was_demoted_is_left_until_it_is_one_again() {
    let server = Redis::start();
    let store = redis_store(&server, "database");
    let (cells, database) = (cells(store.clone()), Database::holding("tea"));
    read(&cells, &database).await;
    let _ = server.cli(&["REPLICAOF", "127.0.0.1", "1"]);
    // Each held connection learns of it from the first write that is refused, and no other is made.
    let left = async { while !matches!(store.renew(key().tags()).await, Err(StoreError::NotAsked)) {} };
    assert!(tokio::time::timeout(PATIENT, left).await.is_ok(), "the replica is still spoken to");
    assert_eq!(outcome(&read(&cells, &database).await), UNAVAILABLE);
    let _ = server.cli(&["REPLICAOF", "NO", "ONE"]);
    is_back(&store).await;
    assert_eq!(outcome(&read(&cells, &database).await), STORED);
}

#[tokio::test]
async fn a_redis_that_is_too_old_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().flatten().for_each(answer_as_redis_6));
    let store =
        RedisStore::with_deadline(&RedisAddress::parse(&url).unwrap(), "database", crate::stage::PATIENT)
            .unwrap();
    let error = store.read("cart:2", &[]).await.unwrap_err().to_string();
    assert_eq!(error, "the cache cannot be used: it needs Redis 7.0 or newer, and this is 6.2.14");
}

/// Speaks just enough of the protocol to be asked for `INFO`.
fn answer_as_redis_6(mut client: TcpStream) {
    let info = "redis_version:6.2.14\r\nrun_id:a\r\nrole:master\r\nmaster_replid:b\r\n";
    let mut request = [0; 4096];
    while let Ok(length @ 1..) = client.read(&mut request) {
        let words = String::from_utf8_lossy(&request[..length]).into_owned();
        for word in words.split("\r\n") {
            let answer = match word {
                "INFO" => format!("${}\r\n{info}\r\n", info.len()),
                "SETINFO" => "+OK\r\n".to_owned(),
                _ => continue,
            };
            if client.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }
}
