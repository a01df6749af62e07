//! The model itself: which steps a state allows, and where each of them leads.

use crate::actions::Action;
use crate::state::{Cast, Faults, Id, State};
use crate::{instances, readers};
use stateright::{Model, Property};

/// The protocol, or what is left of it without one of its guards.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Protocol {
    pub(crate) lacking: Option<Guard>,
    pub(crate) cast: Cast,
    pub(crate) faults: Faults,
}

/// What keeps the protocol right. Taking one away breaks a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// A cell is stamped with the generation as it was before the load, not as it is when the cell is stored.
    GenerationBeforeLoad,
    /// A renewal that is not acknowledged is tried again or puts the tag in doubt; it does not count as done.
    Persistence,
    /// The transaction leaves a row that tells of the write.
    Outbox,
    /// A generation is a nonce that a write takes away, not a counter that a write moves.
    Nonce,
    /// A nonce is proposed once; without an answer nobody knows whether it was placed, and taken away again since.
    ProposedOnce,
    /// A cell is of one life of Redis.
    Epoch,
    /// A life of Redis is told by its `master_replid`, too, not by its `run_id` alone.
    ReplicationId,
    /// An instance serves no cell before its relay has completed a pass.
    FirstPass,
    /// Who knows nothing of the generation joins no load that has begun.
    UnstartedLoads,
    /// A stamp's epoch and generations are of one life of Redis, though they come from two commands.
    OneLife,
    /// Who knows the generation joins a load of the same life of Redis alone.
    FlightEpoch,
    /// A pass that could not read the outbox forgets nothing that an earlier one has met.
    Remembering,
    /// A pass takes only those doubts away that are older than it.
    NumberedDoubts,
    /// A renewal is tried for longer than any instance goes without a pass.
    Patience,
}

impl Protocol {
    pub(crate) fn lacks(self, guard: Guard) -> bool {
        self.lacking == Some(guard)
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::warm(self.cast, self.faults)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for id in Id::BOTH {
            self.writers_steps(state, id, actions);
            readers::steps(state, id, actions);
            instances::steps(state, id, actions);
        }
        self.redis_steps(state, actions);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        self.take(&mut state, action);
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        Self::promises()
    }
}
