//! Redis as a cell store: one round trip for each operation over connections that are held, and no answer at all
//! rather than a slow one.

mod about;
mod address;
mod breaker;
mod count;
mod inspect;
mod link;
mod scan;
mod server;
mod tracking;

pub use about::RedisAbout;
pub use address::{OpenError, RedisAddress};
pub(crate) use count::COUNTS;
pub use tracking::Tracking;

use super::{CellStore, Found, GENERATION_TTL, Placed, StoreError};
use crate::{Epoch, Generation, Tier, tags::Tag};
use async_trait::async_trait;
use breaker::Breaker;
use bytes::Bytes;
use domain::Source;
use domain::health::{Dependency, Importance};
use domain::inspection::RedisStats;
use link::{Connector, Slot};
use redis::{ErrorKind, FromRedisValue, Pipeline, RedisError, ServerErrorKind};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// How long an answer may take, or waiting for a connection. A read from the database is about as fast as that.
const DEADLINE: Duration = Duration::from_millis(40);
/// How many connections are held. Each carries any number of requests at once.
const CONNECTIONS: usize = 4;
/// How many keys one `UNLINK` names at most, so that none holds Redis up.
const UNLINKED_AT_ONCE: usize = 1_000;

/// Cells and generations in Redis 7.0 or newer.
pub struct RedisStore {
    connector: Arc<Connector>,
    slots: [Slot; CONNECTIONS],
    turn: AtomicUsize,
    breaker: Breaker,
}

/// Which commands were answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Try {
    First,
    /// Over a new connection, because the first was lost.
    Second,
}

impl RedisStore {
    /// Prepares a store that connects when it is first used, and again whenever a connection was lost. `database_id`
    /// names the database that it keeps copies of.
    ///
    /// # Errors
    /// An address that cannot be used; a Redis that is down is none.
    pub fn open(address: &RedisAddress, database_id: &str) -> Result<Self, OpenError> {
        Self::with_deadline(address, database_id, DEADLINE)
    }

    /// As [`RedisStore::open`], with another deadline than 40 ms.
    ///
    /// # Errors
    /// An address that cannot be used.
    pub fn with_deadline(
        address: &RedisAddress,
        database_id: &str,
        deadline: Duration,
    ) -> Result<Self, OpenError> {
        let connector = Arc::new(Connector::new(address, database_id, CONNECTIONS, deadline)?);
        let (slots, turn, breaker) = Default::default();
        Ok(Self { connector, slots, turn, breaker })
    }

    /// Returns what keeps a tier coherent with this Redis; it does so while it runs.
    pub fn tracking(&self, tier: Tier) -> Tracking {
        Tracking::new(Arc::clone(&self.connector), tier)
    }

    /// Asks Redis, unless it has not answered lately.
    async fn run<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<(T, Epoch), StoreError> {
        let (answer, epoch, _) = self.run_or(commands, commands).await?;
        Ok((answer, epoch))
    }

    /// As [`RedisStore::run`], with other commands for a second try. Tells which were answered.
    async fn run_or<T: FromRedisValue>(
        &self,
        first: &Pipeline,
        second: &Pipeline,
    ) -> Result<(T, Epoch, Try), StoreError> {
        let ask = self.breaker.ask()?;
        let outcome = self.send(first, second).await;
        match &outcome {
            // Nothing was asked of a server that cannot be used, so that is as good as silence.
            Err(error @ (StoreError::Unavailable(_) | StoreError::Unsupported(_))) => ask.failed(error),
            Ok(_) | Err(_) => ask.answered(),
        }
        outcome
    }

    /// Sends commands in one round trip. A connection that turns out to be lost is replaced at once for a second try, though
    /// Redis may have executed the first; silence is not answered with one.
    async fn send<T: FromRedisValue>(
        &self,
        first: &Pipeline,
        second: &Pipeline,
    ) -> Result<(T, Epoch, Try), StoreError> {
        let slot = &self.slots[self.turn.fetch_add(1, Ordering::Relaxed) % CONNECTIONS];
        let (mut commands, mut now) = (first, Try::First);
        loop {
            let mut link = slot.link(&self.connector).await?;
            match commands.query_async(&mut link.connection).await {
                Ok(answer) => return Ok((answer, link.epoch, now)),
                Err(error) => {
                    let demoted = error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly);
                    if error.is_io_error() || error.is_unrecoverable_error() || demoted {
                        slot.give_up(&link);
                    }
                    if now == Try::Second || !error.is_connection_dropped() {
                        return Err(error.into());
                    }
                    (commands, now) = (second, Try::Second);
                }
            }
        }
    }
}

