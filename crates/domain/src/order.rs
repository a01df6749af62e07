//! Orders: what was bought, for how much, and where it stands. Their lines are copies, so that later edits of the
//! catalogue never change what somebody agreed to.

mod address;
mod checkout;
mod handling;
mod number;
mod ports;
mod service;
mod state;
mod views;

pub use address::{AddressLine, Country, Phone, PostalCode, ShippingAddress};
pub use number::OrderNumber;
pub use ports::{
    Buyer, Customer, DeskQuery, OrderCursor, OrderDesk, OrderQuery, OrderReader, OrderRepository, WhoseOrder,
};
pub use service::{ActError, ActingOn, Checkout, OrderService, Orders, PlaceError, ShortLine};
pub use state::OrderState;
pub use views::{CustomerView, OrderEventView, OrderLineView, OrderSummary, OrderView, ShippingAddressView};

use crate::account::Role;
use crate::catalog::{ProductName, Sku, VariantTitle};
use crate::stock::{Demand, Movement, MovementReason};
use crate::text::Prose;
use crate::words::words;
use crate::{Money, OrderId, ProductId, Timestamp, UserId, VariantId, Version};

words! {
    /// Whether an order stands.
    OrderStatus {
        /// It was placed and stands.
        Placed = "placed",
        /// It was called off, and its goods are back in stock.
        Cancelled = "cancelled",
    }
}

words! {
    /// What was paid.
    PaymentStatus {
        /// Nothing yet.
        Unpaid = "unpaid",
        /// All of it.
        Paid = "paid",
        /// All of it, and it was given back.
        Refunded = "refunded",
    }
}

words! {
    /// Where the goods are.
    FulfillmentStatus {
        /// In the shop.
        Unfulfilled = "unfulfilled",
        /// On their way.
        Shipped = "shipped",
        /// With the customer.
        Delivered = "delivered",
    }
}

words! {
    /// What happened to an order.
    OrderEventKind {
        /// It was placed.
        Placed = "placed",
        /// It was paid.
        Paid = "paid",
        /// The goods were sent.
        Shipped = "shipped",
        /// The goods arrived.
        Delivered = "delivered",
        /// It was called off.
        Cancelled = "cancelled",
        /// The money was given back.
        Refunded = "refunded",
        /// Goods that had been sent came back into stock.
        Restocked = "restocked",
    }
}

words! {
    /// What can be done to an order.
    OrderAction {
        /// Note that it was paid.
        Pay = "pay",
        /// Note that the goods were sent.
        Ship = "ship",
        /// Note that the goods arrived.
        Deliver = "deliver",
        /// Call it off; the goods are back in stock.
        Cancel = "cancel",
        /// Note that the money was given back.
        Refund = "refund",
        /// Put goods that came back into stock again.
        Restock = "restock",
    }
}

impl OrderAction {
    /// Returns what the history says after it.
    pub fn event(self) -> OrderEventKind {
        match self {
            Self::Pay => OrderEventKind::Paid,
            Self::Ship => OrderEventKind::Shipped,
            Self::Deliver => OrderEventKind::Delivered,
            Self::Cancel => OrderEventKind::Cancelled,
            Self::Refund => OrderEventKind::Refunded,
            Self::Restock => OrderEventKind::Restocked,
        }
    }

    /// Returns why its goods move in the ledger; nothing where they stay.
    pub fn gives_back(self) -> Option<MovementReason> {
        match self {
            Self::Cancel => Some(MovementReason::Cancellation),
            Self::Restock => Some(MovementReason::Return),
            Self::Pay | Self::Ship | Self::Deliver | Self::Refund => None,
        }
    }
}

/// What a customer wants the shop to know about an order.
pub type OrderNote = Prose<500>;

/// A line of an order: copies of what the catalogue said when it was placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// The variant.
    pub variant: VariantId,
    /// Its product.
    pub product: ProductId,
    /// Its stock keeping unit.
    pub sku: Sku,
    /// What the product was called.
    pub name: ProductName,
    /// What told the variant from its siblings.
    pub title: VariantTitle,
    /// What one cost.
    pub unit_price: Money,
    /// How many.
    pub quantity: u32,
    /// What the line cost.
    pub total: Money,
}

