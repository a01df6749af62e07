//! Looking into the cache: which keys there are, what lies at one, and whether the next read would be answered with it, by
//! the very rules that serve. It reads; nothing is placed, renewed or counted.

use crate::cell::{Cell, Mismatch, Stamp};
use crate::store::{Found, Inspectable, Peeked};
use crate::tags::Tag;
use crate::{CellKey, Cells, Generation, StoreError};
use async_trait::async_trait;
use domain::Sourced;
use domain::inspection::{
    CacheEntryView, CacheInspector, CacheStats, CacheTagView, EntryState, InspectionError, KeyPage, KeyQuery,
};
use serde_json::value::RawValue;
use std::sync::Arc;

/// Looks into the store of these cells.
pub struct Inspector {
    cells: Cells,
    store: Arc<dyn Inspectable>,
}

impl Inspector {
    /// Looks into this store, with the eyes of the cells on top of it.
    pub fn new(cells: Cells, store: Arc<dyn Inspectable>) -> Self {
        Self { cells, store }
    }

    /// Shows a cell that carries these tags; `None` where it has gone since it was found.
    async fn cell(
        &self,
        key: &str,
        tags: &[Tag],
        peeked: Peeked,
    ) -> Result<Option<CacheEntryView>, InspectionError> {
        let found = match self.store.read(key, tags).await {
            Ok(found) => found,
            // What a read would meet, and go to the database for.
            Err(StoreError::Refused(reason) | StoreError::Unsupported(reason)) => {
                return Ok(peeked.bytes.as_ref().and_then(Cell::decode).map(|cell| {
                    let unknown = vec![None; tags.len()];
                    shown(key, cell, &unknown, &peeked, Some(reason))
                }));
            }
            Err(error @ (StoreError::Unavailable(_) | StoreError::NotAsked)) => return Err(error.into()),
        };
        let Some(cell) = found.cell.as_ref().and_then(Cell::decode) else { return Ok(None) };
        let reason = self.objection(key, &cell, &found).map(str::to_owned);
        let peeked = Peeked { bytes: found.cell, ..peeked };
        Ok(Some(shown(key, cell, &found.generations, &peeked, reason)))
    }

    /// Tells why a read would not be answered with a cell; `None` where it would.
    fn objection(&self, key: &str, cell: &Cell, found: &Found) -> Option<&'static str> {
        let Ok(key) = CellKey::read(key) else { return Some("no read looks here") };
        if self.cells.in_doubt(&key) {
            return Some("it is in doubt until the relay has passed the outbox on");
        }
        let generations = found.generations.iter().flatten().cloned().collect();
        let stamp = Stamp { epoch: found.epoch.clone(), generations };
        match cell.mismatch(key.tags(), &stamp) {
            Some(Mismatch::Epoch) => Some("it is from another life of the store, or of another database"),
            Some(Mismatch::Tags) => Some("it belongs to another key"),
            Some(Mismatch::Generation) => Some("a write has replaced it"),
            None if self.cells.has_ended(cell) => Some("its time is over"),
            None => None,
        }
    }
}

#[async_trait]
impl CacheInspector for Inspector {
    async fn keys(&self, query: &KeyQuery) -> Result<Sourced<KeyPage>, InspectionError> {
        let scanned = self.store.scan(query).await?;
        let count = query.count.get();
        let page = KeyPage { items: scanned.keys, count, next_cursor: scanned.cursor };
        Ok(Sourced::direct(self.store.source(), page))
    }

    async fn entry(&self, key: &str) -> Result<Option<Sourced<CacheEntryView>>, InspectionError> {
        let Some(peeked) = self.store.peek(key).await? else { return Ok(None) };
        let view = match peeked.bytes.as_ref().and_then(Cell::decode).and_then(|cell| cell.stored_under()) {
            Some(tags) => {
                let tags: Vec<Tag> = tags.into_iter().map(|(tag, _)| tag).collect();
                self.cell(key, &tags, peeked).await?
            }
            None => Some(foreign(key, &peeked)),
        };
        let in_memory = CellKey::read(key).ok().and_then(|key| self.cells.has_copy(&key));
        Ok(view.map(|view| Sourced::direct(self.store.source(), CacheEntryView { in_memory, ..view })))
    }

    fn stats(&self) -> CacheStats {
        self.cells.stats()
    }
}

/// Shows a cell; `current` are the generations of its tags now.
fn shown(
    key: &str,
    cell: Cell,
    current: &[Option<Generation>],
    peeked: &Peeked,
    reason: Option<String>,
) -> CacheEntryView {
    let text = |generation: &Generation| generation.as_str().to_owned();
    let stored = cell.stored_under().unwrap_or_default();
    let tag = |((tag, stored), current): (&(Tag, Generation), &Option<Generation>)| CacheTagView {
        tag: tag.to_string(),
        stored: text(stored),
        current: current.as_ref().map(text),
    };
    let tags = stored.iter().zip(current).map(tag).collect();
    let stored_at = Some(cell.stored_at());
    let doc = cell.into_doc::<()>();
    let json = String::from_utf8(doc.json().to_vec()).ok();
    CacheEntryView {
        state: if reason.is_none() { EntryState::Valid } else { EntryState::Stale },
        reason,
        tags,
        stored_at,
        etag: Some(doc.etag().to_owned()),
        value: json.and_then(|json| RawValue::from_string(json).ok()),
        ..foreign(key, peeked)
    }
}

/// Shows something that is no cell, and none of what is in it.
fn foreign(key: &str, peeked: &Peeked) -> CacheEntryView {
    CacheEntryView {
        key: key.to_owned(),
        state: EntryState::Foreign,
        reason: Some(
            "it is no cell: a generation, a count, or something that another program keeps".to_owned(),
        ),
        ttl: peeked.ttl.map(|ttl| ttl.as_secs()),
        bytes: peeked.bytes.as_ref().map(|bytes| bytes.len() as u64),
        in_memory: None,
        tags: Vec::new(),
        stored_at: None,
        etag: None,
        value: None,
    }
}
