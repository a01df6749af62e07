//! An outbox in memory, and a unit of work that leaves its messages there when it commits.

use crate::stage::{Database, Gate};
use async_trait::async_trait;
use domain::{
    Change, Committed, Message, MessageId, Outbox, RepositoryError, Source, UnitOfWork, UnitsOfWork, UserId,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// The rows that are left, and how the outbox was used.
#[derive(Clone, Default)]
pub(crate) struct Rows(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rows: BTreeMap<MessageId, String>,
    last: i64,
    reads: usize,
    deletes: usize,
    gate: Option<Gate>,
    deletions: Option<Gate>,
}

impl Rows {
    /// Leaves a message as a program would that has no cells.
    pub(crate) fn leave(&self, text: &str) {
        let id = self.number();
        self.0.lock().unwrap().rows.insert(id, text.to_owned());
    }

    pub(crate) fn left(&self) -> usize {
        self.0.lock().unwrap().rows.len()
    }

    /// Returns how often it was read, and how often rows were deleted.
    pub(crate) fn uses(&self) -> (usize, usize) {
        let state = self.0.lock().unwrap();
        (state.reads, state.deletes)
    }

    /// Makes the next reader wait with what it has read.
    pub(crate) fn hold(&self, gate: &Gate) {
        self.0.lock().unwrap().gate = Some(gate.clone());
    }

    /// Makes everybody who deletes wait.
    pub(crate) fn hold_deletions(&self, gate: &Gate) {
        self.0.lock().unwrap().deletions = Some(gate.clone());
    }

    fn number(&self) -> MessageId {
        let mut state = self.0.lock().unwrap();
        state.last += 1;
        MessageId(state.last)
    }
}

#[async_trait]
impl Outbox for Rows {
    async fn pending(&self, after: MessageId, limit: u32) -> Result<Vec<Message>, RepositoryError> {
        let (read, gate) = {
            let mut state = self.0.lock().unwrap();
            state.reads += 1;
            let rows = state.rows.iter().filter(|(id, _)| **id > after).take(limit as usize);
            let read = rows.map(|(id, text)| Message { id: *id, text: text.clone() }).collect();
            (read, state.gate.take())
        };
        if let Some(gate) = gate {
            gate.pass().await;
        }
        Ok(read)
    }

    async fn forget(&self, messages: &[MessageId]) -> Result<(), RepositoryError> {
        let gate = self.0.lock().unwrap().deletions.clone();
        if let Some(gate) = gate {
            gate.pass().await;
        }
        let mut state = self.0.lock().unwrap();
        state.deletes += 1;
        state.rows.retain(|id, _| !messages.contains(id));
        Ok(())
    }
}

/// How a commit ends.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Ends {
    Known,
    /// The connection breaks, and the commit happens all the same, at once.
    Unknown,
}

/// Units of work that write one value for the customer of the stage's key.
#[derive(Clone)]
pub(crate) struct Writes {
    pub(crate) rows: Rows,
    pub(crate) database: Database,
    pub(crate) value: &'static str,
    pub(crate) ends: Ends,
}

struct Write {
    writes: Writes,
    announced: Vec<(MessageId, String)>,
}

#[async_trait]
impl UnitsOfWork for Writes {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, RepositoryError> {
        Ok(Box::new(Write { writes: self.clone(), announced: Vec::new() }))
    }
}

#[async_trait]
impl UnitOfWork for Write {
    crate::stage::no_repositories!();
    fn changes(&self) -> &[Change] {
        &[Change::Cart(UserId(2)), Change::Orders(UserId(2))]
    }
    async fn announce(&mut self, messages: &[String]) -> Result<Vec<MessageId>, RepositoryError> {
        let ids: Vec<_> = messages.iter().map(|_| self.writes.rows.number()).collect();
        self.announced.extend(ids.iter().copied().zip(messages.iter().cloned()));
        Ok(ids)
    }
    async fn commit(self: Box<Self>) -> Result<Committed, RepositoryError> {
        self.writes.database.write(self.writes.value);
        self.writes.rows.0.lock().unwrap().rows.extend(self.announced);
        match self.writes.ends {
            Ends::Known => Ok(Committed { source: Source::Postgres, changes: Vec::new() }),
            Ends::Unknown => Err(RepositoryError::OutcomeUnknown("lost".to_owned())),
        }
    }
}
