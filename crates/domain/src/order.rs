//! Orders: what was bought, for how much, and where it stands. Their lines are copies, so that later edits of the
//! catalogue never change what somebody agreed to.

mod number;
mod ports;
mod service;
mod views;

pub use number::OrderNumber;
pub use ports::{OrderCursor, OrderQuery, OrderReader, OrderRepository};
pub use service::{CancelError, OrderService, Orders, PlaceError, ShortLine};
pub use views::{OrderEventView, OrderLineView, OrderSummary, OrderView};

use crate::account::Role;
use crate::catalog::{ProductName, Sku, VariantTitle};
use crate::{Invalid, Money, OrderId, ProductId, Timestamp, UserId, VariantId, Version};
use serde::{Deserialize, Serialize};

/// Declares an enum that clients and the database know by the same small words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Returns the word that clients and the database use.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Reads the word.
            ///
            /// # Errors
            /// Any other word.
            pub fn parse(word: &str) -> Result<Self, Invalid> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(Invalid::new(concat!("must be one of:", $(" ", $word),*))),
                }
            }
        }
    };
}

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
        /// It was called off.
        Cancelled = "cancelled",
    }
}

words! {
    /// What can be done to an order.
    OrderAction {
        /// Call it off.
        Cancel = "cancel",
    }
}

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
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// An order.
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
    /// What it costs.
    pub total: Money,
    /// Whether it stands.
    pub status: OrderStatus,
    /// What was paid.
    pub payment: PaymentStatus,
    /// Where the goods are.
    pub fulfillment: FulfillmentStatus,
    /// Counts its edits, from 1.
    pub version: Version,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What happened to it, the earliest first.
    pub history: Vec<OrderEvent>,
}

impl Order {
    /// Returns what its customer can do to an order in this state.
    pub fn actions(
        status: OrderStatus,
        payment: PaymentStatus,
        fulfillment: FulfillmentStatus,
    ) -> Vec<OrderAction> {
        let cancellable = status == OrderStatus::Placed
            && payment == PaymentStatus::Unpaid
            && fulfillment == FulfillmentStatus::Unfulfilled;
        cancellable.then_some(OrderAction::Cancel).into_iter().collect()
    }

    /// Returns what its customer can do now.
    pub fn allowed_actions(&self) -> Vec<OrderAction> {
        Self::actions(self.status, self.payment, self.fulfillment)
    }

    /// Calls the order off; `None` when that is no longer allowed.
    pub fn cancelled(&self, by: UserId, role: Role, at: Timestamp) -> Option<Self> {
        self.allowed_actions().contains(&OrderAction::Cancel).then(|| {
            let mut after = self.clone();
            after.status = OrderStatus::Cancelled;
            after.version = self.version.next();
            after.updated_at = at;
            after.history.push(OrderEvent { kind: OrderEventKind::Cancelled, by, role, at });
            after
        })
    }
}
