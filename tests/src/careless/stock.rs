//! Stock that is moved without care.

use super::{Careless, CarelessUnit};
use async_trait::async_trait;
use domain::RepositoryError;
use domain::VariantId;
use domain::stock::{CountChange, Counted, Demand, Moved, Movement, Shortage, StockRepository};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Barrier;

/// Where the first two who hold something wait for each other, on whatever instance: whoever wanted the same thing first waits
/// for its lock instead, so these two hold what the other one wants.
static MEETING: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));
/// How many have held something so far.
static ARRIVED: AtomicUsize = AtomicUsize::new(0);

type Taken = Result<Result<Vec<Moved>, Vec<Shortage>>, RepositoryError>;

#[async_trait]
impl StockRepository for CarelessUnit {
    async fn take(&mut self, demand: &Demand) -> Taken {
        match self.careless {
            Careless::ReadsThenWrites => self.write_what_remains(demand).await,
            Careless::TakesInTheCartsOrder => self.take_one_by_one(demand).await,
            Careless::GivesNothingBack | Careless::ForgetsKeys => self.inner.stock().take(demand).await,
        }
    }

    async fn give_back(&mut self, demand: &Demand) -> Result<(), RepositoryError> {
        if self.careless == Careless::GivesNothingBack {
            return Ok(());
        }
        self.inner.stock().give_back(demand).await
    }

    async fn count(&mut self, variant: VariantId, change: CountChange) -> Result<Counted, RepositoryError> {
        self.inner.stock().count(variant, change).await
    }

    async fn record(&mut self, movements: &[Movement]) -> Result<(), RepositoryError> {
        self.inner.stock().record(movements).await
    }
}

impl CarelessUnit {
    async fn write_what_remains(&mut self, demand: &Demand) -> Taken {
        let mut taken = Vec::new();
        for (variant, requested) in demand.iter() {
            let available = self.counted.get(&variant).copied().unwrap_or_default();
            if available < requested {
                return Ok(Err(vec![Shortage { variant, requested, available }]));
            }
            let (on_hand, expected) = (available - requested, self.on_hand(variant).await?);
            let change = CountChange::Replace { expected, on_hand };
            if let Counted::Moved(moved) = self.inner.stock().count(variant, change).await? {
                taken.push(moved);
            }
        }
        Ok(Ok(taken))
    }

    /// Returns what is on hand now, and holds it: all that is asked for it is that a count can be replaced whatever it is.
    async fn on_hand(&mut self, variant: VariantId) -> Result<i64, RepositoryError> {
        let product = self.inner.catalog().product_of(variant).await?.expect("it was counted");
        let product = self.inner.catalog().lock(product.id).await?.expect("it was counted");
        let variant = product.variants.iter().find(|other| other.id == variant).expect("it was counted");
        Ok(variant.on_hand)
    }

    async fn take_one_by_one(&mut self, demand: &Demand) -> Taken {
        let mut taken = Vec::new();
        for variant in self.cart.clone() {
            let units = demand.iter().find(|(wanted, _)| *wanted == variant).map_or(0, |(_, units)| units);
            let one = [(variant, u32::try_from(units).expect("a cart's quantity is small"))];
            match self.inner.stock().take(&one.into_iter().collect()).await? {
                Ok(moved) => taken.extend(moved),
                Err(short) => return Ok(Err(short)),
            }
            if ARRIVED.fetch_add(1, Ordering::Relaxed) < 2 {
                MEETING.wait().await;
            }
        }
        Ok(Ok(taken))
    }
}
