//! What clients see of an order.

use super::{
    FulfillmentStatus, Order, OrderAction, OrderEvent, OrderEventKind, OrderLine, OrderStatus, PaymentStatus,
};
use crate::account::Role;
use crate::money::MoneyView;
use crate::{OrderId, ProductId, VariantId, Version};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An order with its lines and history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Order))]
pub struct OrderView {
    /// Identifies the order.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, example = 1))]
    pub id: OrderId,
    /// What the customer quotes.
    #[cfg_attr(feature = "openapi", schema(example = "7K2M9-X4QRT"))]
    pub number: String,
    /// Whether it stands.
    pub status: OrderStatus,
    /// What was paid.
    pub payment_status: PaymentStatus,
    /// Where the goods are.
    pub fulfillment_status: FulfillmentStatus,
    /// What was bought.
    pub items: Vec<OrderLineView>,
    /// What it costs.
    pub total: MoneyView,
    /// What its customer can do now.
    pub allowed_actions: Vec<OrderAction>,
    /// What happened to it, the earliest first.
    pub history: Vec<OrderEventView>,
    /// Counts its edits.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub version: Version,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderSummary {
    /// Identifies the order.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, example = 1))]
    pub id: OrderId,
    /// What the customer quotes.
    pub number: String,
    /// Whether it stands.
    pub status: OrderStatus,
    /// What was paid.
    pub payment_status: PaymentStatus,
    /// Where the goods are.
    pub fulfillment_status: FulfillmentStatus,
    /// How many units it has, over all lines.
    pub units: u64,
    /// What it costs.
    pub total: MoneyView,
    /// What its customer can do now.
    pub allowed_actions: Vec<OrderAction>,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OrderLine))]
pub struct OrderLineView {
    /// The variant.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub variant_id: VariantId,
    /// Its product.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub product_id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// What the product was called.
    pub name: String,
    /// What told the variant from its siblings.
    pub title: String,
    /// What one cost.
    pub unit_price: MoneyView,
    /// How many.
    pub quantity: u32,
    /// What the line cost.
    pub line_total: MoneyView,
}

/// One entry of an order's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OrderEvent))]
pub struct OrderEventView {
    /// What happened.
    pub event: OrderEventKind,
    /// Who did it.
    pub by: Role,
    /// When.
    pub at: DateTime<Utc>,
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id,
            number: order.number.to_string(),
            status: order.status,
            payment_status: order.payment,
            fulfillment_status: order.fulfillment,
            items: order.lines.iter().map(OrderLineView::from).collect(),
            total: order.total.view(),
            allowed_actions: order.allowed_actions(),
            history: order.history.iter().map(OrderEventView::from).collect(),
            version: order.version,
            created_at: order.placed_at,
            updated_at: order.updated_at,
        }
    }
}

impl From<&OrderLine> for OrderLineView {
    fn from(line: &OrderLine) -> Self {
        Self {
            variant_id: line.variant,
            product_id: line.product,
            sku: line.sku.to_string(),
            name: line.name.to_string(),
            title: line.title.to_string(),
            unit_price: line.unit_price.view(),
            quantity: line.quantity,
            line_total: line.total.view(),
        }
    }
}

impl From<&OrderEvent> for OrderEventView {
    fn from(event: &OrderEvent) -> Self {
        Self { event: event.kind, by: event.role, at: event.at }
    }
}
