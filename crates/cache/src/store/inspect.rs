//! The port for looking into a store, beside the one that serves: what keys there are, and what lies at one. Unlike
//! serving it may take several round trips, and it finds what other programs keep, too.

use super::{CellStore, StoreError};
use async_trait::async_trait;
use bytes::Bytes;
use domain::inspection::{CacheKeyView, InspectionError, KeyQuery};
use std::time::Duration;

/// A store that can be looked into.
#[async_trait]
pub trait Inspectable: CellStore {
    /// Returns keys that match and where to go on, in a bounded number of steps: a page may have fewer keys than were
    /// wanted, or none, though more follow. Keys that are there all the while are found; one may be found twice.
    async fn scan(&self, query: &KeyQuery) -> Result<Scanned, InspectionError>;

    /// Returns what lies at a key, whoever put it there.
    async fn peek(&self, key: &str) -> Result<Option<Peeked>, StoreError>;
}

/// Some of the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// The keys with their time.
    pub keys: Vec<CacheKeyView>,
    /// Where to go on; `None` at the end.
    pub cursor: Option<String>,
}

/// What lies at a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeked {
    /// Its bytes; `None` where it is a list, a set or the like.
    pub bytes: Option<Bytes>,
    /// How long it still lives; `None` where it has no end.
    pub ttl: Option<Duration>,
}

impl From<StoreError> for InspectionError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
