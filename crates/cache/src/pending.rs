//! What this instance must not serve from cells for now, and which messages of the outbox are its own business.
//!
//! One lock holds both: a renewal that failed puts its tags in doubt and leaves its messages to the relay in one step, so
//! that no pass of the relay can see the one without the other. Every mark has a number; what takes marks away names the
//! last one that it knows of, so that a later failure is never taken for one that was made good.

use crate::{Tag, notice};
use domain::inspection::RelayStats;
use domain::{Message, MessageId};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// How many tags are told apart. Past it every cell is passed by: the store has been away for long, and few cells are left
/// to serve.
const MOST_TAGS: usize = 1_000;
/// How long after its last complete pass an instance serves cells. A database that is away for so long keeps nobody from
/// looking at the shop; but writers that lost Redis tell of their writes through the database alone.
const SILENCE: Duration = Duration::from_secs(30);
/// How long the relay may not have run at all. Then this process was stopped, and knows nothing of what happened meanwhile.
/// It is a little less than the 250 ms within which a write that did not reach Redis has to be seen everywhere.
const STANDSTILL: Duration = Duration::from_millis(225);

/// The number of a mark, or of a pass of the relay: one sequence for both.
pub(crate) type Moment = u64;

/// The doubts and the messages of one instance.
#[derive(Default)]
pub(crate) struct Pending {
    state: Mutex<State>,
    renewed: Notify,
}

struct State {
    now: Moment,
    /// Since when nothing at all is served.
    closed: Option<Moment>,
    tags: HashMap<Tag, Moment>,
    /// Messages between their announcement and the end of their renewal.
    under_way: HashSet<MessageId>,
    /// Messages whose tags this instance has renewed, and that are still to be deleted.
    renewed: HashSet<MessageId>,
    /// Messages that are not, or no longer, this instance's, by the last pass that met them.
    seen: HashMap<MessageId, Moment>,
    completed: Option<Instant>,
    /// When the relay was last seen running, if it ever was.
    alive: Option<Instant>,
}

impl Default for State {
    /// Closed until the first complete pass: what was written while this instance was away may only be known to the outbox.
    fn default() -> Self {
        let (tags, seen) = Default::default();
        let (under_way, renewed) = Default::default();
        let (now, closed, completed, alive) = (0, Some(0), None, None);
        Self { now, closed, tags, under_way, renewed, seen, completed, alive }
    }
}

impl Pending {
    /// Tells whether a cell with these tags must not be served.
    pub(crate) fn covers(&self, tags: &[Tag]) -> bool {
        let state = self.lock();
        !state.is_open() || tags.iter().any(|tag| state.tags.contains_key(tag))
    }

    /// The relay runs. Where it had not for long, nothing is served until its next complete pass.
    pub(crate) fn alive(&self) {
        let mut state = self.lock();
        if state.stands_still() {
            state.closed = Some(state.next());
        }
        state.alive = Some(Instant::now());
    }

    /// Takes note of messages that are about to be committed: until their renewal ends they are nobody else's.
    pub(crate) fn announced(self: &Arc<Self>, messages: Vec<MessageId>) -> Announced {
        self.lock().under_way.extend(&messages);
        Announced { messages, pending: Arc::clone(self) }
    }

    /// Puts tags in doubt.
    pub(crate) fn mark(&self, tags: &[Tag]) -> Moment {
        self.lock().mark(tags)
    }

    /// Trusts tags again whose renewal was acknowledged; it was sent after the mark.
    pub(crate) fn settle(&self, tags: &[Tag], mark: Moment) {
        let mut state = self.lock();
        for tag in tags {
            if state.tags.get(tag).is_some_and(|marked| *marked <= mark) {
                state.tags.remove(tag);
            }
        }
    }

