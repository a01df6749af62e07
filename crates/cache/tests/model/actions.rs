//! The steps of the model, of which one happens at a time. What each allows next is told where it is taken.

use crate::protocol::Protocol;
use crate::readers;
use crate::redis::{Fate, Memory, Past};
use crate::state::{Id, State};
use crate::writers;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A writer's transaction is committed, in an instance.
    Commit(Id, Id),
    /// As `Commit`, in an instance whose circuit breaker is open.
    CommitUnattended(Id, Id),
    /// A writer sends its `UNLINK`; the client is told when Redis acknowledges it.
    Renew(Id, Fate),
    /// A writer puts the tag in doubt, and tells the client.
    GiveUp(Id),
    /// A writer breaks down after its commit.
    Abandon(Id),

    /// A reader comes to an instance.
    Read(Id, Id),
    /// It sends its `MGET`.
    Ask(Id, Fate),
    /// It places a generation.
    Place(Id, Fate),
    /// It loads from the database.
    Load(Id),
    /// It stores the cell, and answers.
    Store(Id, Fate),
    /// It answers without storing.
    Answer(Id),

    /// An instance's relay reads the outbox.
    Pass(Id),
    /// It cannot read the outbox.
    Fail(Id),
    /// It sends its `UNLINK`.
    PassOn(Id, Fate),
    /// It learns of the acknowledgement, and completes the pass.
    Settle(Id),
    /// An instance crashes and is started again.
    Crash(Id),

    /// Redis executes a command that timed out.
    Execute(Id),
    LoseGeneration,
    LoseCell,
    Flush,
    TakeSnapshot,
    Restart,
    TakeOver,
    FailBack,
}

impl Protocol {
    /// Takes a step.
    pub(crate) fn take(self, state: &mut State, action: Action) {
        match action {
            Action::Commit(writer, at) => self.commit(state, writer, at),
            Action::CommitUnattended(writer, at) => self.commit_unattended(state, writer, at),
            Action::Renew(writer, fate) => self.renew(state, writer, fate),
            Action::GiveUp(writer) => writers::give_up(state, writer),
            Action::Abandon(writer) => {
                state.left.crashes -= 1;
                writers::abandon(state, writer);
            }
            Action::Read(reader, at) => self.read(state, reader, at),
            Action::Ask(reader, fate) => self.ask(state, reader, fate),
            Action::Place(reader, fate) => self.place(state, reader, fate),
            Action::Load(reader) => readers::load(state, reader),
            Action::Store(reader, fate) => self.store(state, reader, fate),
            Action::Answer(reader) => readers::answer(state, reader),
            Action::Pass(at) => self.pass(state, at),
            Action::Fail(at) => self.fail(state, at),
            Action::PassOn(at, fate) => self.pass_on(state, at, fate),
            Action::Settle(at) => self.settle(state, at),
            Action::Crash(at) => {
                state.left.crashes -= 1;
                self.crash(state, at);
            }
            Action::Execute(place) => {
                if let Some(command) = state.late[place].take() {
                    self.execute(state, command);
                }
            }
            Action::LoseGeneration => {
                state.left.losses -= 1;
                state.redis.memory.generation = None;
            }
            Action::LoseCell => {
                state.left.losses -= 1;
                state.redis.memory.cell = None;
            }
            Action::Flush => {
                state.left.losses -= 1;
                state.redis.memory = Memory::default();
            }
            Action::TakeSnapshot => {
                state.left.restarts -= 1;
                state.redis.past = Past::Snapshot(state.redis.memory);
            }
            Action::Restart => state.redis.restart(),
            Action::TakeOver => {
                state.left.failovers -= 1;
                state.redis.take_over();
            }
            Action::FailBack => state.redis.fail_back(),
        }
    }
}
