//! Writers: announce and commit in one transaction, renew until Redis acknowledges it or give up and put the tag in doubt,
//! and only then answer the client.

use crate::actions::Action;
use crate::protocol::{Guard, Protocol};
use crate::redis::{Command, Fate};
use crate::state::{Id, Pair, State, Version};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Writer {
    pub(crate) stage: Stage,
    /// Its row of the outbox, while it is there.
    pub(crate) row: Option<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Stage {
    Idle,
    /// It has committed, and its renewal is under way.
    Renewing(Write),
    /// As `Renewing`, and Redis has left a try unanswered.
    Unanswered(Write),
    Ended,
}

/// A write that is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Write {
    /// The instance that answers the client.
    pub(crate) at: Id,
    pub(crate) version: Version,
}

/// A row of the outbox, and what the instances know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Row {
    pub(crate) notice: Notice,
    /// What each instance's relay knows of it.
    pub(crate) sights: Pair<Sight>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sight {
    #[default]
    Unseen,
    /// It was met, or its renewal has failed here; it is passed on when it is met again.
    Met,
    /// The pass that is under way passes it on.
    Due,
}

/// Who attends to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Notice {
    /// Its writer, it says. It is passed on at second sight.
    Attended,
    /// Nobody, it says. It is passed on at first sight.
    Unattended,
    /// Its writer has renewed, and this instance only has to delete it. It does not say so to others.
    Renewed(Id),
}

impl Writer {
    pub(crate) const IDLE: Self = Self { stage: Stage::Idle, row: None };

    /// Returns the instance that this writer is at work in.
    pub(crate) fn at(mut self) -> Option<Id> {
        self.stage.write().map(|write| write.at)
    }
}

impl Stage {
    /// Returns the write that is under way.
    pub(crate) fn write(&mut self) -> Option<&mut Write> {
        match self {
            Self::Renewing(write) | Self::Unanswered(write) => Some(write),
            Self::Idle | Self::Ended => None,
        }
    }
}

impl Protocol {
    /// Tells what a writer may do next.
    pub(crate) fn writers_steps(self, state: &State, id: Id, actions: &mut Vec<Action>) {
        match state.writers[id].stage {
            Stage::Idle => {
                actions.extend(Id::BOTH.map(|at| Action::Commit(id, at)));
                if state.left.silences > 0 {
                    actions.extend(Id::BOTH.map(|at| Action::CommitUnattended(id, at)));
                }
            }
            Stage::Renewing(_) | Stage::Unanswered(_) => {
                actions.extend(Fate::possible(state).map(|fate| Action::Renew(id, fate)));
                if self.may_give_up(state, id) {
                    actions.push(Action::GiveUp(id));
                }
                if state.left.crashes > 0 {
                    actions.push(Action::Abandon(id));
                }
            }
            Stage::Ended => {}
        }
    }

    /// Makes the write and its row of the outbox visible at once.
    pub(crate) fn commit(self, state: &mut State, writer: Id, at: Id) {
        state.database += 1;
        let write = Write { at, version: state.database };
        self.announce(state, writer, Stage::Renewing(write), Notice::Attended);
    }

    /// As [`Protocol::commit`], while the instance's circuit breaker is open: it says that it will not renew.
    pub(crate) fn commit_unattended(self, state: &mut State, writer: Id, at: Id) {
        state.left.silences -= 1;
        state.database += 1;
        let write = Write { at, version: state.database };
        self.announce(state, writer, Stage::Unanswered(write), Notice::Unattended);
    }

    fn announce(self, state: &mut State, writer: Id, next: Stage, notice: Notice) {
        let row = Row { notice, sights: Pair::default() };
        let row = (!self.lacks(Guard::Outbox)).then_some(row);
        state.writers[writer] = Writer { stage: next, row };
    }

    /// Tries to take the generation away. Redis' acknowledgement is passed on to the client.
    pub(crate) fn renew(self, state: &mut State, writer: Id, fate: Fate) {
        let Some(write) = state.writers[writer].stage.write().copied() else { return };
        let acknowledged = self.send(state, Command::Unlink, fate);
        if acknowledged {
            state.instances.0.iter_mut().for_each(|instance| instance.promised.renew(write.version));
        }
        if acknowledged || self.lacks(Guard::Persistence) {
            if let Some(row) = &mut state.writers[writer].row {
                row.notice = Notice::Renewed(write.at);
            }
            acknowledge(state, writer, write);
        } else {
            state.writers[writer].stage = Stage::Unanswered(write);
        }
    }

    /// Tells whether a writer whose tries were not answered may give up. It tries for 150 ms, and no instance goes without
    /// a pass for so long: by then the others have met its row, unless they serve nothing before they do.
    pub(crate) fn may_give_up(self, state: &State, writer: Id) -> bool {
        let Writer { stage: Stage::Unanswered(write), row } = state.writers[writer] else { return false };
        let other = write.at.other();
        let met = |row: &Row| row.notice == Notice::Unattended || row.sights[other] != Sight::Unseen;
        self.lacks(Guard::Patience)
            || row.as_ref().is_none_or(met)
            || state.instances[other].awaits_its_first_pass()
    }
}

/// Answers the client without Redis, and serves nothing with this tag from now on.
pub(crate) fn give_up(state: &mut State, writer: Id) {
    let Stage::Unanswered(write) = state.writers[writer].stage else { return };
    state.instances[write.at].put_in_doubt();
    if let Some(row) = &mut state.writers[writer].row {
        row.sights[write.at] = Sight::Met;
    }
    acknowledge(state, writer, write);
}

/// Ends a write that nobody answers for: its task broke down, or the outcome of its commit was unknown.
pub(crate) fn abandon(state: &mut State, writer: Id) {
    state.writers[writer].stage = Stage::Ended;
}

fn acknowledge(state: &mut State, writer: Id, write: Write) {
    state.instances[write.at].promised.answer(write.version);
    state.told = state.told.max(write.version);
    state.writers[writer].stage = Stage::Ended;
}
