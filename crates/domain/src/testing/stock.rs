//! Stock in memory.

use super::unit::MemoryUnit;
use crate::catalog::MAX_STOCK;
use crate::stock::{CountChange, Counted, Demand, Moved, Movement, Shortage, StockRepository};
use crate::{RepositoryError, VariantId};
use async_trait::async_trait;

impl MemoryUnit {
    /// Adds units of a variant, or takes them away.
    fn move_stock(&mut self, id: VariantId, delta: i64) -> Option<Moved> {
        let (product, variant) = self.state.variant(id)?;
        let (before, on_hand) = (product.clone(), variant.on_hand);
        let mut after = before.clone();
        for variant in after.variants.iter_mut().filter(|variant| variant.id == id) {
            variant.on_hand += delta;
        }
        self.put(Some(&before), after);
        Some(Moved { variant: id, before: on_hand, after: on_hand + delta })
    }
}

#[async_trait]
impl StockRepository for MemoryUnit {
    async fn take(&mut self, demand: &Demand) -> Result<Result<Vec<Moved>, Vec<Shortage>>, RepositoryError> {
        let (mut moved, mut short) = (Vec::new(), Vec::new());
        for (variant, requested) in demand.iter() {
            let sold = self.state.variant(variant).filter(|(product, variant)| product.sells(variant));
            let available = sold.map_or(0, |(_, variant)| variant.on_hand);
            if requested <= available {
                moved.extend(self.move_stock(variant, -requested));
            } else {
                short.push(Shortage { variant, requested, available });
            }
        }
        Ok(if short.is_empty() { Ok(moved) } else { Err(short) })
    }

    async fn give_back(&mut self, demand: &Demand) -> Result<(), RepositoryError> {
        for (variant, units) in demand.iter() {
            self.move_stock(variant, units);
        }
        Ok(())
    }

    async fn count(&mut self, id: VariantId, change: CountChange) -> Result<Counted, RepositoryError> {
        let Some((_, variant)) = self.state.variant(id) else { return Ok(Counted::Missing) };
        let there = variant.on_hand;
        let wanted = match change {
            CountChange::By(delta) => there.checked_add(delta),
            CountChange::Replace { expected, on_hand } => (expected == there).then_some(on_hand),
        };
        let Some(wanted) = wanted.filter(|wanted| (0..=MAX_STOCK).contains(wanted)) else {
            return Ok(Counted::Refused { on_hand: there });
        };
        Ok(self.move_stock(id, wanted - there).map_or(Counted::Missing, Counted::Moved))
    }

    async fn record(&mut self, movements: &[Movement]) -> Result<(), RepositoryError> {
        self.state.movements.extend_from_slice(movements);
        Ok(())
    }
}
