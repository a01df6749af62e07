//! Readers: ask Redis for the cell and the generation at once, place a generation that is missing, load, and store the
//! cell stamped with the generation as it was before the load. Who would load what another is loading joins it.
//!
//! A reader is judged as soon as it is certain what it will get. A load that begins now gets the newest there is, so
//! whoever begins one, or joins one that has not begun, cannot be deceived any more.

use crate::actions::Action;
use crate::promises::Promised;
use crate::protocol::{Guard, Protocol};
use crate::redis::{Cell, Command, Fate, Stamp};
use crate::state::{Id, State, Version};

/// How far a reader is, and in which instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reader {
    Idle,
    /// Nothing was in doubt when it began; Redis is about to be asked.
    Asking(Id, Promised),
    /// Redis had no generation; this is the one to propose.
    Placing(Id, Promised, Stamp),
    /// Its load is about to begin.
    Loading(Id, Stamp),
    /// Its load has found this, and is about to be stored.
    Storing(Id, Cell),
    /// Nothing is known of the generation; its load has found this, and is not stored.
    Blind(Id, Version),
    /// It got something older than it was promised.
    Deceived(Promised, Version),
    /// It got something as new as it was promised, or its instance crashed.
    Gone,
}

impl Reader {
    pub(crate) fn at(&mut self) -> Option<&mut Id> {
        match self {
            Self::Asking(at, ..)
            | Self::Placing(at, ..)
            | Self::Loading(at, _)
            | Self::Storing(at, _)
            | Self::Blind(at, _) => Some(at),
            Self::Idle | Self::Deceived(..) | Self::Gone => None,
        }
    }

    pub(crate) fn promised(&mut self) -> Option<&mut Promised> {
        match self {
            Self::Asking(_, promised) | Self::Placing(_, promised, _) => Some(promised),
            _ => None,
        }
    }

    pub(crate) fn stamp(&mut self) -> Option<&mut Stamp> {
        match self {
            Self::Placing(_, _, stamp) | Self::Loading(_, stamp) | Self::Storing(_, Cell { stamp, .. }) => {
                Some(stamp)
            }
            _ => None,
        }
    }

    pub(crate) fn cell(&mut self) -> Option<&mut Cell> {
        if let Self::Storing(_, cell) = self { Some(cell) } else { None }
    }

    /// Tells whether it may still change what Redis holds.
    pub(crate) fn is_under_way(self) -> bool {
        matches!(self, Self::Asking(..) | Self::Placing(..) | Self::Loading(..) | Self::Storing(..))
    }
}

/// Tells what a reader may do next.
pub(crate) fn steps(state: &State, id: Id, actions: &mut Vec<Action>) {
    match state.readers[id] {
        Reader::Idle => actions.extend(Id::BOTH.map(|at| Action::Read(id, at))),
        Reader::Asking(..) => actions.extend(Fate::possible(state).map(|fate| Action::Ask(id, fate))),
        Reader::Placing(..) => actions.extend(Fate::possible(state).map(|fate| Action::Place(id, fate))),
        Reader::Loading(..) => actions.push(Action::Load(id)),
        Reader::Storing(..) => actions.extend(Fate::possible(state).map(|fate| Action::Store(id, fate))),
        Reader::Blind(..) => actions.push(Action::Answer(id)),
        Reader::Deceived(..) | Reader::Gone => {}
    }
}

impl Protocol {
    /// Begins a read. An instance that is closed, or has the tag in doubt, does not ask Redis.
    pub(crate) fn read(self, state: &mut State, reader: Id, at: Id) {
        let promised = state.instances[at].promised;
        if state.instances[at].passes_by() {
            self.load_blindly(state, reader, at, promised);
        } else {
            state.readers[reader] = Reader::Asking(at, promised);
        }
    }

    /// `MGET`: a hit, a miss, or a generation that has to be placed.
    pub(crate) fn ask(self, state: &mut State, reader: Id, fate: Fate) {
        let Reader::Asking(at, promised) = state.readers[reader] else { return };
        if fate != Fate::Answered {
            state.left.silences -= 1;
            return self.load_blindly(state, reader, at, promised);
        }
        let epoch = self.epoch(state);
        match (self.servable(state), state.redis.memory.generation) {
            (Some(version), _) => state.readers[reader] = promised.judge(version),
            (None, Some(generation)) => self.board(state, reader, at, promised, Stamp { epoch, generation }),
            (None, None) => {
                let stamp = Stamp { epoch, generation: self.proposed(state) };
                state.readers[reader] = Reader::Placing(at, promised, stamp);
            }
        }
    }

    /// `SET … NX GET`: the generation is the one that is there then, whoever placed it. Without an answer it is unknown, and
    /// the same nonce is not proposed again: a second try would be as this one, with a nonce of its own. In another life of
    /// Redis the generation says nothing of what was found before.
    pub(crate) fn place(self, state: &mut State, reader: Id, fate: Fate) {
        let Reader::Placing(at, promised, stamp) = state.readers[reader] else { return };
        let placed = self.send(state, Command::Place(stamp.generation), fate);
        let same_life = stamp.epoch == self.epoch(state) || self.lacks(Guard::OneLife);
        match state.redis.memory.generation {
            Some(generation) if placed && same_life => {
                self.board(state, reader, at, promised, Stamp { generation, ..stamp });
            }
            _ if !placed && self.lacks(Guard::ProposedOnce) => {}
            _ => self.load_blindly(state, reader, at, promised),
        }
    }

    /// Joins the other reader's load, if it is under the same stamp, or begins one.
    fn board(self, state: &mut State, reader: Id, at: Id, promised: Promised, stamp: Stamp) {
        let same = |other: Id, theirs: Stamp| {
            let epochs = stamp.epoch == theirs.epoch || self.lacks(Guard::FlightEpoch);
            other == at && epochs && stamp.generation == theirs.generation
        };
        state.readers[reader] = match state.readers[reader.other()] {
            Reader::Loading(other, theirs) if same(other, theirs) => Reader::Gone,
            Reader::Storing(other, cell) if same(other, cell.stamp) => promised.judge(cell.version),
            _ => Reader::Loading(at, stamp),
        };
    }

    /// Joins nobody whose load has begun.
    fn load_blindly(self, state: &mut State, reader: Id, at: Id, promised: Promised) {
        state.readers[reader] = match state.readers[reader.other()] {
            Reader::Blind(other, version) if other == at && self.lacks(Guard::UnstartedLoads) => {
                promised.judge(version)
            }
            _ => Reader::Blind(at, state.database),
        };
    }

    /// Stores the cell, and answers whether or not Redis did.
    pub(crate) fn store(self, state: &mut State, reader: Id, fate: Fate) {
        let Reader::Storing(_, mut cell) = state.readers[reader] else { return };
        if self.lacks(Guard::GenerationBeforeLoad) {
            let proposed = self.proposed(state);
            cell.stamp.generation = *state.redis.memory.generation.get_or_insert(proposed);
        }
        self.send(state, Command::Store(cell), fate);
        state.readers[reader] = Reader::Gone;
    }
}

/// Loads in one step: what it finds is the newest at that moment.
pub(crate) fn load(state: &mut State, reader: Id) {
    if let Reader::Loading(at, stamp) = state.readers[reader] {
        state.readers[reader] = Reader::Storing(at, Cell { stamp, version: state.database });
    }
}

/// Answers from a load that is not stored.
pub(crate) fn answer(state: &mut State, reader: Id) {
    state.readers[reader] = Reader::Gone;
}
