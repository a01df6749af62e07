//! Stock: what is on hand, taken and given back in whole demands, with a ledger of every movement.

use crate::catalog::Availability;
use crate::text::Line;
use crate::words::words;
use crate::{OrderId, RepositoryError, Timestamp, UserId, VariantId};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// Why staff moved stock, in their own words.
pub type StockNote = Line<200>;

/// How many of each variant are wanted: summed per variant and walked in the order of their ids, which is the order
/// that everybody locks them in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand(BTreeMap<VariantId, i64>);

impl Demand {
    /// Walks the demand by variant.
    pub fn iter(&self) -> impl Iterator<Item = (VariantId, i64)> + '_ {
        self.0.iter().map(|(variant, units)| (*variant, *units))
    }
}

impl FromIterator<(VariantId, u32)> for Demand {
    fn from_iter<I: IntoIterator<Item = (VariantId, u32)>>(lines: I) -> Self {
        let mut demand = BTreeMap::new();
        for (variant, units) in lines {
            *demand.entry(variant).or_default() += i64::from(units);
        }
        Self(demand)
    }
}

/// A variant that cannot be had as often as it was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The variant.
    pub variant: VariantId,
    /// How many were wanted.
    pub requested: i64,
    /// How many there are; 0 where it is no longer sold.
    pub available: i64,
}

/// How staff change a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountChange {
    /// Adds units, or takes them away.
    By(i64),
    /// Replaces a count that must still be what the caller saw.
    Replace {
        /// What the caller saw.
        expected: i64,
        /// What it is to be.
        on_hand: i64,
    },
}

/// A count that was moved, and is held until the unit of work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The variant.
    pub variant: VariantId,
    /// How many there were.
    pub before: i64,
    /// How many there are.
    pub after: i64,
}

impl Moved {
    /// How many came; negative where they went.
    pub fn delta(&self) -> i64 {
        self.after - self.before
    }

    /// Whether customers are told now that there is less than they were told before, where the variant is sold.
    pub fn fell(&self) -> bool {
        Availability::of(self.after) < Availability::of(self.before)
    }
}

/// What came of changing a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Done.
    Moved(Moved),
    /// The count would fall below 0 or rise above [`MAX_STOCK`](crate::catalog::MAX_STOCK), or was not what the caller saw.
    Refused {
        /// How many there are.
        on_hand: i64,
    },
    /// There is no such variant.
    Missing,
}

words! {
    /// Why stock moved.
    MovementReason {
        /// The variant was made with it.
        Opening = "opening",
        /// It was ordered.
        Order = "order",
        /// An order was cancelled.
        Cancellation = "cancellation",
        /// The goods of an order that had been shipped came back.
        Return = "return",
        /// Staff counted, received or wrote off.
        Adjustment = "adjustment",
    }
}

/// One line of the ledger. The movements of a variant add up to what is on hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What moved.
    pub variant: VariantId,
    /// How many came, or went where negative.
    pub delta: i64,
    /// Why.
    pub reason: MovementReason,
    /// The order that it moved for.
    pub order: Option<OrderId>,
    /// What staff had to say about it.
    pub note: Option<StockNote>,
    /// Who moved it; nobody where the shop filled itself.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// Moves stock inside a unit of work. Counts change by conditional statements, never by reading first; crossing an
/// [`Availability`] band moves the product's counters in the same transaction. Records
/// [`Change::Product`](crate::Change::Product), and [`Change::Variants`](crate::Change::Variants) or
/// [`Change::Listing`](crate::Change::Listing) where a variant's or a product's band was crossed.
#[async_trait]
pub trait StockRepository: Send {
    /// Takes a whole demand, or tells everything that is short; then the unit of work must be dropped.
    async fn take(&mut self, demand: &Demand) -> Result<Result<Vec<Moved>, Vec<Shortage>>, RepositoryError>;
    /// Gives a demand back, to archived variants too.
    async fn give_back(&mut self, demand: &Demand) -> Result<(), RepositoryError>;
    /// Changes one count by hand.
    async fn count(&mut self, variant: VariantId, change: CountChange) -> Result<Counted, RepositoryError>;
    /// Writes the ledger.
    async fn record(&mut self, movements: &[Movement]) -> Result<(), RepositoryError>;
}