/// One entry of an order's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderEvent {
    /// What happened.
    pub kind: OrderEventKind,
    /// Who did it.
    pub by: UserId,
    /// In which role.
    pub role: Role,
    /// When.
    pub at: Timestamp,
}

/// What a new order is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// What the customer quotes.
    pub number: OrderNumber,
    /// Who bought.
    pub user: UserId,
    /// What was bought; never empty.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub total: Money,
    /// Where it goes, where the customer said so.
    pub ship_to: Option<ShippingAddress>,
    /// What the customer wants the shop to know.
    pub note: Option<OrderNote>,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// An order. Where it stands changes by [`Order::after`] alone, so that each step is in its history:
///
/// ```compile_fail,E0616
/// fn cancel(order: &mut domain::order::Order, cancelled: domain::order::OrderState) {
///     order.state = cancelled;
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Identifies it inside the shop.
    pub id: OrderId,
    /// What the customer quotes.
    pub number: OrderNumber,
    /// Who bought.
    pub user: UserId,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What it costs: the sum of its lines.
    pub total: Money,
    /// Where it goes, where the customer said so.
    pub ship_to: Option<ShippingAddress>,
    /// What the customer wants the shop to know.
    pub note: Option<OrderNote>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    state: OrderState,
    version: Version,
    history: Vec<OrderEvent>,
}

impl Order {
    /// Returns a new order as it begins.
    pub fn placed(id: OrderId, new: NewOrder) -> Self {
        let NewOrder { number, user, lines, total, ship_to, note, placed_at } = new;
        let (state, version, updated_at) = (OrderState::PLACED, Version(1), placed_at);
        let (kind, by, role) = (OrderEventKind::Placed, user, Role::Customer);
        let history = vec![OrderEvent { kind, by, role, at: placed_at }];
        Self { id, number, user, lines, total, ship_to, note, placed_at, updated_at, state, version, history }
    }

    /// Returns an order as it was stored: what it was made of, where it stands and what happened to it. A history that lost
    /// an entry is taken as it is: it is the doctor's business, and no reason to leave a customer without the order.
    pub fn restored(
        id: OrderId,
        made: NewOrder,
        state: OrderState,
        version: Version,
        updated_at: Timestamp,
        history: Vec<OrderEvent>,
    ) -> Self {
        Self { updated_at, state, version, history, ..Self::placed(id, made) }
    }

    /// Where it stands.
    pub fn state(&self) -> OrderState {
        self.state
    }

    /// Counts its edits, from 1.
    pub fn version(&self) -> Version {
        self.version
    }

    /// What happened to it, the earliest first; one entry for each version, unless some were lost.
    pub fn history(&self) -> &[OrderEvent] {
        &self.history
    }

    /// Returns the order after an action; `None` where somebody in this role cannot take it now.
    pub fn after(&self, action: OrderAction, by: UserId, role: Role, at: Timestamp) -> Option<Self> {
        let mut after = Self { state: self.state.after(action, role)?, ..self.clone() };
        after.version = self.version.next();
        after.updated_at = at;
        after.history.push(OrderEvent { kind: action.event(), by, role, at });
        Some(after)
    }

    /// Returns how many of each variant it is about.
    pub fn demand(&self) -> Demand {
        self.lines.iter().map(|line| (line.variant, line.quantity)).collect()
    }

    /// Returns the ledger's lines of its goods as they go.
    fn goods_out(&self, by: UserId, at: Timestamp) -> Vec<Movement> {
        self.movements(MovementReason::Order, -1, by, at)
    }

    /// Returns the ledger's lines of its goods as they come back.
    fn goods_back(&self, reason: MovementReason, by: UserId, at: Timestamp) -> Vec<Movement> {
        self.movements(reason, 1, by, at)
    }

    fn movements(&self, reason: MovementReason, sign: i64, by: UserId, at: Timestamp) -> Vec<Movement> {
        let (order, by) = (Some(self.id), Some(by));
        let movement = |(variant, units): (VariantId, i64)| Movement {
            variant,
            delta: sign * units,
            reason,
            order,
            note: None,
            by,
            at,
        };
        self.demand().iter().map(movement).collect()
    }
}
