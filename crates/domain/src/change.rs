//! What a unit of work changed, in the shop's own words. Repositories record it as they write; whoever keeps copies of
//! the data (the cache) decides from it what is out of date.

use crate::catalog::Slug;
use crate::{ProductId, Source, UserId};

/// One thing that readers may now see differently.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// An account's role, its being disabled, or its live sessions.
    Account(UserId),
    /// A customer's cart.
    Cart(UserId),
    /// A customer's orders.
    Orders(UserId),
    /// Anything that one product read alone shows, stock counts included; `slugs` are those it had and has.
    Product {
        /// The product.
        id: ProductId,
        /// Its slug before and after, once where they are the same.
        slugs: Vec<Slug>,
    },
    /// Something that a listing of this category shows, filters or sorts by: lowest price, name, availability, membership.
    Listing {
        /// The category's slug.
        category: Slug,
    },
    /// Something that a cart's line shows of any variant: price, sku, name, archival, availability, but never a count.
    Variants,
}

/// The proof that a unit of work was committed, with what it changed.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The database that holds it now.
    pub source: Source,
    /// What readers may now see differently.
    pub changes: Vec<Change>,
}
