//! Connections that are held. `deadpool`'s checkout would send `UNWATCH` and `PING` each time, so its objects are kept
//! and their `MultiplexedConnection` is cloned; and because that one never recovers by itself, it is replaced here.

use super::{OpenError, RedisAddress, StoreError, server::Server};
use crate::Epoch;
use deadpool_redis::{Connection, Manager, Pool, PoolConfig, PoolError, Runtime, TimeoutType, Timeouts};
use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, Pipeline, ProtocolVersion, aio::MultiplexedConnection,
};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::sync::Mutex;
use tracing::{error, info};

/// Makes connections and learns which life of Redis each one speaks to.
pub(super) struct Connector {
    pool: Pool,
    reporting: Client,
    database_id: String,
    made: AtomicU64,
}

/// A connection that is in use, and the life of Redis at its other end.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) connection: MultiplexedConnection,
    pub(super) epoch: Epoch,
    /// Tells this connection from its successors.
    number: u64,
}

/// A place for one connection.
#[derive(Default)]
pub(super) struct Slot {
    place: Mutex<Place>,
    /// Counts the attempts to connect that have failed.
    failed: AtomicU64,
}

#[derive(Default)]
enum Place {
    #[default]
    Fresh,
    Held {
        object: Connection,
        link: Link,
    },
    Lost(StoreError),
}

impl Slot {
    /// Returns the connection, made anew where there is none. Those who wait for an attempt that fails share its
    /// failure instead of trying one after another.
    pub(super) async fn link(&self, connector: &Connector) -> Result<Link, StoreError> {
        let failed = self.failed.load(Ordering::Acquire);
        let mut place = self.place.lock().await;
        match &*place {
            Place::Held { link, .. } => return Ok(link.clone()),
            Place::Lost(error) if self.failed.load(Ordering::Acquire) != failed => return Err(error.clone()),
            Place::Lost(_) | Place::Fresh => {}
        }
        match connector.connect().await {
            Ok((object, link)) => {
                *place = Place::Held { object, link: link.clone() };
                Ok(link)
            }
            Err(error) => {
                *place = Place::Lost(error.clone());
                self.failed.fetch_add(1, Ordering::Release);
                Err(error)
            }
        }
    }

    /// Lets go of a connection that is of no use any more, unless it was replaced already.
    pub(super) async fn give_up(&self, lost: &Link) {
        let mut place = self.place.lock().await;
        if !matches!(&*place, Place::Held { link, .. } if link.number == lost.number) {
            return;
        }
        if let Place::Held { object, .. } = std::mem::take(&mut *place) {
            // Taken for good: a connection that goes back into the pool is offered again.
            drop(Connection::take(object));
        }
    }
}

impl Connector {
    pub(super) fn new(
        address: &RedisAddress,
        database_id: &str,
        connections: usize,
        deadline: Duration,
    ) -> Result<Self, OpenError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(deadline))
            .set_response_timeout(Some(deadline));
        let address = address.into_connection_info().map_err(|_| OpenError::Malformed)?;
        let resp3 = address.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let reporting = address.clone().set_redis_settings(resp3);
        let reporting = Client::open(reporting).map_err(|_| OpenError::Malformed)?;
        let manager = Manager::new_with_config(address, config).map_err(|_| OpenError::Malformed)?;
        let timeouts = Timeouts { wait: Some(deadline), create: Some(deadline), recycle: Some(deadline) };
        let pool = Pool::builder(manager)
            .config(PoolConfig { timeouts, ..PoolConfig::new(connections) })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|_| OpenError::Malformed)?;
        Ok(Self { pool, reporting, database_id: database_id.to_owned(), made: AtomicU64::new(0) })
    }

    /// Returns what makes connections that are told what changes (RESP3).
    pub(super) fn reporting_client(&self) -> &Client {
        &self.reporting
    }

    /// Asks which life of Redis a connection speaks to.
    pub(super) async fn epoch(&self, connection: &mut MultiplexedConnection) -> Result<Epoch, StoreError> {
        Ok(Self::ask(connection).await?.epoch(&self.database_id))
    }

    async fn connect(&self) -> Result<(Connection, Link), StoreError> {
        let object = self.pool.get().await.map_err(unavailable)?;
        let mut connection = MultiplexedConnection::clone(&object);
        match Self::ask(&mut connection).await {
            Ok(server) => {
                let number = self.made.fetch_add(1, Ordering::Relaxed);
                info!(version = server.version, "connected to Redis");
                let epoch = server.epoch(&self.database_id);
                Ok((object, Link { connection, epoch, number }))
            }
            Err(error) => {
                drop(Connection::take(object));
                Err(error)
            }
        }
    }

    /// Asks the server who it is, and refuses one that is too old.
    async fn ask(connection: &mut MultiplexedConnection) -> Result<Server, StoreError> {
        let mut commands = Pipeline::with_capacity(2);
        commands.cmd("INFO").arg("server").cmd("INFO").arg("replication");
        let (server, replication): (String, String) = commands.query_async(connection).await?;
        let server = Server::read(&server, &replication)?;
        if let Err(error) = server.check() {
            error!(version = server.version, "{error}");
            return Err(error);
        }
        Ok(server)
    }
}

fn unavailable(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) => error.into(),
        PoolError::Timeout(TimeoutType::Create) => {
            StoreError::Unavailable("it takes too long to connect".to_owned())
        }
        other => StoreError::Unavailable(other.to_string()),
    }
}
