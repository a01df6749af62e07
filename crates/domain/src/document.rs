//! Documents: views encoded once, as the JSON that the client gets, so that a cache hit is copied to the socket and
//! never parsed. [`Sourced`] says which store a value came from.

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::{fmt, marker::PhantomData, time::Duration};

/// The store that answered a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Source {
    /// Redis.
    Redis,
    /// This process' own memory.
    Memory,
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

impl Source {
    /// Returns the name that clients read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::Memory => "memory",
            Self::Postgres => "postgres",
            Self::Sqlite => "sqlite",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Counts the edits of one aggregate; the part of an entity tag that `If-Match` compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub i64);

impl Version {
    /// The version of what has none: lists, and carts that were never filled.
    pub const NONE: Self = Self(0);

    /// Returns the version after one more edit.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A view of type `T`, encoded as JSON together with its strong entity tag (RFC 9110, 8.8.3).
pub struct Doc<T> {
    json: Bytes,
    etag: String,
    view: PhantomData<fn() -> T>,
}

impl<T> Doc<T> {
    /// Puts together a document that was encoded before, as a cache keeps it.
    pub fn from_parts(json: Bytes, etag: String) -> Self {
        Self { json, etag, view: PhantomData }
    }

    /// Returns the view's JSON.
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// Returns the entity tag without its quotes: `{version}.{digest}`, the digest 16 hexadecimal digits of SHA-256.
    pub fn etag(&self) -> &str {
        &self.etag
    }
}

impl<T: Serialize> Doc<T> {
    /// Encodes a view.
    ///
    /// # Panics
    /// When the view cannot be written as JSON. Views are plain structs with string keys, which always can.
    pub fn encode(version: Version, view: &T) -> Self {
        let json = serde_json::to_vec(view).expect("views are plain structs, which JSON can hold");
        let digest = Sha256::digest(&json);
        let digest = digest[..8].iter().fold(0_u64, |digest, byte| digest << 8 | u64::from(*byte));
        let etag = format!("{}.{digest:016x}", version.0);
        Self::from_parts(json.into(), etag)
    }
}

impl<T: DeserializeOwned> Doc<T> {
    /// Reads the view back.
    ///
    /// # Errors
    /// When the bytes are not such a view, which means that they were not made by [`Doc::encode`].
    pub fn decode(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.json)
    }
}

impl<T> Clone for Doc<T> {
    fn clone(&self) -> Self {
        Self::from_parts(self.json.clone(), self.etag.clone())
    }
}

impl<T> fmt::Debug for Doc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doc").field("etag", &self.etag).field("bytes", &self.json.len()).finish()
    }
}

/// A value and where it came from.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    /// What was read.
    pub value: T,
    /// The store that answered.
    pub source: Source,
    /// What each cache on the way did, nearest to the database first; empty where no cache was asked.
    pub cache: Vec<CacheStatus>,
}

impl<T> Sourced<T> {
    /// Wraps what a database answered, with no cache on the way.
    pub fn direct(source: Source, value: T) -> Self {
        Self { value, source, cache: Vec::new() }
    }

    /// Changes the value and keeps where it came from.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: f(self.value), source: self.source, cache: self.cache }
    }
}

impl<T> Sourced<Option<T>> {
    /// Turns "a store said there is nothing" into nothing.
    pub fn transpose(self) -> Option<Sourced<T>> {
        let Self { value, source, cache } = self;
        value.map(|value| Sourced { value, source, cache })
    }
}

/// What one cache did for a read (RFC 9211).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheStatus {
    /// The cache: [`Source::Redis`] or [`Source::Memory`].
    pub cache: Source,
    /// The key that was looked up; empty where the read is never cached.
    pub key: String,
    /// What came of it.
    pub outcome: CacheOutcome,
}

/// What came of looking into a cache (RFC 9211, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheOutcome {
    /// The cache answered.
    Hit {
        /// How long the cell may still be served.
        ttl: Duration,
    },
    /// The cache had nothing that may be served, and what lies behind it was asked.
    Miss {
        /// Whether the answer is in the cache now.
        stored: bool,
        /// Whether this read joined another one's question.
        collapsed: bool,
    },
    /// The cache was passed by.
    Bypass {
        /// Why it was.
        why: Bypass,
        /// Whether this read joined another one's question to what lies behind.
        collapsed: bool,
    },
}

impl CacheOutcome {
    /// What comes of reading something that is never kept.
    pub const UNCACHEABLE: Self = Self::Bypass { why: Bypass::Uncacheable, collapsed: false };
}

/// Why a cache was passed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bypass {
    /// What was read is never kept.
    Uncacheable,
    /// What it holds may be older than a write that was acknowledged.
    InDoubt,
    /// It does not answer.
    Unavailable,
}
