//! Counting what a store holds: cells by kind, generations, counts, and what is none of these.

use crate::store::{COUNTS, Inspectable};
use crate::tags::GENERATIONS;
use crate::{CellKey, Kind};
use domain::inspection::{InspectionError, KeyCount, KeyQuery};

/// What a store held while it was walked through. What came and went meanwhile may be counted or not, and keys that move
/// may be counted twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census {
    /// Cells of each kind, served or not.
    pub cells: [(Kind, u64); Kind::ALL.len()],
    /// Generations of tags.
    pub generations: u64,
    /// How often somebody has tried something.
    pub counts: u64,
    /// What other programs keep there.
    pub others: u64,
}

impl Census {
    /// Walks through a store, one page after another.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn take(store: &dyn Inspectable) -> Result<Self, InspectionError> {
        let mut census =
            Self { cells: Kind::ALL.map(|kind| (kind, 0)), generations: 0, counts: 0, others: 0 };
        let mut query = KeyQuery { count: KeyCount::MAX, ..KeyQuery::default() };
        loop {
            let page = store.scan(&query).await?;
            for item in page.keys {
                *census.count_of(&item.key) += 1;
            }
            query.cursor = page.cursor;
            if query.cursor.is_none() {
                return Ok(census);
            }
        }
    }

    fn count_of(&mut self, key: &str) -> &mut u64 {
        if key.starts_with(GENERATIONS) {
            return &mut self.generations;
        }
        if key.starts_with(COUNTS) {
            return &mut self.counts;
        }
        let kind = CellKey::read(key).ok().map(|key| key.kind());
        let count = self.cells.iter_mut().find(|(counted, _)| Some(*counted) == kind);
        count.map_or(&mut self.others, |(_, count)| count)
    }
}
