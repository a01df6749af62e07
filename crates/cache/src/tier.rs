//! The in-process tier: copies of public cells in this instance's own memory, in front of a store that several instances
//! share. A hit costs no round trip.
//!
//! A copy is served while three things hold:
//! - the generation of each of its tags is the one that it was stored under. What Redis reports as changed, and what this
//!   instance has written itself, takes the generation away here, as it did there;
//! - no report can have been missed: the connection that reports has not broken since the copy was taken;
//! - Redis has answered a probe that was sent within the last second. Reports and answers arrive in order on one
//!   connection, so an answer proves that every report from before it is here. A connection that is dead, and does not
//!   know it yet, costs a second.
//!
//! A copy is taken from what the store answered, and only when nothing was reported between the question and the taking:
//! the answer may be older than the report. This file knows nothing of connections; [`RedisStore::tracking`] feeds it.
//!
//! [`RedisStore::tracking`]: crate::RedisStore::tracking

use crate::cell::Stamp;
use crate::counters::Counter;
use crate::{CellKey, Epoch, Generation, Tag};
use bytes::Bytes;
use domain::inspection::TierStats;
use domain::{Doc, Timestamp};
use moka::{policy::EvictionPolicy, sync::Cache};
use std::{
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, Instant},
};

/// How old the last answered probe may be, counted from when it was sent.
const TRUST: Duration = Duration::from_secs(1);
/// How long an entry stays at most; no cell lives longer.
const LIFETIME: Duration = Duration::from_mins(30);
/// What an entry costs beside its key and its bytes, roughly.
const OVERHEAD: usize = 250;

/// Copies of public cells. Clones share them.
#[derive(Clone)]
pub struct Tier {
    inner: Arc<Inner>,
}

struct Inner {
    entries: Cache<String, Entry>,
    max_bytes: u64,
    state: RwLock<State>,
    emptied: Counter,
    reports: Counter,
}

#[derive(Default)]
struct State {
    link: Option<Link>,
    /// Counts links, and what ends the trust in all copies.
    links: u64,
    /// Counts what was reported, or written here.
    position: u64,
}

/// The connection that reports.
struct Link {
    number: LinkNumber,
    epoch: Epoch,
    /// When the last probe was sent that was answered.
    heard: Instant,
}

/// Tells one life of a link from the next. Copies that were taken in another are never served.
pub(crate) type LinkNumber = u64;

/// What has to be as it was for a copy to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    link: LinkNumber,
    position: u64,
}

/// What the tier has for a key.
pub(crate) enum Seen<T> {
    /// A copy that may be served.
    Copy { doc: Doc<T>, expires_at: Timestamp },
    /// Nothing; a copy may be taken if nothing is reported from this moment on.
    Nothing(Moment),
    /// It serves nothing now.
    Closed,
}

#[derive(Clone)]
enum Entry {
    Copy(Arc<Copy>),
    Generation(Generation),
}

struct Copy {
    link: LinkNumber,
    generations: Vec<Generation>,
    json: Bytes,
    etag: String,
    expires_at: Timestamp,
}

