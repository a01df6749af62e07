//! What staff see of keys and of what is kept there.

use crate::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

/// Some of the keys that match.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyPage {
    /// The keys, in no order.
    pub items: Vec<CacheKeyView>,
    /// About how many were wanted.
    #[cfg_attr(feature = "openapi", schema(example = 100))]
    pub count: u32,
    /// What to pass as `cursor` for more; null when there are no more.
    pub next_cursor: Option<String>,
}

/// A key of the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CacheKeyView {
    /// The key.
    #[cfg_attr(feature = "openapi", schema(example = "cart:2"))]
    pub key: String,
    /// How many seconds it still lives; null where it has no end.
    pub ttl: Option<u64>,
}

/// What is kept at a key.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CacheEntryView {
    /// The key.
    #[cfg_attr(feature = "openapi", schema(example = "cart:2"))]
    pub key: String,
    /// Whether the next read would be answered with it.
    pub state: EntryState,
    /// Why it would not; null where it would.
    pub reason: Option<String>,
    /// How many seconds it still lives; null where it has no end.
    pub ttl: Option<u64>,
    /// How many bytes it has; null where it is a list, a set or the like.
    pub bytes: Option<u64>,
    /// Whether this process serves a copy from its own memory before it asks Redis; null where it keeps no copies.
    pub in_memory: Option<bool>,
    /// What it depends on; empty where it is no cell.
    pub tags: Vec<CacheTagView>,
    /// When it was stored; null where it is no cell.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub stored_at: Option<Timestamp>,
    /// The entity tag of what it holds, without quotes; null where it is no cell.
    pub etag: Option<String>,
    /// What it holds, as the client would get it; null where it is no cell.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub value: Option<Box<RawValue>>,
}

/// Whether something that is kept would be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EntryState {
    /// It would be.
    Valid,
    /// It would not: a write has replaced it, its time is over, or it is in doubt.
    Stale,
    /// It is no cell: a generation, or something that another program keeps.
    Foreign,
}

/// Something that a cell depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CacheTagView {
    /// The tag.
    #[cfg_attr(feature = "openapi", schema(example = "cart:2"))]
    pub tag: String,
    /// The generation that the cell was stored under.
    pub stored: String,
    /// The generation that the tag has now; null after a write that no read has followed yet.
    pub current: Option<String>,
}
