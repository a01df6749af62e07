//! What both the shop and its model can say, in terms of neither's ids: customers, products, variants and orders are
//! numbered as they were made, and money is minor units.

use domain::account::Role;
use domain::catalog::Availability;
use domain::order::{FulfillmentStatus, OrderAction, OrderEventKind, OrderStatus, PaymentStatus};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The sequence has not begun.
    Nothing,
    Cart(CartShown),
    Order(OrderShown),
    Product(ProductShown),
    NoSuchThing,
    NoSuchLine,
    OutOfStock {
        variant: usize,
        requested: i64,
        available: i64,
    },
    TooMany,
    EmptyCart,
    Short(Vec<(usize, i64, i64)>),
    PriceChanged(i64),
    NoSuchOrder,
    NotAllowed(Vec<OrderAction>),
    Stale(i64),
    LastVariant,
    StockConflict(i64),
}

impl Answer {
    /// Returns what kind of answer it is.
    pub(crate) fn name(&self) -> String {
        let text = format!("{self:?}");
        text.split(['(', ' ']).next().unwrap_or_default().to_owned()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CartShown {
    pub(crate) version: i64,
    pub(crate) lines: Vec<LineShown>,
    pub(crate) subtotal: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineShown {
    pub(crate) variant: usize,
    pub(crate) quantity: u32,
    pub(crate) price: i64,
    pub(crate) price_when_added: i64,
    pub(crate) price_changed: bool,
    pub(crate) total: i64,
    pub(crate) availability: Availability,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OrderShown {
    pub(crate) number: usize,
    pub(crate) status: OrderStatus,
    pub(crate) payment: PaymentStatus,
    pub(crate) fulfillment: FulfillmentStatus,
    pub(crate) restocked: bool,
    pub(crate) version: i64,
    /// Variant, quantity, price, total.
    pub(crate) lines: Vec<(usize, u32, i64, i64)>,
    pub(crate) total: i64,
    pub(crate) allowed: Vec<OrderAction>,
    pub(crate) history: Vec<(OrderEventKind, Role)>,
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SummaryShown {
    pub(crate) number: usize,
    pub(crate) state: (OrderStatus, PaymentStatus, FulfillmentStatus),
    pub(crate) units: u64,
    pub(crate) total: i64,
    pub(crate) allowed: Vec<OrderAction>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProductShown {
    pub(crate) version: i64,
    pub(crate) active: bool,
    pub(crate) price: i64,
    pub(crate) stock: i64,
    pub(crate) availability: Availability,
    /// Variant, price, stock, availability.
    pub(crate) variants: Vec<(usize, i64, i64, Availability)>,
}

/// A row of the table of variants, with what its product derives from all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shelf {
    pub(crate) on_hand: i64,
    pub(crate) price: i64,
    pub(crate) archived: bool,
    pub(crate) lowest_price: i64,
    pub(crate) variants_in_stock: i64,
    pub(crate) variants_plentiful: i64,
    pub(crate) product_version: i64,
}

/// A line of the ledger: variant, how many, why, and for which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) variant: usize,
    pub(crate) delta: i64,
    pub(crate) reason: String,
    pub(crate) order: Option<usize>,
}
