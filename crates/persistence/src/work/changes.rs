//! What a unit of work has changed so far, each thing once, in the order in which it happened.

use domain::Change;
use std::collections::HashSet;

#[derive(Default)]
pub(super) struct Changes {
    list: Vec<Change>,
    known: HashSet<Change>,
}

impl Changes {
    pub(super) fn record(&mut self, changes: impl IntoIterator<Item = Change>) {
        for change in changes {
            if self.known.insert(change.clone()) {
                self.list.push(change);
            }
        }
    }

    pub(super) fn as_slice(&self) -> &[Change] {
        &self.list
    }
}

impl From<Changes> for Vec<Change> {
    fn from(changes: Changes) -> Self {
        changes.list
    }
}