    /// Serves nothing until the next complete pass.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = Some(state.next());
    }

    /// Begins a pass of the relay.
    pub(crate) fn begin(&self) -> Moment {
        self.lock().next()
    }

    /// Picks the messages that are to be passed on in this pass, and counts those that are left to their writers for now:
    /// those that were never met before, and that a writer attends to.
    pub(crate) fn pick(&self, pass: Moment, messages: Vec<Message>) -> (Vec<Message>, usize) {
        let mut state = self.lock();
        let mut young = 0;
        let mut is_due = |message: &Message| {
            let id = message.id;
            if state.under_way.contains(&id) || state.renewed.contains(&id) {
                return false;
            }
            let met = state.seen.insert(id, pass).is_some();
            let due = met || state.closed.is_some() || !notice::is_attended(&message.text);
            young += usize::from(!due);
            due
        };
        let due = messages.into_iter().filter(|message| is_due(message)).collect();
        (due, young)
    }

    /// Returns the tags that will be trusted again when this pass ends; `None` where that is everything.
    pub(crate) fn ending(&self, pass: Moment) -> Option<Vec<Tag>> {
        let state = self.lock();
        let all = state.closed.is_some_and(|closed| closed <= pass);
        let ending = state.tags.iter().filter(|(_, marked)| **marked <= pass);
        (!all).then(|| ending.map(|(tag, _)| tag.clone()).collect())
    }

    /// Ends a pass that left nothing undone: what was in doubt before it began is renewed, here or by another instance. A
    /// message that it has not met is not there any more; after a pass that failed, nobody could tell.
    pub(crate) fn complete(&self, pass: Moment) {
        let mut state = self.lock();
        state.tags.retain(|_, marked| *marked > pass);
        state.seen.retain(|_, met| *met >= pass);
        state.closed = state.closed.filter(|closed| *closed > pass);
        state.completed = Some(Instant::now());
    }

    /// Returns the messages that are only to be deleted.
    pub(crate) fn renewed(&self) -> Vec<MessageId> {
        self.lock().renewed.iter().copied().collect()
    }

    /// Forgets messages that are not there any more.
    pub(crate) fn deleted(&self, messages: &[MessageId]) {
        let mut state = self.lock();
        for message in messages {
            state.renewed.remove(message);
        }
    }

    /// Waits until there are messages to delete.
    pub(crate) async fn some_renewed(&self) {
        self.renewed.notified().await;
    }

    /// Returns how the relay is; what it did is counted elsewhere.
    pub(crate) fn stats(&self) -> RelayStats {
        let state = self.lock();
        let lag = state.completed.map(|completed| completed.elapsed().as_millis());
        RelayStats {
            open: state.is_open(),
            lag_ms: lag.map(|lag| u64::try_from(lag).unwrap_or(u64::MAX)),
            pending_tags: state.tags.len(),
            ..RelayStats::default()
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Tells whether anything is served at all.
    fn is_open(&self) -> bool {
        self.closed.is_none()
            && self.completed.is_some_and(|completed| completed.elapsed() < SILENCE)
            && !self.stands_still()
    }

    fn stands_still(&self) -> bool {
        self.alive.is_some_and(|alive| alive.elapsed() >= STANDSTILL)
    }

    fn next(&mut self) -> Moment {
        self.now += 1;
        self.now
    }

    fn mark(&mut self, tags: &[Tag]) -> Moment {
        let mark = self.next();
        for tag in tags {
            if self.tags.len() >= MOST_TAGS && !self.tags.contains_key(tag) {
                self.closed = Some(mark);
                break;
            }
            self.tags.insert(tag.clone(), mark);
        }
        mark
    }
}

/// Messages of a unit of work whose renewal is under way. Dropping it leaves them to the relay, which may find that they
/// were never committed.
pub(crate) struct Announced {
    messages: Vec<MessageId>,
    pending: Arc<Pending>,
}

impl Announced {
    /// The renewal was acknowledged: the messages are only to be deleted.
    pub(crate) fn renewed(self) {
        self.pending.lock().renewed.extend(&self.messages);
        self.pending.renewed.notify_one();
    }

    /// The renewal failed: nothing with these tags is served until the relay has made it good, at its next pass.
    pub(crate) fn failed(self, tags: &[Tag]) {
        let mut state = self.pending.lock();
        let mark = state.mark(tags);
        for message in &self.messages {
            state.under_way.remove(message);
            state.seen.insert(*message, mark);
        }
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        let mut state = self.pending.lock();
        for message in &self.messages {
            state.under_way.remove(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UserId;

    /// Opens an instance whose last pass has just ended.
    fn open() -> Pending {
        let pending = Pending::default();
        let pass = pending.begin();
        pending.complete(pass);
        assert!(serves(&pending));
        pending
    }

    fn serves(pending: &Pending) -> bool {
        !pending.covers(&[Tag::cart(UserId(2))])
    }

    fn ago(time: Duration) -> Instant {
        Instant::now().checked_sub(time).unwrap()
    }

    #[test]
    fn half_a_minute_without_a_complete_pass_closes_an_instance() {
        let pending = open();
        pending.lock().completed = Some(ago(SILENCE / 2));
        assert!(serves(&pending));
        pending.lock().completed = Some(ago(SILENCE));
        assert!(!serves(&pending) && !pending.stats().open);
        let pass = pending.begin();
        pending.complete(pass);
        assert!(serves(&pending));
    }

    #[test]
    fn a_process_that_was_stopped_serves_nothing_before_its_relay_has_read_the_outbox() {
        let pending = open();
        pending.alive();
        assert!(serves(&pending));
        let early = pending.begin();
        pending.lock().alive = Some(ago(STANDSTILL));
        assert!(!serves(&pending));
        pending.alive();
        pending.complete(early);
        assert!(!serves(&pending), "a pass that began before has not seen what was written meanwhile");
        let pass = pending.begin();
        pending.complete(pass);
        assert!(serves(&pending));
    }

    #[test]
    fn a_pass_that_could_not_read_the_outbox_makes_no_message_young_again() {
        let pending = Arc::new(open());
        let message = Message { id: MessageId(7), text: "cart:2".to_owned() };
        pending.announced(vec![message.id]).failed(&[Tag::cart(UserId(2))]);
        pending.begin();
        assert!(!serves(&pending));
        let pass = pending.begin();
        // Left to a second look, it would be trusted at the end of this pass, before anybody has renewed it.
        assert_eq!(pending.pick(pass, vec![message.clone()]), (vec![message], 0));
    }
}
