//! Connecting to a Redis that is far away: several round trips of connecting may take longer than one answer may.

use crate::stage::{Database, PATIENT, cells, is_hit, read, text};
use backends::Redis;
use cache::{RedisAddress, RedisStore};
use std::{
    io,
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// More than an answer may take, and less than connecting may.
const FAR: Duration = Duration::from_millis(400);

#[tokio::test]
async fn connecting_may_take_longer_than_an_answer_and_nobody_waits_for_it() {
    let server = Redis::start();
    let store = RedisStore::open(&from_far_away(server.port()), "database").unwrap();
    let (cells, database) = (cells(Arc::new(store)), Database::holding("tea"));
    let began = Instant::now();
    assert_eq!(text(&read(&cells, &database).await), "tea");
    let waited = began.elapsed();
    let hit = async { while !is_hit(&read(&cells, &database).await) {} };
    assert!(timeout(PATIENT, hit).await.is_ok(), "it is never connected to");
    assert!(waited < FAR, "a read waited {waited:?} for a connection");
}

/// Returns the address of a Redis to which every connection takes its time; what is said over it does not.
fn from_far_away(port: u16) -> RedisAddress {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || {
                thread::sleep(FAR);
                carry(&client, port)
            });
        }
    });
    RedisAddress::parse(&url).unwrap()
}

fn carry(client: &TcpStream, port: u16) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", port))?;
    for stream in [client, &server] {
        stream.set_nodelay(true)?;
    }
    let (mut to_client, mut from_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut from_server, &mut to_client));
    let (mut from_client, mut to_server) = (client, &server);
    io::copy(&mut from_client, &mut to_server).map(drop)
}
