//! The shop in memory: what opens units of work, what readers read, and the faults that a test asks for.

use super::state::State;
use super::unit::MemoryUnit;
use crate::catalog::NewProductInput;
use crate::catalog::{Catalog, CatalogService, Product};
use crate::{
    Committed, Currency, RepositoryError, Source, SystemClock, UnitOfWork, Units, UnitsOfWork, UserId,
    testing::usd,
};
use async_trait::async_trait;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who puts products on the shelf; they need no account.
const SHELVER: UserId = UserId(1_000);

/// A shop in memory that implements every port. One unit of work is open at a time; readers see what is committed.
///
/// Clones are the same shop.
#[derive(Clone, Default)]
pub struct MemoryShop {
    committed: Arc<Mutex<State>>,
    faults: Arc<Mutex<Faults>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// What goes wrong next.
#[derive(Default)]
struct Faults {
    begin: VecDeque<RepositoryError>,
    claim: VecDeque<RepositoryError>,
    commit: VecDeque<RepositoryError>,
    read: VecDeque<RepositoryError>,
}

impl MemoryShop {
    /// Opens an empty shop.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the currency that the shop trades in.
    pub fn currency(&self) -> Currency {
        usd("0").currency()
    }

    /// Returns what runs units of work on this shop.
    pub fn units(&self) -> Units {
        Units::new(Arc::new(self.clone()))
    }

    /// Returns a copy of what is committed.
    pub fn state(&self) -> State {
        self.committed().clone()
    }

    /// Puts a product on the shelf, as staff would.
    ///
    /// # Panics
    /// When the shop refuses it.
    pub async fn stock(&self, goods: NewProductInput) -> Product {
        let catalog = Catalog::new(self.units(), Arc::new(SystemClock));
        let made = catalog.create(goods, SHELVER, None).await.expect("the shop takes the goods");
        self.state().products.remove(&made.id).expect("what was made is there")
    }

    /// Makes the next attempt to open a unit of work fail; asked several times, so many fail.
    pub fn fail_next_begin_with(&self, error: RepositoryError) {
        self.faults().begin.push_back(error);
    }

    /// Makes the next claim of an idempotency key fail; asked several times, so many fail.
    pub fn fail_next_claim_with(&self, error: RepositoryError) {
        self.faults().claim.push_back(error);
    }

    /// Makes the next commit fail and change nothing; asked several times, so many fail.
    pub fn fail_next_commit_with(&self, error: RepositoryError) {
        self.faults().commit.push_back(error);
    }

    /// Makes the next read outside a unit of work fail; asked several times, so many fail.
    pub fn fail_next_read_with(&self, error: RepositoryError) {
        self.faults().read.push_back(error);
    }

    /// Lets a key be claimed, unless that is to fail.
    pub(super) fn claim(&self) -> Result<(), RepositoryError> {
        self.faults().claim.pop_front().map_or(Ok(()), Err)
    }

    /// Returns what readers see, unless a read is to fail.
    pub(super) fn read(&self) -> Result<MutexGuard<'_, State>, RepositoryError> {
        self.faults().read.pop_front().map_or_else(|| Ok(self.committed()), Err)
    }

    /// Takes the state of a unit of work as the committed one, unless the commit is to fail.
    pub(super) fn commit(&self, state: State) -> Result<Committed, RepositoryError> {
        if let Some(fault) = self.faults().commit.pop_front() {
            return Err(fault);
        }
        let changes = state.last_changes().to_vec();
        *self.committed() = state;
        Ok(Committed { source: Source::Sqlite, changes })
    }

    fn committed(&self) -> MutexGuard<'_, State> {
        self.committed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl UnitsOfWork for MemoryShop {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, RepositoryError> {
        let fault = self.faults().begin.pop_front();
        if let Some(fault) = fault {
            return Err(fault);
        }
        let turn = Arc::clone(&self.turn).lock_owned().await;
        Ok(Box::new(MemoryUnit::new(self.clone(), self.state(), turn)))
    }
}
