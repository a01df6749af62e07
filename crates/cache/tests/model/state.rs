//! A state of the model: what the database and Redis hold, what each instance has in memory, and how far everybody is.

use crate::instances::Instance;
use crate::readers::Reader;
use crate::redis::{Cell, Command, Nonce, Redis, Stamp};
use crate::writers::{Stage, Writer};
use std::ops::{Index, IndexMut};

/// The data, told by how many writes are in it.
pub(crate) type Version = u8;

/// There are two of everybody: instances, writers, readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Id {
    First,
    Second,
}

impl Id {
    pub(crate) const BOTH: [Self; 2] = [Self::First, Self::Second];

    pub(crate) fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// One thing for each of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pair<T>(pub(crate) [T; 2]);

impl<T> Pair<T> {
    pub(crate) fn swap(&mut self) {
        self.0.swap(0, 1);
    }
}

impl<T> Index<Id> for Pair<T> {
    type Output = T;

    fn index(&self, id: Id) -> &T {
        &self.0[id as usize]
    }
}

impl<T> IndexMut<Id> for Pair<T> {
    fn index_mut(&mut self, id: Id) -> &mut T {
        &mut self.0[id as usize]
    }
}

/// How many faults may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Faults {
    /// The generation, the cell, or both are gone.
    pub(crate) losses: u8,
    /// An instance crashes and is started again, or a writer's task breaks down.
    pub(crate) crashes: u8,
    /// A command is not answered in time; it is executed later, or never.
    pub(crate) silences: u8,
    /// Redis restarts from a snapshot.
    pub(crate) restarts: u8,
    /// A replica takes over, and the old master comes back.
    pub(crate) failovers: u8,
    /// A relay cannot read the outbox.
    pub(crate) unread: u8,
}

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cast {
    /// Two writers and two readers.
    All,
    OneWriter,
    OneReader,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct State {
    pub(crate) database: Version,
    pub(crate) redis: Redis,
    /// Commands that nobody waits for any more, and that Redis has yet to execute.
    pub(crate) late: Pair<Option<Command>>,
    pub(crate) instances: Pair<Instance>,
    pub(crate) writers: Pair<Writer>,
    pub(crate) readers: Pair<Reader>,
    /// The last write that was acknowledged to its client, whatever Redis said.
    pub(crate) told: Version,
    pub(crate) left: Faults,
}

impl State {
    /// Everything is warm: both instances are open, and a cell is there that they serve.
    pub(crate) fn warm(cast: Cast, left: Faults) -> Self {
        let mut state = Self {
            database: 0,
            redis: Redis::warm(),
            late: Pair::default(),
            instances: Pair([Instance::open(); 2]),
            writers: Pair([Writer::IDLE; 2]),
            readers: Pair([Reader::Idle; 2]),
            told: 0,
            left,
        };
        match cast {
            Cast::All => {}
            Cast::OneWriter => state.writers[Id::Second].stage = Stage::Ended,
            Cast::OneReader => state.readers[Id::Second] = Reader::Gone,
        }
        state
    }

    /// Tells whether both writers have ended.
    pub(crate) fn is_written(&self) -> bool {
        self.writers.0.iter().all(|writer| writer.stage == Stage::Ended)
    }

    /// Draws a nonce that nobody remembers.
    pub(crate) fn fresh(&self) -> Nonce {
        let mut known = 0_u64;
        let mut copy = *self;
        let mut know = |nonce: &mut Nonce| known |= 1 << nonce.0;
        copy.redis.each_generation(&mut know);
        copy.late.0.iter_mut().flatten().filter_map(Command::proposed).for_each(&mut know);
        copy.each_stamp(|stamp| know(&mut stamp.generation));
        (0..64).map(Nonce).find(|nonce| known & 1 << nonce.0 == 0).expect("few are remembered")
    }

    pub(crate) fn each_cell(&mut self, mut visit: impl FnMut(&mut Cell)) {
        self.redis.each_cell(&mut visit);
        self.late.0.iter_mut().flatten().filter_map(Command::cell).for_each(&mut visit);
        self.readers.0.iter_mut().filter_map(Reader::cell).for_each(&mut visit);
    }

    pub(crate) fn each_stamp(&mut self, mut visit: impl FnMut(&mut Stamp)) {
        self.redis.each_cell(&mut |cell| visit(&mut cell.stamp));
        self.late.0.iter_mut().flatten().filter_map(Command::cell).for_each(|cell| visit(&mut cell.stamp));
        self.readers.0.iter_mut().filter_map(Reader::stamp).for_each(&mut visit);
    }
}
