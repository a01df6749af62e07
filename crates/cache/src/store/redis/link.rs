//! Connections that are held. `deadpool`'s checkout would send `UNWATCH` and `PING` each time, so its objects are kept
//! and their `MultiplexedConnection` is cloned; and because that one never recovers by itself, it is replaced here.

use super::{OpenError, RedisAddress, StoreError, server::Server};
use crate::Epoch;
use deadpool_redis::{Connection, Manager, Pool, PoolConfig, PoolError, Runtime, TimeoutType, Timeouts};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, Pipeline, ProtocolVersion, aio::MultiplexedConnection,
};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinError, time::timeout};
use tracing::{debug, error};

/// How long connecting may take: three round trips and, with TLS, some computing at both ends.
const CONNECTING: Duration = Duration::from_secs(1);

/// Makes connections and learns which life of Redis each one speaks to.
pub(super) struct Connector {
    pool: Pool,
    reporting: Client,
    database_id: String,
    /// How long an answer may take.
    deadline: Duration,
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

/// A place for one connection. Cloning it shares the place.
#[derive(Clone, Default)]
pub(super) struct Slot(Arc<Mutex<Place>>);

#[derive(Default)]
enum Place {
    #[default]
    Empty,
    Connecting(Attempt),
    Held {
        object: Connection,
        link: Link,
    },
}

/// An attempt to connect. Everybody who comes meanwhile waits for this one.
type Attempt = Shared<BoxFuture<'static, Result<Link, StoreError>>>;

impl Slot {
    /// Returns the connection, made anew where there is none. Nobody waits longer for it than for an answer; connecting,
    /// which is more round trips than one, goes on without them.
    pub(super) async fn link(&self, connector: &Arc<Connector>) -> Result<Link, StoreError> {
        let attempt = {
            let mut place = self.lock();
            match &*place {
                Place::Held { link, .. } => return Ok(link.clone()),
                Place::Connecting(attempt) => attempt.clone(),
                Place::Empty => {
                    let attempt = self.begin(Arc::clone(connector));
                    *place = Place::Connecting(attempt.clone());
                    attempt
                }
            }
        };
        timeout(connector.deadline, attempt).await.unwrap_or_else(|_| Err(too_slow()))
    }

    /// Connects in a task of its own.
    fn begin(&self, connector: Arc<Connector>) -> Attempt {
        let (slot, place) = (self.clone(), self.clone());
        let task = tokio::spawn(async move {
            let made = connector.connect().await;
            let mut place = place.lock();
            let (now, outcome) = match made {
                Ok((object, link)) => (Place::Held { object, link: link.clone() }, Ok(link)),
                Err(error) => (Place::Empty, Err(error)),
            };
            *place = now;
            outcome
        });
        let ended = move |outcome: Result<_, JoinError>| {
            outcome.unwrap_or_else(|error| {
                *slot.lock() = Place::Empty;
                Err(StoreError::Unavailable(format!("connecting broke down: {error}")))
            })
        };
        task.map(ended).boxed().shared()
    }

    /// Lets go of a connection that is of no use any more, unless it was replaced already.
    pub(super) fn give_up(&self, lost: &Link) {
        let mut place = self.lock();
        if !matches!(&*place, Place::Held { link, .. } if link.number == lost.number) {
            return;
        }
        if let Place::Held { object, .. } = std::mem::take(&mut *place) {
            // Taken for good: a connection that goes back into the pool is offered again.
            drop(Connection::take(object));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connector {
    pub(super) fn new(
        address: &RedisAddress,
        database_id: &str,
        connections: usize,
        deadline: Duration,
    ) -> Result<Self, OpenError> {
        let connecting = CONNECTING.max(deadline);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(connecting))
            .set_response_timeout(Some(deadline));
        let address = address.into_connection_info().map_err(|_| OpenError::Malformed)?;
        let resp3 = address.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let reporting = address.clone().set_redis_settings(resp3);
        let reporting = Client::open(reporting).map_err(|_| OpenError::Malformed)?;
        let manager = Manager::new_with_config(address, config).map_err(|_| OpenError::Malformed)?;
        let timeouts = Timeouts { wait: Some(deadline), create: Some(connecting), recycle: Some(deadline) };
        let pool = Pool::builder(manager)
            .config(PoolConfig { timeouts, ..PoolConfig::new(connections) })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|_| OpenError::Malformed)?;
        let (database_id, made) = (database_id.to_owned(), AtomicU64::new(0));
        Ok(Self { pool, reporting, database_id, deadline, made })
    }

    /// Returns the name of the database that this Redis keeps copies of.
    pub(super) fn database_id(&self) -> &str {
        &self.database_id
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
                debug!(version = server.version, "connected to Redis");
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
        PoolError::Timeout(TimeoutType::Create) => too_slow(),
        // A Redis that lets nobody in is away, whatever it says of it.
        PoolError::Backend(error) => StoreError::Unavailable(error.to_string()),
        other => StoreError::Unavailable(other.to_string()),
    }
}

fn too_slow() -> StoreError {
    StoreError::Unavailable("it takes too long to connect".to_owned())
}
