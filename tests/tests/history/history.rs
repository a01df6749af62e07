//! What clients saw, in the order in which they noted it, by the test's own monotonic clock.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Something that has one writer, who gives it versions one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Entity {
    /// The cart of a shopper; its version is the cart's own.
    Cart(usize),
    /// The description of a product, which is its version in words.
    Description(i64),
    /// The price of a product, which is its version in minor units.
    Price(i64),
    /// A session: [`LIVE`](crate::sessions::LIVE), then [`ENDED`](crate::sessions::ENDED).
    Session(u64),
}

/// One life of one instance: a process that was killed and started again has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) instance: usize,
    pub(crate) number: usize,
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "instance {}, life {}", self.instance, self.number)
    }
}

/// A write. Its writer waited for its end before the next.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    pub(crate) entity: Entity,
    pub(crate) version: i64,
    pub(crate) by: Life,
    pub(crate) request: String,
    pub(crate) invoked: Instant,
    pub(crate) ended: Instant,
    /// Otherwise the connection was lost, and it may have happened or not.
    pub(crate) acknowledged: bool,
}

/// What an answer showed of an entity.
#[derive(Clone, Debug)]
pub(crate) struct Read {
    pub(crate) entity: Entity,
    pub(crate) version: i64,
    pub(crate) by: Life,
    pub(crate) path: String,
    /// The store that answered; nothing where the answer does not say.
    pub(crate) source: String,
    /// `Cache-Status`, for whoever reads of a violation.
    pub(crate) cache: String,
    pub(crate) invoked: Instant,
    pub(crate) answered: Instant,
}

/// Everything that was noted.
#[derive(Default)]
pub(crate) struct History(Mutex<Notes>);

#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) writes: Vec<Write>,
    pub(crate) reads: Vec<Read>,
    /// Answers that nobody may get, in words.
    pub(crate) wrong: Vec<String>,
    pub(crate) answers: usize,
}

impl History {
    pub(crate) fn note(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
