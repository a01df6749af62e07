//! Looking into this process' memory, with what Redis' `SCAN` promises: pages in the order of the keys, the cursor being
//! the last key of a page, so that nothing is missed however much comes and goes in between.

use super::{Entry, MemoryStore, glob};
use crate::store::{Inspectable, Peeked, Scanned, StoreError};
use async_trait::async_trait;
use domain::inspection::{CacheKeyView, InspectionError, KeyQuery};
use domain::page::{decode_cursor, encode_cursor};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

#[async_trait]
impl Inspectable for MemoryStore {
    async fn scan(&self, query: &KeyQuery) -> Result<Scanned, InspectionError> {
        let after = query.cursor.as_deref().map(decode_cursor::<String>);
        let after = after.transpose().map_err(|_| InspectionError::Cursor)?;
        let wanted = |key: &str| {
            after.as_deref().is_none_or(|after| key > after)
                && glob::matches(query.pattern.as_str().as_bytes(), key.as_bytes())
        };
        let count = query.count.get() as usize;
        // The first keys in order, and one more that tells whether there are more.
        let mut first: BTreeMap<Arc<String>, Duration> = BTreeMap::new();
        for (key, entry) in self.entries.iter().filter(|(key, _)| wanted(key)) {
            first.insert(key, entry.left());
            if first.len() > count + 1 {
                first.pop_last();
            }
        }
        let more = first.len() > count;
        let view = |(key, left): (Arc<String>, Duration)| CacheKeyView {
            key: key.as_ref().clone(),
            ttl: Some(left.as_secs()),
        };
        let keys: Vec<CacheKeyView> = first.into_iter().take(count).map(view).collect();
        let cursor = keys.last().filter(|_| more).map(|last| encode_cursor(&last.key));
        Ok(Scanned { keys, cursor })
    }

    async fn peek(&self, key: &str) -> Result<Option<Peeked>, StoreError> {
        let peeked = |entry: Entry| Peeked { ttl: Some(entry.left()), bytes: Some(entry.bytes) };
        Ok(self.entries.get(key).map(peeked))
    }
}
