//! The one Redis: a generation and a cell in its memory, the life that it is in, and an older memory that may come back.

use crate::actions::Action;
use crate::protocol::{Guard, Protocol};
use crate::state::{Id, State, Version};

/// A generation; no two that were drawn are alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Nonce(pub(crate) u8);

/// What identifies a life of Redis: `run_id` and `master_replid`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Life {
    pub(crate) run: u8,
    pub(crate) replication: u8,
}

/// What a reader found before its load, and the cell that it stores holds good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Stamp {
    pub(crate) epoch: Life,
    pub(crate) generation: Nonce,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Cell {
    pub(crate) stamp: Stamp,
    pub(crate) version: Version,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Memory {
    pub(crate) generation: Option<Nonce>,
    pub(crate) cell: Option<Cell>,
}

/// What may come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Past {
    Nothing,
    Snapshot(Memory),
    /// It is away, and still has what it had when a replica took over.
    OldMaster {
        run: u8,
        memory: Memory,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Redis {
    pub(crate) memory: Memory,
    pub(crate) past: Past,
    pub(crate) life: Life,
    /// The last number that a life was given.
    lives: u8,
}

/// A command that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Command {
    /// `UNLINK` of the generation.
    Unlink,
    /// `SET … NX GET` of the generation.
    Place(Nonce),
    /// `SET` of the cell.
    Store(Cell),
}

/// What becomes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fate {
    Answered,
    /// It times out. It is executed later, or never.
    Unanswered,
}

impl Fate {
    /// Returns what may become of a command that is sent now.
    pub(crate) fn possible(state: &State) -> impl Iterator<Item = Self> + use<> {
        let silence = (state.left.silences > 0).then_some(Self::Unanswered);
        [Self::Answered].into_iter().chain(silence)
    }
}

impl Redis {
    pub(crate) fn warm() -> Self {
        let life = Life { run: 0, replication: 0 };
        let stamp = Stamp { epoch: life, generation: Nonce(0) };
        let memory = Memory { generation: Some(stamp.generation), cell: Some(Cell { stamp, version: 0 }) };
        Self { memory, past: Past::Nothing, life, lives: 0 }
    }

    /// Stops, and starts again with what the snapshot holds.
    pub(crate) fn restart(&mut self) {
        if let Past::Snapshot(memory) = self.past {
            self.begin_life(None, memory);
        }
    }

    /// A replica takes over, which has everything that the master had.
    pub(crate) fn take_over(&mut self) {
        let past = Past::OldMaster { run: self.life.run, memory: self.memory };
        self.begin_life(None, self.memory);
        self.past = past;
    }

    /// The old master takes over again, with what it had when it went away.
    pub(crate) fn fail_back(&mut self) {
        if let Past::OldMaster { run, memory } = self.past {
            self.begin_life(Some(run), memory);
        }
    }

    fn begin_life(&mut self, run: Option<u8>, memory: Memory) {
        let lives = self.lives + 1;
        let life = Life { run: run.unwrap_or(lives), replication: lives };
        *self = Self { memory, past: Past::Nothing, life, lives };
    }

    pub(crate) fn each_generation(&mut self, visit: &mut impl FnMut(&mut Nonce)) {
        self.each_memory(|memory| memory.generation.iter_mut().for_each(&mut *visit));
    }

    pub(crate) fn each_cell(&mut self, visit: &mut impl FnMut(&mut Cell)) {
        self.each_memory(|memory| memory.cell.iter_mut().for_each(&mut *visit));
    }

    fn each_memory(&mut self, mut visit: impl FnMut(&mut Memory)) {
        visit(&mut self.memory);
        match &mut self.past {
            Past::Snapshot(memory) | Past::OldMaster { memory, .. } => visit(memory),
            Past::Nothing => {}
        }
    }

