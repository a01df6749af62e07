//! Instances: what each must not serve for now, and its relay, which passes the outbox on to Redis.

use crate::actions::Action;
use crate::promises::Promised;
use crate::protocol::{Guard, Protocol};
use crate::readers::Reader;
use crate::redis::{Command, Fate};
use crate::state::{Id, State, Version};
use crate::writers::{Notice, Row, Sight, Stage};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Instance {
    door: Door,
    doubt: Doubt,
    relay: Relay,
    /// What whoever asks it is promised.
    pub(crate) promised: Promised,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Door {
    Open,
    /// No pass has been completed since the start: nothing is served from cells.
    Closed,
}

/// Whether cells with the tag are passed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Doubt {
    None,
    /// The relay's pass, or its next one, takes it away.
    Old,
    /// It is newer than the relay's pass.
    New,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Relay {
    Resting,
    /// It has read the outbox, where rows are due, and has put the tag in doubt. With it goes the last write whose client
    /// was told when the pass began.
    Read(Version),
    /// Redis has executed the `UNLINK`.
    Executed(Version),
}

impl Instance {
    pub(crate) fn open() -> Self {
        let promised = Promised::default();
        Self { door: Door::Open, doubt: Doubt::None, relay: Relay::Resting, promised }
    }

    /// Tells whether the cell is not served for now.
    pub(crate) fn passes_by(self) -> bool {
        self.is_closed() || self.doubt != Doubt::None
    }

    pub(crate) fn is_closed(self) -> bool {
        self.door == Door::Closed
    }

    /// Tells whether it serves nothing yet, and will pass on all that it finds.
    pub(crate) fn awaits_its_first_pass(self) -> bool {
        self.is_closed() && self.is_at_rest()
    }

    pub(crate) fn is_at_rest(self) -> bool {
        self.relay == Relay::Resting
    }

    pub(crate) fn put_in_doubt(&mut self) {
        self.doubt = if self.is_at_rest() { Doubt::Old } else { Doubt::New };
    }

    fn complete(&mut self, told: Version, protocol: Protocol) {
        let newer = self.doubt == Doubt::New && !protocol.lacks(Guard::NumberedDoubts);
        self.doubt = if newer { Doubt::Old } else { Doubt::None };
        self.promised.pass(told);
        self.door = Door::Open;
        self.relay = Relay::Resting;
    }

    /// Forgets what makes no difference.
    pub(crate) fn forget(&mut self) {
        if self.is_closed() && self.doubt == Doubt::Old {
            self.doubt = Doubt::None; // the end of the same pass takes both away
        }
    }

    pub(crate) fn each_version(&mut self, mut visit: impl FnMut(&mut Version)) {
        visit(self.promised.strongest());
        if let Relay::Read(told) | Relay::Executed(told) = &mut self.relay {
            visit(told);
        }
    }
}

/// Tells what an instance may do next.
pub(crate) fn steps(state: &State, at: Id, actions: &mut Vec<Action>) {
    match state.instances[at].relay {
        Relay::Resting => {
            actions.push(Action::Pass(at));
            actions.extend((state.left.unread > 0).then_some(Action::Fail(at)));
        }
        Relay::Read(_) => actions.extend(Fate::possible(state).map(|fate| Action::PassOn(at, fate))),
        Relay::Executed(_) => actions.push(Action::Settle(at)),
    }
    if state.left.crashes > 0 {
        actions.push(Action::Crash(at));
    }
}

impl Protocol {
    /// Begins a pass: deletes the rows that this instance has renewed, and reads the others. Its own writers' rows are left
    /// alone while they renew, and those that others attend to until the second time. Without any that is due, the pass is
    /// complete.
    pub(crate) fn pass(self, state: &mut State, at: Id) {
        let closed = state.instances[at].is_closed();
        let mut due = false;
        for writer in &mut state.writers.0 {
            writer.row = writer.row.filter(|row| row.notice != Notice::Renewed(at));
            let under_way = writer.at() == Some(at);
            if let Some(row) = writer.row.as_mut().filter(|_| !under_way) {
                let waits = row.sights[at] == Sight::Unseen && row.notice != Notice::Unattended && !closed;
                row.sights[at] = if waits { Sight::Met } else { Sight::Due };
                due |= !waits;
            }
        }
        let instance = &mut state.instances[at];
        if due {
            instance.relay = Relay::Read(state.told);
            instance.doubt = Doubt::Old;
        } else {
            instance.complete(state.told, self);
        }
    }

    /// A pass that cannot read the outbox changes nothing.
    pub(crate) fn fail(self, state: &mut State, at: Id) {
        state.left.unread -= 1;
        if self.lacks(Guard::Remembering) {
            each_row(state, |row| row.sights[at] = Sight::Unseen);
        }
    }

    /// `UNLINK`, which Redis executes, or leaves unanswered; then the pass has failed.
    pub(crate) fn pass_on(self, state: &mut State, at: Id, fate: Fate) {
        let Relay::Read(told) = state.instances[at].relay else { return };
        if self.send(state, Command::Unlink, fate) {
            state.instances[at].relay = Relay::Executed(told);
            return;
        }
        let instance = &mut state.instances[at];
        (instance.relay, instance.doubt) = (Relay::Resting, Doubt::Old);
        each_row(state, |row| {
            if row.sights[at] == Sight::Due {
                row.sights[at] = Sight::Met;
            }
        });
    }

    /// The acknowledgement arrives: the rows are deleted, and the tag is trusted unless it was put in doubt meanwhile.
    pub(crate) fn settle(self, state: &mut State, at: Id) {
        let Relay::Executed(told) = state.instances[at].relay else { return };
        for writer in &mut state.writers.0 {
            writer.row = writer.row.filter(|row| row.sights[at] != Sight::Due);
        }
        state.instances[at].complete(told, self);
    }

    /// Ends an instance with all that it had in memory and everybody who is in it, and starts it again.
    pub(crate) fn crash(self, state: &mut State, at: Id) {
        for writer in &mut state.writers.0 {
            if writer.at() == Some(at) {
                writer.stage = Stage::Ended;
            }
        }
        each_row(state, |row| {
            row.sights[at] = Sight::Unseen;
            if row.notice == Notice::Renewed(at) {
                row.notice = Notice::Attended;
            }
        });
        for reader in &mut state.readers.0 {
            if reader.at().copied() == Some(at) {
                *reader = Reader::Gone;
            }
        }
        let door = if self.lacks(Guard::FirstPass) { Door::Open } else { Door::Closed };
        state.instances[at] = Instance { door, promised: state.instances[at].promised, ..Instance::open() };
    }
}

fn each_row(state: &mut State, change: impl FnMut(&mut Row)) {
    state.writers.0.iter_mut().filter_map(|writer| writer.row.as_mut()).for_each(change);
}
