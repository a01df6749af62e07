//! What looking into the cache asks of the protocol: would this be served, and from where.

use super::Cells;
use crate::CellKey;
use crate::cell::Cell;

impl Cells {
    /// Tells whether the cell of this key is passed by for now, whatever it holds.
    pub(crate) fn in_doubt(&self, key: &CellKey) -> bool {
        self.inner.pending.as_ref().is_some_and(|pending| pending.covers(key.tags()))
    }

    /// Tells whether a cell's own time is over.
    pub(crate) fn has_ended(&self, cell: &Cell) -> bool {
        self.time_left(cell.expires_at()).is_zero()
    }

    /// Tells whether a copy in this process' memory would be served before the store is asked; `None` without a tier.
    pub(crate) fn has_copy(&self, key: &CellKey) -> Option<bool> {
        let tier = self.inner.tier.as_ref()?;
        Some(!self.in_doubt(key) && tier.has(key.as_str(), key.tags(), self.inner.clock.now()))
    }
}