impl Tier {
    /// Makes an empty tier that holds about `max_bytes` at most and drops what was used least recently. It serves nothing
    /// until something reports to it.
    pub fn new(max_bytes: u64) -> Self {
        let entries = Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|key: &String, entry: &Entry| {
                u32::try_from(OVERHEAD + key.len() + entry.bytes()).unwrap_or(u32::MAX)
            })
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(LIFETIME)
            .build();
        let (state, emptied, reports) = Default::default();
        Self { inner: Arc::new(Inner { entries, max_bytes, state, emptied, reports }) }
    }

    /// Looks for a copy.
    pub(crate) fn look<T>(&self, key: &CellKey, now: Timestamp) -> Seen<T> {
        let state = self.read();
        let Some(link) = state.serving() else { return Seen::Closed };
        let moment = Moment { link, position: state.position };
        drop(state);
        match self.copy(key.as_str(), key.tags(), link, now) {
            Some(copy) => {
                let doc = Doc::from_parts(copy.json.clone(), copy.etag.clone());
                Seen::Copy { doc, expires_at: copy.expires_at }
            }
            None => Seen::Nothing(moment),
        }
    }

    /// Takes a copy of a cell that the store holds in this state, unless something was reported since `asked`; tells whether
    /// it did.
    pub(crate) fn take<T>(
        &self,
        asked: Moment,
        key: &CellKey,
        stamp: &Stamp,
        doc: &Doc<T>,
        expires_at: Timestamp,
    ) -> bool {
        // Held while entries change: a report must come before or after, never between.
        let state = self.write();
        let unmoved = asked.position == state.position
            && state.link.as_ref().is_some_and(|link| link.number == asked.link && link.epoch == stamp.epoch);
        if !unmoved {
            return false;
        }
        for (tag, generation) in key.tags().iter().zip(&stamp.generations) {
            self.inner.entries.insert(tag.generation_key(), Entry::Generation(generation.clone()));
        }
        let (json, etag) = (doc.json().clone(), doc.etag().to_owned());
        let generations = stamp.generations.clone();
        let copy = Copy { link: asked.link, generations, json, etag, expires_at };
        self.inner.entries.insert(key.as_str().to_owned(), Entry::Copy(Arc::new(copy)));
        true
    }

    /// Serves no copy any more that carries one of these tags: this instance has renewed them.
    pub(crate) fn forget(&self, tags: &[Tag]) {
        if tags.is_empty() {
            return;
        }
        self.drop_generations(tags.iter().map(Tag::generation_key));
    }

    /// Serves no copy any more whose tag's generation is kept at one of these keys: Redis has reported them as changed.
    pub(crate) fn reported(&self, generation_keys: impl Iterator<Item = String>) {
        self.inner.reports.one();
        self.drop_generations(generation_keys);
    }

    /// Begins to serve copies of cells of this epoch; the connection to where they are reports from now on.
    pub(crate) fn open(&self, epoch: Epoch, sent: Instant) {
        let mut state = self.write();
        let number = state.next_link();
        state.link = Some(Link { number, epoch, heard: sent });
    }

    /// Takes note of an answered probe.
    pub(crate) fn heard(&self, sent: Instant) {
        if let Some(link) = &mut self.write().link {
            link.heard = sent;
        }
    }

    /// Throws every copy away and goes on serving new ones: everything was reported as changed.
    pub(crate) fn empty(&self) {
        let mut state = self.write();
        let number = state.next_link();
        if let Some(link) = &mut state.link {
            link.number = number;
        }
        self.throw_away();
    }

    /// Throws every copy away and serves none until [`Tier::open`]: reports may be missed from now on.
    pub(crate) fn close(&self) {
        if self.write().link.take().is_some() {
            self.throw_away();
        }
    }

    /// Tells whether there is a copy of this cell that would be served.
    pub(crate) fn has(&self, key: &str, tags: &[Tag], now: Timestamp) -> bool {
        let link = self.read().serving();
        link.is_some_and(|link| self.copy(key, tags, link, now).is_some())
    }

    pub(crate) fn stats(&self) -> TierStats {
        self.inner.entries.run_pending_tasks();
        TierStats {
            serving: self.read().serving().is_some(),
            bytes: self.inner.entries.weighted_size(),
            max_bytes: self.inner.max_bytes,
            emptied: self.inner.emptied.get(),
            invalidations: self.inner.reports.get(),
        }
    }

    fn copy(&self, key: &str, tags: &[Tag], link: LinkNumber, now: Timestamp) -> Option<Arc<Copy>> {
        let Entry::Copy(copy) = self.inner.entries.get(key)? else { return None };
        let current = |(tag, stored): (&Tag, &Generation)| {
            let kept = self.inner.entries.get(&tag.generation_key());
            matches!(kept, Some(Entry::Generation(generation)) if generation == *stored)
        };
        let valid = copy.link == link
            && copy.expires_at > now
            && tags.len() == copy.generations.len()
            && tags.iter().zip(&copy.generations).all(current);
        valid.then_some(copy)
    }

    fn drop_generations(&self, keys: impl Iterator<Item = String>) {
        let mut state = self.write();
        state.position += 1;
        for key in keys {
            self.inner.entries.invalidate(&key);
        }
    }

    /// Gives the memory back. That nothing of it is served any more is the doing of the link's number.
    fn throw_away(&self) {
        self.inner.emptied.one();
        self.inner.entries.invalidate_all();
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.inner.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.inner.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn serving(&self) -> Option<LinkNumber> {
        self.link.as_ref().filter(|link| link.heard.elapsed() < TRUST).map(|link| link.number)
    }

    fn next_link(&mut self) -> LinkNumber {
        self.links += 1;
        self.links
    }
}

impl Entry {
    fn bytes(&self) -> usize {
        match self {
            Self::Copy(copy) => copy.json.len() + copy.etag.len(),
            Self::Generation(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests;
