//! Singleflight: many who miss the same thing at once, one load. What may be shared is decided by what is known of the
//! data: with a [`Stamp`], everything that began under it; without one, only what has not begun.
//!
//! Loads run in tasks of their own, so a caller that goes away stops nothing, and only so many at once: when the store is
//! away, everybody comes to the database.

use crate::cell::Stamp;
use domain::{Doc, RepositoryError, Sourced};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Semaphore;
use tracing::Instrument;

/// What a load brought: the document, if there is one, and whether it is in a cell now. Its type is that of the key.
#[derive(Clone, Debug)]
pub(crate) struct Landed {
    pub(crate) found: Option<Sourced<Doc<()>>>,
    pub(crate) stored: bool,
}

/// What everybody on a flight gets.
pub(crate) type Outcome = Result<Landed, RepositoryError>;
/// The end of a flight.
pub(crate) type Landing = Shared<BoxFuture<'static, Outcome>>;

/// How a caller came to its flight.
pub(crate) enum Boarding {
    /// It is the first.
    Began(Landing),
    /// Somebody else began it.
    Joined(Landing),
}

/// Loads whose result will be stamped. One may be joined by everybody who found the same stamp, until its cell is
/// stored: a write that was acknowledged before a caller came has changed the generations that the caller found.
#[derive(Clone)]
pub(crate) struct Flights {
    under_way: Arc<Mutex<HashMap<Route, Landing>>>,
    turns: Arc<Semaphore>,
}

type Route = (String, Stamp);

impl Flights {
    /// Lets loads take off in these turns.
    pub(crate) fn new(turns: Arc<Semaphore>) -> Self {
        Self { under_way: Arc::default(), turns }
    }

    /// Joins the flight of this key and stamp, or begins it; `load` includes storing the cell.
    pub(crate) fn board(
        &self,
        key: &str,
        stamp: &Stamp,
        load: impl Future<Output = Outcome> + Send + 'static,
    ) -> Boarding {
        let route: Route = (key.to_owned(), stamp.clone());
        let mut under_way = lock(&self.under_way);
        if let Some(landing) = under_way.get(&route) {
            return Boarding::Joined(landing.clone());
        }
        let (flights, ended) = (self.clone(), route.clone());
        let landing = begin(async move {
            let _ended = Ended(|| drop(lock(&flights.under_way).remove(&ended)));
            let _turn = flights.turns.acquire().await;
            load.await
        });
        under_way.insert(route, landing.clone());
        Boarding::Began(landing)
    }
}

/// Loads while nothing is known of the generations. A load that has begun may be older than a write that the caller
/// must see, so only one that still waits for its turn is joined: for each key one runs and one waits.
#[derive(Clone)]
pub(crate) struct Queues {
    queues: Arc<Mutex<HashMap<String, Queue>>>,
    turns: Arc<Semaphore>,
}

#[derive(Default)]
struct Queue {
    turn: Arc<tokio::sync::Mutex<()>>,
    waiting: Option<Landing>,
}

impl Queues {
    /// Lets loads begin in these turns.
    pub(crate) fn new(turns: Arc<Semaphore>) -> Self {
        Self { queues: Arc::default(), turns }
    }

    /// Joins the load of this key that has not begun, or queues one.
    pub(crate) fn board(&self, key: &str, load: impl Future<Output = Outcome> + Send + 'static) -> Boarding {
        let mut queues = lock(&self.queues);
        let queue = queues.entry(key.to_owned()).or_default();
        if let Some(landing) = &queue.waiting {
            return Boarding::Joined(landing.clone());
        }
        let (queues, key, turn) = (self.clone(), key.to_owned(), Arc::clone(&queue.turn));
        let landing = begin(async move {
            let _turn = turn.lock().await;
            let _ended = Ended(|| queues.leave(&key));
            let _turn = queues.turns.acquire().await;
            queues.depart(&key);
            load.await
        });
        queue.waiting = Some(landing.clone());
        Boarding::Began(landing)
    }

    /// From here on nobody joins.
    fn depart(&self, key: &str) {
        if let Some(queue) = lock(&self.queues).get_mut(key) {
            queue.waiting = None;
        }
    }

    /// Forgets a queue that nobody waits in.
    fn leave(&self, key: &str) {
        let mut queues = lock(&self.queues);
        if queues.get(key).is_some_and(|queue| queue.waiting.is_none()) {
            queues.remove(key);
        }
    }
}

/// Runs a load in a task of its own.
fn begin(load: impl Future<Output = Outcome> + Send + 'static) -> Landing {
    let task = tokio::spawn(load.in_current_span());
    let broke_down = |error| RepositoryError::Unexpected(format!("a load broke down: {error}"));
    task.map(move |outcome| outcome.unwrap_or_else(|error| Err(broke_down(error)))).boxed().shared()
}

/// Does something at the end of a scope, panics included.
struct Ended<F: FnMut()>(F);

impl<F: FnMut()> Drop for Ended<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
