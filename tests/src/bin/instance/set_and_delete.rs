//! Plain cache-aside in Redis, as most shops have it: a cell is set by whoever missed it and deleted by whoever writes.
//! Every generation is the same, so the protocol on top finds nothing to compare. It is here to be caught: the history
//! test must find stale reads with it, or it would find none with anything.

use async_trait::async_trait;
use bytes::Bytes;
use cache::{CellStore, Epoch, Found, Generation, Placed, StoreError, Tag};
use domain::Source;
use redis::{AsyncConnectionConfig, Client, FromRedisValue, Pipeline, aio::MultiplexedConnection};
use std::time::Duration;
use tokio::sync::Mutex;

/// As long as the real store waits.
const DEADLINE: Duration = Duration::from_millis(40);

pub(crate) struct SetAndDelete {
    client: Client,
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl SetAndDelete {
    pub(crate) fn open(url: &str) -> anyhow::Result<Self> {
        Ok(Self { client: Client::open(url)?, connection: Mutex::default() })
    }

    async fn run<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, StoreError> {
        let unavailable = |error: redis::RedisError| StoreError::Unavailable(error.to_string());
        let mut connection = self.connection.lock().await.take();
        if connection.is_none() {
            let config = AsyncConnectionConfig::new()
                .set_connection_timeout(Some(DEADLINE))
                .set_response_timeout(Some(DEADLINE));
            let made = self.client.get_multiplexed_async_connection_with_config(&config).await;
            connection = Some(made.map_err(unavailable)?);
        }
        let Some(mut connection) = connection else { unreachable!("it was just made") };
        // Kept for the next caller at once: one connection carries any number of requests.
        *self.connection.lock().await = Some(connection.clone());
        let answer = commands.query_async(&mut connection).await;
        if answer.is_err() {
            self.connection.lock().await.take();
        }
        answer.map_err(unavailable)
    }
}

#[async_trait]
impl CellStore for SetAndDelete {
    fn source(&self) -> Source {
        Source::Redis
    }

    /// Also notes, for whoever deletes, which cells carry a tag.
    async fn read(&self, key: &str, tags: &[Tag]) -> Result<Found, StoreError> {
        let mut commands = Pipeline::new();
        commands.get(key);
        for tag in tags {
            commands.sadd(keys_of(tag), key).ignore();
        }
        let (cell,): (Option<Vec<u8>>,) = self.run(&commands).await?;
        let generations = vec![Some(always()); tags.len()];
        Ok(Found { cell: cell.map(Bytes::from), generations, epoch: epoch() })
    }

    async fn place(&self, proposed: &[(&Tag, Generation)]) -> Result<Placed, StoreError> {
        Ok(Placed { generations: vec![always(); proposed.len()], epoch: epoch() })
    }

    async fn write(&self, key: &str, cell: Bytes, ttl: Duration) -> Result<(), StoreError> {
        let mut commands = Pipeline::new();
        commands.set_ex(key, cell.as_ref(), ttl.as_secs()).ignore();
        self.run(&commands).await
    }

    /// Deletes the cells with these tags.
    async fn renew(&self, tags: &[Tag]) -> Result<(), StoreError> {
        let mut commands = Pipeline::new();
        commands.sunion(tags.iter().map(keys_of).collect::<Vec<_>>());
        let (keys,): (Vec<String>,) = self.run(&commands).await?;
        if keys.is_empty() {
            return Ok(());
        }
        let mut commands = Pipeline::new();
        commands.del(keys).ignore();
        self.run(&commands).await
    }
}

/// Returns the key of the set that holds the keys of a tag's cells.
fn keys_of(tag: &Tag) -> String {
    format!("keys:{tag}")
}

fn epoch() -> Epoch {
    Epoch::of(&["plain"])
}

fn always() -> Generation {
    Generation::parse(b"0000000000000000").expect("it has 16 digits")
}
