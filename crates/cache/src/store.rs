//! The port to where cells are kept: bytes, generations and an epoch, nothing of the shop. An error is never worse
//! than a miss, and what happens on one is the protocol's business ([`Cells`](crate::Cells)), not the store's.

mod inspect;
mod memory;
mod redis;

pub use inspect::{Inspectable, Peeked, Scanned};
pub use memory::MemoryStore;
pub(crate) use redis::COUNTS;
pub use redis::{OpenError, RedisAbout, RedisAddress, RedisStore, Tracking};

use crate::{Epoch, Generation, tags::Tag};
use async_trait::async_trait;
use bytes::Bytes;
use domain::Source;
use domain::inspection::RedisStats;
use std::time::Duration;
use thiserror::Error;

/// How long a generation lives from its placing; no cell lives nearly as long. Losing one is safe: it costs a miss. Fills do
/// not extend it: every change of a generation's key is reported to the in-process tiers, and would empty them.
pub(crate) const GENERATION_TTL: Duration = Duration::from_hours(24);

/// Keeps cells and generations. Every method but the last is one round trip.
#[async_trait]
pub trait CellStore: Send + Sync {
    /// Returns which store this is.
    fn source(&self) -> Source;

    /// Tells how the connections to Redis are, where there are any.
    fn redis(&self) -> Option<RedisStats> {
        None
    }

    /// Looks up a cell and the generations of its tags. It need not be atomic.
    async fn read(&self, key: &str, tags: &[Tag]) -> Result<Found, StoreError>;

    /// Gives each tag that has no generation the one proposed, kept for 24 hours, and returns those that the tags have
    /// then. Testing and setting one tag is atomic. Only readers do this. A store that tries twice proposes others the
    /// second time: the first may have been placed, filled under and taken away meanwhile, and must not come back.
    async fn place(&self, proposed: &[(&Tag, Generation)]) -> Result<Placed, StoreError>;

    /// Keeps a cell for `ttl`.
    async fn write(&self, key: &str, cell: Bytes, ttl: Duration) -> Result<(), StoreError>;

    /// Takes the generations of these tags away: no cell that carries one is served once this has returned.
    async fn renew(&self, tags: &[Tag]) -> Result<(), StoreError>;

    /// Takes every generation away that is there when it begins, in as many round trips as that takes: no cell that was
    /// stored before is served once this has returned.
    async fn renew_all(&self) -> Result<(), StoreError> {
        Err(StoreError::Unsupported("it cannot take every generation away".to_owned()))
    }
}

/// What a store holds at a cell's key.
#[derive(Clone, Debug)]
pub struct Found {
    /// What is there, if anything.
    pub cell: Option<Bytes>,
    /// The generation of each tag, in the order that was asked.
    pub generations: Vec<Option<Generation>>,
    /// The life of the store that answered.
    pub epoch: Epoch,
}

/// The generations that tags have once those that were missing have been placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The generation of each tag, in the order that was asked.
    pub generations: Vec<Generation>,
    /// The life of the store that answered.
    pub epoch: Epoch,
}

/// Why a store did not do what it was asked. The text is for the log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// It cannot be reached, or did not answer in time.
    #[error("the cache is unavailable: {0}")]
    Unavailable(String),
    /// It did not answer a moment ago, and is left alone.
    #[error("the cache is not asked, because it did not answer")]
    NotAsked,
    /// It answered, and refused.
    #[error("the cache refused: {0}")]
    Refused(String),
    /// It cannot do what the protocol needs.
    #[error("the cache cannot be used: {0}")]
    Unsupported(String),
}
