//! Looking into the cache: the port behind the staff's endpoints and `app cache`, and the views that both show. It tells
//! what is kept and what would be served; it changes nothing.

mod query;
mod stats;
mod views;

pub use query::{KeyCount, KeyPattern, KeyQuery};
pub use stats::{BreakerState, CacheStats, KindStats, RedisStats, RelayStats, TierStats};
pub use views::{CacheEntryView, CacheKeyView, CacheTagView, EntryState, KeyPage};

use crate::Sourced;
use async_trait::async_trait;
use thiserror::Error;

/// Looks into the cache.
#[async_trait]
pub trait CacheInspector: Send + Sync {
    /// Returns about as many keys as are wanted, of those that match. A key that is there all the while is on some page;
    /// one may be on two, and a page may be empty though more follow.
    async fn keys(&self, query: &KeyQuery) -> Result<Sourced<KeyPage>, InspectionError>;

    /// Returns what is kept at a key, and whether it would be served; `None` where there is nothing.
    async fn entry(&self, key: &str) -> Result<Option<Sourced<CacheEntryView>>, InspectionError>;

    /// Returns what the cache of this process has done since it started, and how it is. It asks nobody else.
    fn stats(&self) -> CacheStats;
}

/// Why there is nothing to see.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InspectionError {
    /// The cursor is none that a page gave.
    #[error("the cursor is not one of `nextCursor`")]
    Cursor,
    /// The store does not answer. The text is for the log.
    #[error("the cache cannot be looked into: {0}")]
    Unavailable(String),
}
