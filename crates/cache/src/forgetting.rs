//! Putting cells out of date by hand: for rows that were edited in SQL, of which no unit of work knows. It goes through the
//! outbox alone, so that every server that runs learns of it, wherever its cells are.

use crate::{CellKey, Tag, notice};
use domain::{RepositoryError, Units};
use std::collections::BTreeSet;

/// What is to be read from the database again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forgetting {
    /// These cells, and those that cannot be told from them: all pages of a customer's orders, all listings of a category.
    Cells(Vec<CellKey>),
    /// Every cell there is.
    Everything,
}

impl Forgetting {
    /// Leaves word of it. Servers that run act on it at their relay's next pass, others before they serve anything.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn announce(&self, units: &Units) -> Result<(), RepositoryError> {
        let notices = self.notices();
        let announce = move |mut work: Box<dyn domain::UnitOfWork>| {
            let notices = notices.clone();
            async move {
                work.announce(&notices).await?;
                work.commit().await.map(drop)
            }
        };
        units.run(announce).await
    }

    fn notices(&self) -> Vec<String> {
        match self {
            Self::Cells(keys) => {
                let tags: BTreeSet<Tag> = keys.iter().flat_map(CellKey::own_tags).collect();
                tags.iter().map(notice::unattended).collect()
            }
            Self::Everything => vec![notice::everything()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tag_is_told_of_once_and_waits_for_no_writer() {
        let keys = ["cart:2", "orders:2:1:20:", "order:2:9", "cart:2"].map(|key| CellKey::read(key).unwrap());
        assert_eq!(Forgetting::Cells(keys.to_vec()).notices(), ["!cart:2", "!orders:2"]);
        assert_eq!(Forgetting::Everything.notices(), ["!*"]);
    }
}
