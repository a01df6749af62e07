//! Fills an empty catalogue with demonstration goods. It never touches a catalogue that has a product.

use crate::demo;
use domain::catalog::{Category, CategoryClash, NewProduct, ProductTaken};
use domain::{Currency, RepositoryError, UnitOfWork, Units};
use std::{collections::HashMap, sync::Arc};
use thiserror::Error;

/// How many products one transaction stores: few enough for its deadline, enough for speed.
const BATCH: usize = 1_000;

/// What came of filling a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seeding {
    /// It has this many products now.
    Filled(usize),
    /// It had products already and was left alone.
    NotEmpty,
}

/// Why a catalogue is not filled, or not completely.
#[derive(Clone, Debug, Error)]
pub(crate) enum SeedError {
    /// Somebody added products meanwhile.
    #[error("somebody else is filling the catalogue: {0:?} is taken")]
    Taken(ProductTaken),
    /// The shop has a category whose name is almost the same.
    #[error("the category {0} stands in the way of one of the demonstration catalogue")]
    Clash(String),
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

domain::contention_through_repository!(SeedError);

/// Fills the catalogue with `count` products, or with those written by hand where it is `None`.
///
/// # Errors
/// Those of the store; what was stored until then stays.
pub(crate) async fn fill(
    units: &Units,
    currency: Currency,
    count: Option<usize>,
) -> Result<Seeding, SeedError> {
    let count = count.unwrap_or(demo::HANDMADE);
    let mut drafts = demo::catalogue(currency).take(count);
    let mut stored = 0;
    while stored < count {
        let batch: Arc<[demo::Draft]> = drafts.by_ref().take(BATCH).collect();
        let size = batch.len();
        let place = if stored == 0 { Place::Empty } else { Place::AsItIs };
        match units.run(move |work| store(work, place, Arc::clone(&batch))).await? {
            Seeding::NotEmpty => return Ok(Seeding::NotEmpty),
            Seeding::Filled(_) => stored += size,
        }
    }
    Ok(Seeding::Filled(stored))
}

/// What the catalogue must be like for a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Empty,
    AsItIs,
}

async fn store(
    mut work: Box<dyn UnitOfWork>,
    place: Place,
    batch: Arc<[demo::Draft]>,
) -> Result<Seeding, SeedError> {
    if place == Place::Empty && !work.catalog().is_empty().await? {
        return Ok(Seeding::NotEmpty);
    }
    let mut categories: HashMap<String, Category> = HashMap::new();
    let mut products: Vec<NewProduct> = Vec::with_capacity(batch.len());
    for draft in batch.iter().cloned() {
        let name = draft.category.to_string();
        let category = match categories.get(&name) {
            Some(category) => category.clone(),
            None => work.catalog().category(&draft.category).await??,
        };
        categories.insert(name, category.clone());
        products.push(draft.into_product(category));
    }
    work.catalog().insert_many(&products).await??;
    work.commit().await?;
    Ok(Seeding::Filled(products.len()))
}

impl From<ProductTaken> for SeedError {
    fn from(taken: ProductTaken) -> Self {
        Self::Taken(taken)
    }
}

impl From<CategoryClash> for SeedError {
    fn from(clash: CategoryClash) -> Self {
        Self::Clash(clash.existing.to_string())
    }
}
