//! Working out anew what follows from something else: a product at a time, each in a unit of work of its own that holds the
//! product as an edit would, so that a shop may go on meanwhile.

use crate::{ProductId, RepositoryError, Units};

/// A stored value that took the place of a wrong one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Which.
    pub what: &'static str,
    /// What it was.
    pub was: String,
    /// What it is.
    pub is: String,
}

/// Corrects what listings read of a product, and returns what was wrong once the product was held: nothing, where somebody
/// was faster.
///
/// # Errors
/// The store's, and a product that is itself damaged.
pub async fn rederive(units: &Units, product: ProductId) -> Result<Vec<Correction>, RepositoryError> {
    units
        .run(move |mut work| async move {
            let corrections = work.catalog().rederive(product).await?;
            if !corrections.is_empty() {
                work.commit().await?;
            }
            Ok(corrections)
        })
        .await
}