#[async_trait]
impl CellStore for RedisStore {
    fn source(&self) -> Source {
        Source::Redis
    }

    fn redis(&self) -> Option<RedisStats> {
        Some(RedisStats { breaker: self.breaker.state(), breaker_opened: self.breaker.opened() })
    }

    async fn read(&self, key: &str, tags: &[Tag]) -> Result<Found, StoreError> {
        let mut commands = Pipeline::with_capacity(1);
        commands.cmd("MGET").arg(key).arg(generation_keys(tags));
        let ((values,), epoch) = self.run::<(Vec<Option<Vec<u8>>>,)>(&commands).await?;
        let mut values = values.into_iter();
        let cell = values.next().flatten().map(Bytes::from);
        let generations =
            values.map(|value| value.as_deref().map(understood).transpose()).collect::<Result<_, _>>()?;
        Ok(Found { cell, generations, epoch })
    }

    async fn place(&self, proposed: &[(&Tag, Generation)]) -> Result<Placed, StoreError> {
        let others: Vec<_> = proposed.iter().map(|(tag, generation)| (*tag, generation.another())).collect();
        let (first, second) = (placing(proposed), placing(&others));
        let (before, epoch, answered) = self.run_or::<Vec<Option<Vec<u8>>>>(&first, &second).await?;
        let proposed = match answered {
            Try::First => proposed,
            Try::Second => &others,
        };
        let now = |(before, (_, proposed)): (&Option<Vec<u8>>, &(&Tag, Generation))| {
            before.as_deref().map_or_else(|| Ok(proposed.clone()), understood)
        };
        let generations = before.iter().zip(proposed).map(now).collect::<Result<_, _>>()?;
        Ok(Placed { generations, epoch })
    }

    async fn write(&self, key: &str, cell: Bytes, ttl: Duration) -> Result<(), StoreError> {
        let mut commands = Pipeline::with_capacity(1);
        let milliseconds = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        commands.cmd("SET").arg(key).arg(cell.as_ref()).arg("PX").arg(milliseconds).ignore();
        self.run::<()>(&commands).await.map(drop)
    }

    async fn renew(&self, tags: &[Tag]) -> Result<(), StoreError> {
        if tags.is_empty() {
            return Ok(());
        }
        let mut commands = Pipeline::new();
        for tags in tags.chunks(UNLINKED_AT_ONCE) {
            commands.cmd("UNLINK").arg(generation_keys(tags)).ignore();
        }
        self.run::<()>(&commands).await.map(drop)
    }

    async fn renew_all(&self) -> Result<(), StoreError> {
        self.sweep().await
    }
}

#[async_trait]
impl Dependency for RedisStore {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn importance(&self) -> Importance {
        Importance::Optional
    }

    async fn check(&self) -> Result<(), String> {
        let mut commands = Pipeline::with_capacity(1);
        commands.cmd("PING").ignore();
        self.run::<()>(&commands).await.map(drop).map_err(|error| error.to_string())
    }
}

fn placing(proposed: &[(&Tag, Generation)]) -> Pipeline {
    let mut commands = Pipeline::with_capacity(proposed.len());
    for (tag, generation) in proposed {
        let set = commands.cmd("SET").arg(tag.generation_key()).arg(generation.as_str());
        set.arg(&["NX", "GET", "EX"]).arg(GENERATION_TTL.as_secs());
    }
    commands
}

fn generation_keys(tags: &[Tag]) -> Vec<String> {
    tags.iter().map(Tag::generation_key).collect()
}

/// Reads a generation as Redis holds it. One that somebody else wrote is left alone, and its tag uncached, until a
/// write takes it away.
fn understood(raw: &[u8]) -> Result<Generation, StoreError> {
    let strange = || StoreError::Unsupported("a generation was not written by this program".to_owned());
    Generation::parse(raw).ok_or_else(strange)
}

impl From<RedisError> for StoreError {
    fn from(error: RedisError) -> Self {
        if error.is_io_error() {
            Self::Unavailable(error.to_string())
        } else {
            Self::Refused(error.to_string())
        }
    }
}