    /// Returns what a cell must be stamped with to be served now.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        self.memory.generation.map(|generation| Stamp { epoch: self.life, generation })
    }

    /// Forgets which life this is, and of what may come back all but whether there is a generation.
    pub(crate) fn forget(&mut self) {
        self.life = Life::default();
        self.lives = 0;
        if let Past::OldMaster { run, .. } = &mut self.past {
            *run = 0;
        }
        if let Past::Snapshot(memory) | Past::OldMaster { memory, .. } = &mut self.past {
            memory.cell = None;
        }
        self.each_generation(&mut |nonce| *nonce = Nonce(0));
    }
}

impl Command {
    /// Returns the generation to place.
    pub(crate) fn proposed(&mut self) -> Option<&mut Nonce> {
        if let Self::Place(nonce) = self { Some(nonce) } else { None }
    }

    /// Returns the cell to store.
    pub(crate) fn cell(&mut self) -> Option<&mut Cell> {
        if let Self::Store(cell) = self { Some(cell) } else { None }
    }
}

impl Protocol {
    /// Tells what may happen to Redis next.
    pub(crate) fn redis_steps(self, state: &State, actions: &mut Vec<Action>) {
        actions.extend(Id::BOTH.into_iter().filter(|id| state.late[*id].is_some()).map(Action::Execute));
        if state.left.losses > 0 {
            actions.extend(state.redis.memory.generation.map(|_| Action::LoseGeneration));
            // Losing a cell that nobody would serve makes no difference.
            actions.extend(self.servable(state).map(|_| Action::LoseCell));
            actions.extend(self.servable(state).map(|_| Action::Flush));
        }
        match state.redis.past {
            Past::Nothing => {
                actions.extend((state.left.restarts > 0).then_some(Action::TakeSnapshot));
                actions.extend((state.left.failovers > 0).then_some(Action::TakeOver));
            }
            Past::Snapshot(_) => actions.push(Action::Restart),
            Past::OldMaster { .. } => actions.push(Action::FailBack),
        }
    }

    /// Returns the epoch that a connection takes from this life.
    pub(crate) fn epoch(self, state: &State) -> Life {
        let Life { run, replication } = state.redis.life;
        if self.lacks(Guard::Epoch) {
            Life { run: 0, replication: 0 }
        } else if self.lacks(Guard::ReplicationId) {
            Life { run, replication: 0 }
        } else {
            Life { run, replication }
        }
    }

    /// Returns the version in the cell, if a reader who asks Redis now would accept it.
    pub(crate) fn servable(self, state: &State) -> Option<Version> {
        let stamp = Stamp { epoch: self.epoch(state), generation: state.redis.memory.generation? };
        state.redis.memory.cell.filter(|cell| cell.stamp == stamp).map(|cell| cell.version)
    }

    /// Sends a command, and tells whether Redis acknowledged it.
    pub(crate) fn send(self, state: &mut State, command: Command, fate: Fate) -> bool {
        match fate {
            Fate::Answered => self.execute(state, command),
            Fate::Unanswered => {
                state.left.silences -= 1;
                let free = state.late.0.iter_mut().find(|late| late.is_none());
                *free.expect("there are at most two silences") = Some(command);
            }
        }
        fate == Fate::Answered
    }

    pub(crate) fn execute(self, state: &mut State, command: Command) {
        let memory = &mut state.redis.memory;
        match command {
            Command::Unlink if self.lacks(Guard::Nonce) => {
                memory.generation = Some(Nonce(memory.generation.map_or(1, |Nonce(count)| count + 1)));
            }
            Command::Unlink => memory.generation = None,
            Command::Place(nonce) => {
                memory.generation.get_or_insert(nonce);
            }
            Command::Store(cell) => memory.cell = Some(cell),
        }
    }

    /// Returns the generation that a reader proposes where there is none.
    pub(crate) fn proposed(self, state: &State) -> Nonce {
        if self.lacks(Guard::Nonce) { Nonce(0) } else { state.fresh() }
    }
}
