//! Placing generations while Redis' connections, or Redis itself, come and go: what a write took away does not come back, and
//! a stamp is of one life of Redis.

use crate::stage::{
    Database, Gate, PATIENT, Stage, UNAVAILABLE, cells, key, outcome, read, redis_store, text, until,
};
use async_trait::async_trait;
use backends::Redis;
use bytes::Bytes;
use cache::{CellStore, Epoch, Found, Generation, Placed, RedisAddress, RedisStore, StoreError, Tag};
use domain::Source;
use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

/// A proxy that keeps Redis' answer to the first `SET … NX`, and closes that connection when it is told to.
struct Keeping {
    address: RedisAddress,
    executed: mpsc::Receiver<TcpStream>,
}

impl Keeping {
    fn before(server: &Redis) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("redis://{}", listener.local_addr().unwrap());
        let upstream = format!("127.0.0.1:{}", server.port());
        let (told, executed) = mpsc::channel();
        let told = Arc::new(Mutex::new(Some(told)));
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let (upstream, told) = (TcpStream::connect(&upstream).unwrap(), Arc::clone(&told));
                thread::spawn(move || converse(&client, &upstream, &told));
            }
        });
        Self { address: RedisAddress::parse(&address).unwrap(), executed }
    }
}

type Told = Mutex<Option<mpsc::Sender<TcpStream>>>;

/// Passes questions and answers on, each in one piece: nobody asks twice before it is answered.
fn converse(mut client: &TcpStream, mut server: &TcpStream, told: &Told) -> io::Result<()> {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let read = client.read(&mut bytes)?;
        let places = bytes[..read].windows(2).any(|two| two == b"NX");
        server.write_all(&bytes[..read])?;
        let read = server.read(&mut bytes)?;
        if read == 0 {
            return Ok(());
        }
        match told.lock().unwrap().take_if(|_| places) {
            Some(told) => return told.send(client.try_clone()?).map_err(io::Error::other),
            None => client.write_all(&bytes[..read])?,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generation_that_was_placed_unheard_and_taken_away_does_not_come_back() {
    let server = Redis::start();
    let (direct, proxy) = (redis_store(&server, "database"), Keeping::before(&server));
    let unlucky = RedisStore::with_deadline(&proxy.address, "database", PATIENT).unwrap();
    let drawn = Generation::parse(b"00000000000000aa").unwrap();
    let placing = tokio::spawn({
        let drawn = drawn.clone();
        async move { unlucky.place(&[(&key().tags()[0], drawn)]).await.unwrap().generations }
    });
    let kept = tokio::task::spawn_blocking(move || proxy.executed.recv().unwrap()).await.unwrap();
    let there = async || direct.read(key().as_str(), &key().tags()[..1]).await.unwrap().generations;
    assert_eq!(there().await, [Some(drawn.clone())]);
    // Somebody fills a cell under it, and then a write takes it away.
    direct.renew(key().tags()).await.unwrap();
    kept.shutdown(Shutdown::Both).unwrap();
    let placed = placing.await.unwrap();
    assert_ne!(placed, [drawn]);
    assert_eq!(there().await, [Some(placed[0].clone())]);
}

/// A store that restarts from a snapshot just before it places.
struct Restarting {
    inner: Arc<dyn CellStore>,
    life: Mutex<&'static str>,
    snapshot: Mutex<Option<Vec<Generation>>>,
}

impl Restarting {
    fn epoch(&self) -> Epoch {
        Epoch::of(&[*self.life.lock().unwrap()])
    }
}

#[async_trait]
impl CellStore for Restarting {
    fn source(&self) -> Source {
        self.inner.source()
    }
    async fn read(&self, key: &str, tags: &[Tag]) -> Result<Found, StoreError> {
        let found = self.inner.read(key, tags).await?;
        Ok(Found { epoch: self.epoch(), ..found })
    }
    async fn place(&self, proposed: &[(&Tag, Generation)]) -> Result<Placed, StoreError> {
        let snapshot = self.snapshot.lock().unwrap().take();
        if let Some(generations) = snapshot {
            *self.life.lock().unwrap() = "second";
            let tags = proposed.iter().map(|(tag, _)| *tag);
            self.inner.place(&tags.zip(generations).collect::<Vec<_>>()).await?;
        }
        let placed = self.inner.place(proposed).await?;
        Ok(Placed { epoch: self.epoch(), ..placed })
    }
    async fn write(&self, key: &str, cell: Bytes, ttl: Duration) -> Result<(), StoreError> {
        self.inner.write(key, cell, ttl).await
    }
    async fn renew(&self, tags: &[Tag]) -> Result<(), StoreError> {
        self.inner.renew(tags).await
    }
}

#[tokio::test]
async fn who_places_in_another_life_than_he_looked_joins_no_load_of_the_former_one() {
    let (stage, database) = (Stage::memory(), Database::holding("old"));
    let generations: Vec<_> =
        ["00000000000000aa", "00000000000000bb"].map(|raw| Generation::parse(raw.as_bytes()).unwrap()).into();
    let tags = key().tags().to_vec();
    let proposed: Vec<_> = tags.iter().zip(generations.clone()).collect();
    stage.store.place(&proposed).await.unwrap();
    let (life, snapshot) = (Mutex::new("first"), Mutex::new(None));
    let store = Arc::new(Restarting { inner: Arc::clone(&stage.store), life, snapshot });
    let (cells, gate) = (cells(store.clone()), Gate::closed());
    let (behind, load) = (cells.clone(), database.clone().load_at(gate.clone()));
    let reader = tokio::spawn(async move { behind.read(&key(), load).await.unwrap() });
    gate.arrival().await;
    database.write("new");
    cells.renew(&tags).await;
    *store.snapshot.lock().unwrap() = Some(generations);
    let late = tokio::spawn({
        let (cells, database) = (cells.clone(), database.clone());
        async move { read(&cells, &database).await }
    });
    until("the second reader", || cells.stats().total().misses + cells.stats().total().bypassed == 2).await;
    gate.open();
    let answer = late.await.unwrap();
    assert_eq!((text(&answer).as_str(), outcome(&answer)), ("new", UNAVAILABLE));
    assert_eq!(text(&reader.await.unwrap()), "old", "it came before the write");
    assert_eq!(text(&read(&cells, &database).await), "new");
}
