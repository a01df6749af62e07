//! Events: what happened in the shop, for the programs of others. They are written in the transaction of what they tell
//! of, so that there is one if and only if it happened.

use crate::catalog::{Availability, Product, ProductName, ProductView, Sku};
use crate::order::{Order, OrderEventKind, OrderView};
use crate::stock::Moved;
use crate::words::words;
use crate::{OrderId, ProductId, RepositoryError, Timestamp, UserId, VariantId, Version};
use async_trait::async_trait;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long an event is kept, and with it the log of where it was sent.
pub const KEPT: TimeDelta = TimeDelta::days(30);

words! {
    /// What happened.
    EventKind {
        /// An order was placed.
        OrderPlaced = "order.placed",
        /// An order was paid.
        OrderPaid = "order.paid",
        /// An order was shipped.
        OrderShipped = "order.shipped",
        /// An order was delivered.
        OrderDelivered = "order.delivered",
        /// An order was called off.
        OrderCancelled = "order.cancelled",
        /// The money for an order was given back.
        OrderRefunded = "order.refunded",
        /// The goods of an order came back into stock.
        OrderRestocked = "order.restocked",
        /// Little or nothing is left of a variant.
        StockLow = "stock.low",
        /// A product was made, edited, archived or restored; counts of stock are no edit.
        ProductChanged = "product.changed",
    }
}

impl From<OrderEventKind> for EventKind {
    fn from(kind: OrderEventKind) -> Self {
        match kind {
            OrderEventKind::Placed => Self::OrderPlaced,
            OrderEventKind::Paid => Self::OrderPaid,
            OrderEventKind::Shipped => Self::OrderShipped,
            OrderEventKind::Delivered => Self::OrderDelivered,
            OrderEventKind::Cancelled => Self::OrderCancelled,
            OrderEventKind::Refunded => Self::OrderRefunded,
            OrderEventKind::Restocked => Self::OrderRestocked,
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// Where it stands among the events of its order, counted from 1 without a gap; nothing where it is of no order.
    pub sequence: Option<OrderSequence>,
    /// What is told about it: the JSON of [`OrderEventData`], [`StockLowData`] or [`ProductChangedData`].
    pub data: String,
    /// When it happened.
    pub at: Timestamp,
}

/// The place of an event among those of its order. Every event is one edit of the order, so it is the order's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderSequence {
    /// The order.
    pub order: OrderId,
    /// The order's version after the event.
    pub version: Version,
}

impl Event {
    /// Tells the last thing that happened to an order.
    pub fn of_order(order: &Order) -> Option<Self> {
        let last = order.history().last()?;
        let data = OrderEventData { customer_id: order.user, order: OrderView::from(order) };
        let sequence = Some(OrderSequence { order: order.id, version: order.version() });
        Some(Self { kind: last.kind.into(), sequence, data: encode(&data), at: last.at })
    }

    /// Tells that little is left of a variant, where moving its count has made that so.
    pub fn of_stock(
        moved: &Moved,
        product: ProductId,
        sku: &Sku,
        name: &ProductName,
        at: Timestamp,
    ) -> Option<Self> {
        let data = StockLowData {
            product_id: product,
            variant_id: moved.variant,
            sku: sku.to_string(),
            name: name.to_string(),
            on_hand: moved.after,
            availability: Availability::of(moved.after),
        };
        let event = || Self { kind: EventKind::StockLow, sequence: None, data: encode(&data), at };
        moved.fell().then(event)
    }

    /// Tells that a product was made or edited.
    pub fn of_product(product: &Product) -> Self {
        let data = ProductChangedData { product: ProductView::from(product) };
        let (kind, at) = (EventKind::ProductChanged, product.updated_at);
        Self { kind, sequence: None, data: encode(&data), at }
    }
}

/// What is told of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderEventData {
    /// Who bought.
    pub customer_id: UserId,
    /// The order after the event, as its customer sees it.
    pub order: OrderView,
}

/// What is told of a variant that there is little of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockLowData {
    /// Its product.
    pub product_id: ProductId,
    /// The variant.
    pub variant_id: VariantId,
    /// Its stock keeping unit.
    pub sku: String,
    /// What the product is called.
    pub name: String,
    /// How many are left.
    pub on_hand: i64,
    /// What customers are told of that.
    pub availability: Availability,
}

/// What is told of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductChangedData {
    /// The product as it is now.
    pub product: ProductView,
}

/// Writes events inside a unit of work.
#[async_trait]
pub trait EventRepository: Send {
    /// Writes events, in the order in which they happened, for everybody who listens to their kinds now.
    async fn record(&mut self, events: &[Event]) -> Result<(), RepositoryError>;
}

/// # Panics
/// Never: what is told is plain structs, which JSON can hold.
fn encode(data: &impl Serialize) -> String {
    serde_json::to_string(data).expect("what is told is plain structs, which JSON can hold")
}
