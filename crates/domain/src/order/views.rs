//! What clients see of an order.

use super::{
    Buyer, FulfillmentStatus, Order, OrderAction, OrderEvent, OrderEventKind, OrderLine, OrderStatus,
    PaymentStatus, ShippingAddress,
};
use crate::account::Role;
use crate::money::MoneyView;
use crate::{OrderId, ProductId, UserId, VariantId, Version};
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
    /// What it costs: the sum of its lines.
    pub total: MoneyView,
    /// Where it goes, where the customer said so.
    pub shipping_address: Option<ShippingAddressView>,
    /// What the customer wants the shop to know.
    pub note: Option<String>,
    /// Whether goods that had been shipped came back into stock.
    pub restocked: bool,
    /// Who bought, where the account is there; only staff are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerView>,
    /// What whoever asks can do now.
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
    /// Who bought, where the account is there; only staff are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerView>,
    /// What whoever asks can do now.
    pub allowed_actions: Vec<OrderAction>,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
}

/// Where an order goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ShippingAddress))]
pub struct ShippingAddressView {
    /// Who gets it.
    pub name: String,
    /// Street and number.
    pub line1: String,
    /// What else the carrier needs.
    pub line2: Option<String>,
    /// The city.
    pub city: String,
    /// The state, province or county.
    pub region: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The country's ISO 3166-1 alpha-2 code.
    pub country: String,
    /// What the carrier can call.
    pub phone: Option<String>,
}

/// Who bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Customer))]
pub struct CustomerView {
    /// The account.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, example = 2))]
    pub id: UserId,
    /// What its owner is called.
    pub name: String,
    /// Where its owner is reached.
    pub email: String,
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
    /// In which role it was done.
    pub by: Role,
    /// Who did it; only staff are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub user_id: Option<UserId>,
    /// When.
    pub at: DateTime<Utc>,
}

impl From<&Order> for OrderView {
    /// Shows an order to its customer.
    fn from(order: &Order) -> Self {
        Self {
            id: order.id,
            number: order.number.to_string(),
            status: order.state().status(),
            payment_status: order.state().payment(),
            fulfillment_status: order.state().fulfillment(),
            items: order.lines.iter().map(OrderLineView::from).collect(),
            total: order.total.view(),
            shipping_address: order.ship_to.as_ref().map(ShippingAddressView::from),
            note: order.note.as_ref().map(|note| note.as_str().to_owned()),
            restocked: order.state().restocked(),
            customer: None,
            allowed_actions: order.state().allowed(Role::Customer),
            history: order.history().iter().map(OrderEventView::from).collect(),
            version: order.version(),
            created_at: order.placed_at,
            updated_at: order.updated_at,
        }
    }
}

impl OrderView {
    /// Shows an order to staff: with its customer, who did what, and what staff can do.
    pub fn for_staff(order: &Order, buyer: Option<&Buyer>) -> Self {
        let mut view = Self::from(order);
        view.customer = buyer.map(CustomerView::from);
        view.allowed_actions = order.state().allowed(Role::Staff);
        for (shown, event) in view.history.iter_mut().zip(order.history()) {
            shown.user_id = Some(event.by);
        }
        view
    }
}

impl From<&Buyer> for CustomerView {
    fn from(buyer: &Buyer) -> Self {
        Self { id: buyer.id, name: buyer.name.to_string(), email: buyer.email.to_string() }
    }
}

impl From<&ShippingAddress> for ShippingAddressView {
    fn from(address: &ShippingAddress) -> Self {
        Self {
            name: address.name.to_string(),
            line1: address.line1.to_string(),
            line2: address.line2.as_ref().map(ToString::to_string),
            city: address.city.to_string(),
            region: address.region.as_ref().map(ToString::to_string),
            postal_code: address.postal_code.as_ref().map(ToString::to_string),
            country: address.country.to_string(),
            phone: address.phone.as_ref().map(ToString::to_string),
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
        Self { event: event.kind, by: event.role, user_id: None, at: event.at }
    }
}
