//! Looking into the cache: the port behind the staff's endpoints and `app cache`, and the views that both show. It tells
//! what is kept and what would be served; it changes nothing.

mod stats;
mod views;

pub use stats::{BreakerState, CacheStats, KindStats, RedisStats, RelayStats, TierStats};
pub use views::{CacheEntryView, CacheKeyView, CacheTagView, EntryState, KeyPage};

use async_trait::async_trait;
use std::num::NonZeroU32;
use thiserror::Error;

/// Which keys are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyQuery {
    /// A glob as Redis' `SCAN … MATCH` reads it: `*`, `?`, `[ab]`, `[^a]`, `[a-z]` and `\` before a character that stands
    /// for itself.
    pub pattern: String,
    /// About how many keys are wanted at once.
    pub count: NonZeroU32,
    /// Where the last page ended, as it said itself; `None` to begin.
    pub cursor: Option<String>,
}

/// Looks into the cache.
#[async_trait]
pub trait CacheInspector: Send + Sync {
    /// Returns about `count` keys that match. A key that is there all the while is on some page; one may be on two.
    async fn keys(&self, query: &KeyQuery) -> Result<KeyPage, InspectionError>;

    /// Returns what is kept at a key, and whether it would be served; `None` where there is nothing.
    async fn entry(&self, key: &str) -> Result<Option<CacheEntryView>, InspectionError>;

    /// Returns what the cache of this process has done since it started, and how it is.
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
