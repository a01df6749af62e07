//! Looking into Redis: keys by pattern, and what lies at one.

use super::{RedisStore, scan::WIDEST};
use crate::store::{Inspectable, Peeked, Scanned, StoreError};
use async_trait::async_trait;
use bytes::Bytes;
use domain::inspection::{CacheKeyView, InspectionError, KeyQuery};
use redis::Pipeline;
use std::time::Duration;

/// How many steps one page takes at most. What other programs keep may be far more than our keys.
const STEPS: u32 = 100;
/// What `PTTL` answers for a key that is not there; −1 is one that has no end.
const ABSENT: i64 = -2;

#[async_trait]
impl Inspectable for RedisStore {
    async fn scan(&self, query: &KeyQuery) -> Result<Scanned, InspectionError> {
        let begin = query.cursor.as_deref().map_or(Ok(0), str::parse);
        let mut cursor: u64 = begin.map_err(|_| InspectionError::Cursor)?;
        let wanted = query.count.get();
        let (mut keys, mut width) = (Vec::new(), wanted);
        for _ in 0..STEPS {
            let found = self.step(&mut cursor, query.pattern.as_str(), width).await?;
            if found.is_empty() {
                width = (width * 2).min(WIDEST); // few keys match, so more have to be looked at
            }
            keys.extend(found);
            if cursor == 0 || keys.len() >= wanted as usize {
                break;
            }
        }
        let keys = self.with_ttl(keys).await?;
        Ok(Scanned { keys, cursor: (cursor != 0).then(|| cursor.to_string()) })
    }

    async fn peek(&self, key: &str) -> Result<Option<Peeked>, StoreError> {
        let mut commands = Pipeline::with_capacity(2);
        // Unlike `GET`, `MGET` takes a list or a set for nothing instead of failing.
        commands.cmd("MGET").arg(key).cmd("PTTL").arg(key);
        let (((bytes,), ttl), _) = self.run::<((Option<Vec<u8>>,), i64)>(&commands).await?;
        Ok((ttl != ABSENT).then(|| Peeked { bytes: bytes.map(Bytes::from), ttl: left(ttl) }))
    }
}

impl RedisStore {
    /// Adds the time of each key, in one round trip. Keys that have gone meanwhile are left out, and those that are no text,
    /// which are not ours, shown as near to it as can be.
    async fn with_ttl(&self, keys: Vec<Vec<u8>>) -> Result<Vec<CacheKeyView>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut commands = Pipeline::with_capacity(keys.len());
        for key in &keys {
            commands.cmd("PTTL").arg(key);
        }
        let (ttls, _) = self.run::<Vec<i64>>(&commands).await?;
        let there = keys.iter().zip(ttls).filter(|(_, ttl)| *ttl != ABSENT);
        let view = |(key, ttl): (&Vec<u8>, i64)| CacheKeyView {
            key: String::from_utf8_lossy(key).into_owned(),
            ttl: left(ttl).map(|ttl| ttl.as_secs()),
        };
        Ok(there.map(view).collect())
    }
}

/// Reads an answer of `PTTL` as the time that is left; a key without an end has none.
fn left(milliseconds: i64) -> Option<Duration> {
    u64::try_from(milliseconds).ok().map(Duration::from_millis)
}
