//! From rows to the domain's values, and the questions that readers and units of work both ask. A row that does not parse
//! was not written by the shop: it is reported, never repaired. What orders copied parsed when they were placed.

pub(crate) mod accounts;
pub(crate) mod addresses;
pub(crate) mod carts;
pub(crate) mod orders;
pub(crate) mod products;
pub(crate) mod webhooks;
