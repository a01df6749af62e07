//! Looking the shop's books over: whether what is stored twice, or follows from something else, says the same. An audit only
//! looks; of all that it finds, what listings read of a product is worked out anew on request, and nothing else.

mod repair;

pub use repair::{Correction, rederive};

use crate::words::words;
use crate::{EndpointId, MessageId, OrderId, ProductId, RepositoryError, Timestamp, UserId, VariantId};
use async_trait::async_trait;
use std::fmt;

/// How many findings of a check are told; all of them are counted.
pub const TOLD: usize = 20;

words! {
    /// What is looked over.
    Check {
        /// No row refers to one that is not there.
        ForeignKeys = "foreign-keys",
        /// What is on hand of a variant is what its movements add up to.
        StockLedger = "stock-ledger",
        /// No count of stock is negative.
        StockCounts = "stock-counts",
        /// An order has lines, each of at least one unit, and each costs its unit price times its quantity.
        OrderLines = "order-lines",
        /// An order costs what its lines cost together.
        OrderTotals = "order-totals",
        /// An order has as many units as its lines have together.
        OrderUnits = "order-units",
        /// The goods of a line went out once, and came back once if the order does not hold them any more.
        OrderGoods = "order-goods",
        /// The history of an order has one entry for each version, and ends where the order stands.
        OrderHistory = "order-history",
        /// The events of an order are numbered from 1 to its version.
        OrderEvents = "order-events",
        /// A product can be read, and has a variant.
        Products = "products",
        /// A product's lowest price is that of its variants.
        ListingPrices = "listing-prices",
        /// A product's variants that are in stock, and plentifully so, are as many as it says.
        ListingStock = "listing-stock",
        /// The text that a product is sorted and found by is its own.
        ListingText = "listing-text",
        /// Carts keep to their bounds.
        CartLines = "cart-lines",
        /// What was committed for the caches was passed on.
        CacheOutbox = "cache-outbox",
        /// A key that was claimed has an answer.
        IdempotencyKeys = "idempotency-keys",
        /// Nobody who listens to events has been given up on.
        WebhookEndpoints = "webhook-endpoints",
    }
}

impl Check {
    /// Whether what is wrong follows from what is right, so that [`rederive`] repairs it. An order's units do not count as
    /// derived: an order is a record, and nothing rewrites records.
    pub fn is_derived(self) -> bool {
        matches!(self, Self::ListingPrices | Self::ListingStock | Self::ListingText)
    }
}

/// What was found, all of it in one state of the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// One for each check, in the order of [`Check::ALL`].
    pub reports: Vec<Report>,
    /// Every product that [`rederive`] would correct, by id.
    pub outdated: Vec<ProductId>,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The check.
    pub check: Check,
    /// How many things it looked at.
    pub looked_at: u64,
    /// How many gaps it found.
    pub found: u64,
    /// The first of them, [`TOLD`] at most.
    pub findings: Vec<Finding>,
    /// Why it could not be made, where it could not; that is a gap.
    pub failed: Option<String>,
}

impl Report {
    /// Begins the report of a check that has found nothing yet.
    pub fn new(check: Check, looked_at: u64) -> Self {
        Self { check, looked_at, found: 0, findings: Vec::new(), failed: None }
    }

    /// Reports that a check could not be made, whatever there is to find.
    pub fn failed(check: Check, reason: String) -> Self {
        Self { found: 1, failed: Some(reason), ..Self::new(check, 0) }
    }

    /// Adds a gap.
    pub fn add(&mut self, finding: Finding) {
        self.found += 1;
        if self.findings.len() < TOLD {
            self.findings.push(finding);
        }
    }

    /// How many of the gaps [`rederive`] repairs.
    pub fn repairable(&self) -> u64 {
        if self.check.is_derived() && self.failed.is_none() { self.found } else { 0 }
    }
}

/// A gap: something says one thing, and follows from something that says another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where it is.
    pub place: Place,
    /// What was compared, such as `on_hand`.
    pub what: &'static str,
    /// What it should be.
    pub expected: String,
    /// What it is.
    pub found: String,
}

/// Where something was found, by what people call it. Texts are as they are stored, whoever wrote them there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A column that refers to another table.
    ForeignKey {
        /// The table that it is in.
        table: &'static str,
        /// What it is called.
        column: &'static str,
        /// The other table.
        to: &'static str,
    },
    /// A variant.
    Variant {
        /// Its id.
        id: VariantId,
        /// Its stock keeping unit.
        sku: String,
    },
    /// An order.
    Order {
        /// Its id.
        id: OrderId,
        /// What its customer quotes.
        number: String,
    },
    /// A variant as an order has it.
    Ordered {
        /// The order's id.
        order: OrderId,
        /// What its customer quotes.
        number: String,
        /// The variant's id.
        variant: VariantId,
        /// Its stock keeping unit now.
        sku: String,
    },
    /// A product.
    Product {
        /// Its id.
        id: ProductId,
        /// Its part of an address.
        slug: String,
    },
    /// A cart.
    Cart {
        /// Its id.
        id: i64,
    },
    /// A line of a cart.
    CartLine {
        /// The cart's id.
        cart: i64,
        /// The variant's id.
        variant: VariantId,
    },
    /// A message in the outbox.
    Message {
        /// Its id.
        id: MessageId,
        /// What it says.
        text: String,
    },
    /// A key that somebody chose for a request.
    Key {
        /// Who.
        caller: UserId,
        /// The key.
        key: String,
    },
    /// An endpoint that events are sent to.
    Endpoint {
        /// Its id.
        id: EndpointId,
        /// Its host; the rest of its address may be a secret.
        host: String,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignKey { table, column, to } => write!(f, "{table}.{column} ({to})"),
            Self::Variant { id, sku } => write!(f, "variant {id} ({sku})"),
            Self::Order { id, number } => write!(f, "order {id} ({number})"),
            Self::Ordered { order, number, variant, sku } => {
                write!(f, "order {order} ({number}), variant {variant} ({sku})")
            }
            Self::Product { id, slug } => write!(f, "product {id} ({slug})"),
            Self::Cart { id } => write!(f, "cart {id}"),
            Self::CartLine { cart, variant } => write!(f, "cart {cart}, variant {variant}"),
            Self::Message { id, text } => write!(f, "message {} ({text})", id.0),
            Self::Key { caller, key } => write!(f, "key {key} of account {caller}"),
            Self::Endpoint { id, host } => write!(f, "webhook endpoint {id} ({host})"),
        }
    }
}

/// Looks the books over.
#[async_trait]
pub trait Auditor: Send + Sync {
    /// Makes every check in one state of the shop, so that one that is open shows no gap that it does not have; a check that
    /// cannot be made is reported, and keeps none of the others from being made. Takes no locks, and no more memory for a
    /// large shop than for a small one, but for the ids of products that are outdated.
    async fn audit(&self, now: Timestamp) -> Result<Audit, RepositoryError>;
}
