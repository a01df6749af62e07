//! The in-process tier on the way of a read: asked first, and filled by what the store answers. Not by what the database
//! answers, so that a read that happens once costs no memory.

use super::{Cells, Hit};
use crate::tier::{Moment, Seen};
use crate::{CellKey, Tag};
use domain::{Bypass, CacheOutcome, CacheStatus, Doc, Source, Sourced};

/// What a look into the tier showed.
pub(super) enum Look<T> {
    Hit(Sourced<Doc<T>>),
    /// No copy; one may be taken if nothing is reported from this moment on.
    Miss(Moment),
    /// It serves nothing of this key now.
    Bypass(Bypass),
    /// It never holds such a key, or there is none.
    Absent,
}

/// Whether a copy was taken of what a read brought.
#[derive(Clone, Copy)]
pub(super) struct Taken(bool);

/// What the database answered is not copied.
pub(super) const NOT_TAKEN: Taken = Taken(false);

impl Cells {
    pub(super) fn look_into_tier<T>(&self, key: &CellKey, in_doubt: bool) -> Look<T> {
        let Some(tier) = self.inner.tier.as_ref().filter(|_| key.kind().is_public()) else {
            return Look::Absent;
        };
        if in_doubt {
            return Look::Bypass(Bypass::InDoubt);
        }
        match tier.look(key, self.inner.clock.now()) {
            Seen::Copy { doc, expires_at } => {
                self.count(key).tier_hits.one();
                let outcome = CacheOutcome::Hit { ttl: self.time_left(expires_at) };
                Look::Hit(Sourced { value: doc, source: Source::Memory, cache: vec![status(key, outcome)] })
            }
            Seen::Nothing(moment) => {
                self.count(key).tier_misses.one();
                Look::Miss(moment)
            }
            Seen::Closed => {
                self.count(key).tier_misses.one();
                Look::Bypass(Bypass::Unavailable)
            }
        }
    }

    /// Drops the copies of cells with these tags; every copy where no tags are named.
    pub(crate) fn drop_copies(&self, tags: Option<&[Tag]>) {
        match (&self.inner.tier, tags) {
            (Some(tier), Some(tags)) => tier.forget(tags),
            (Some(tier), None) => tier.empty(),
            (None, _) => {}
        }
    }

    /// Takes a copy of what the store answered, if the tier was asked and may still have it.
    pub(super) fn take_into_tier<T>(&self, key: &CellKey, hit: &Hit<T>, look: &Look<T>) -> Taken {
        let (Some(tier), Look::Miss(asked)) = (&self.inner.tier, look) else { return NOT_TAKEN };
        let taken = tier.take(*asked, key, &hit.stamp, &hit.doc, hit.expires_at);
        let counters = self.count(key);
        let count = if taken { &counters.tier_fills } else { &counters.tier_refused };
        count.one();
        Taken(taken)
    }
}

impl<T> Look<T> {
    /// Returns what there is to tell of the tier, where it was on the way.
    pub(super) fn status(&self, key: &CellKey, Taken(stored): Taken) -> Option<CacheStatus> {
        let outcome = match self {
            Self::Miss(_) => CacheOutcome::Miss { stored, collapsed: false },
            Self::Bypass(why) => CacheOutcome::Bypass { why: *why, collapsed: false },
            Self::Hit(_) | Self::Absent => return None,
        };
        Some(status(key, outcome))
    }
}

fn status(key: &CellKey, outcome: CacheOutcome) -> CacheStatus {
    CacheStatus { cache: Source::Memory, key: key.as_str().to_owned(), outcome }
}

#[cfg(test)]
mod tests;
