//! Orders with their lines and history.

use crate::entity::{order, order_event, order_line};
use crate::error::{corrupt, store};
use domain::account::Role;
use domain::catalog::{ProductName, Sku, VariantTitle};
use domain::order::{
    FulfillmentStatus, Order, OrderEvent, OrderEventKind, OrderLine, OrderNumber, OrderStatus, OrderSummary,
    PaymentStatus,
};
use domain::{Currency, Invalid, OrderId, ProductId, RepositoryError, UserId, VariantId, Version};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// Reads the rest of an order whose row is known. Lines never change and history only grows, but only a snapshot or a
/// lock makes the three belong together.
pub(crate) async fn complete(
    connection: &impl ConnectionTrait,
    row: order::Model,
) -> Result<Order, RepositoryError> {
    let lines = order_line::Entity::find()
        .filter(order_line::Column::OrderId.eq(row.id))
        .order_by_asc(order_line::Column::Position)
        .all(connection)
        .await
        .map_err(store)?;
    let history = order_event::Entity::find()
        .filter(order_event::Column::OrderId.eq(row.id))
        .order_by_asc(order_event::Column::Id)
        .all(connection)
        .await
        .map_err(store)?;
    let (currency, states) = (currency(&row)?, States::of(&row)?);
    Ok(Order {
        id: OrderId(row.id),
        number: OrderNumber::parse(&row.number).map_err(corrupt("orders.number"))?,
        user: UserId(row.user_id),
        lines: lines.iter().map(|row| line(row, currency)).collect::<Result<_, _>>()?,
        total: currency.minor(row.total),
        status: states.order,
        payment: states.payment,
        fulfillment: states.fulfillment,
        version: Version(row.version),
        placed_at: row.placed_at,
        updated_at: row.updated_at,
        history: history.iter().map(event).collect::<Result<_, _>>()?,
    })
}

/// Shows an order in a list.
pub(crate) fn summary(row: order::Model) -> Result<OrderSummary, RepositoryError> {
    let States { order, payment, fulfillment } = States::of(&row)?;
    Ok(OrderSummary {
        id: OrderId(row.id),
        status: order,
        payment_status: payment,
        fulfillment_status: fulfillment,
        units: row.units.unsigned_abs(),
        total: currency(&row)?.minor(row.total).view(),
        allowed_actions: Order::actions(order, payment, fulfillment),
        created_at: row.placed_at,
        number: row.number,
    })
}

struct States {
    order: OrderStatus,
    payment: PaymentStatus,
    fulfillment: FulfillmentStatus,
}

impl States {
    fn of(row: &order::Model) -> Result<Self, RepositoryError> {
        let fulfillment = FulfillmentStatus::parse(&row.fulfillment_status);
        Ok(Self {
            order: OrderStatus::parse(&row.status).map_err(corrupt("orders.status"))?,
            payment: PaymentStatus::parse(&row.payment_status).map_err(corrupt("orders.payment_status"))?,
            fulfillment: fulfillment.map_err(corrupt("orders.fulfillment_status"))?,
        })
    }
}

fn currency(row: &order::Model) -> Result<Currency, RepositoryError> {
    Currency::parse(&row.currency).map_err(corrupt("orders.currency"))
}

fn line(row: &order_line::Model, currency: Currency) -> Result<OrderLine, RepositoryError> {
    let quantity = u32::try_from(row.quantity).map_err(|_| Invalid::new("is out of range"));
    Ok(OrderLine {
        variant: VariantId(row.variant_id),
        product: ProductId(row.product_id),
        sku: Sku::parse(&row.sku).map_err(corrupt("order_lines.sku"))?,
        name: ProductName::parse(&row.name).map_err(corrupt("order_lines.name"))?,
        title: VariantTitle::parse(&row.title).map_err(corrupt("order_lines.title"))?,
        unit_price: currency.minor(row.unit_price),
        quantity: quantity.map_err(corrupt("order_lines.quantity"))?,
        total: currency.minor(row.line_total),
    })
}

fn event(row: &order_event::Model) -> Result<OrderEvent, RepositoryError> {
    Ok(OrderEvent {
        kind: OrderEventKind::parse(&row.kind).map_err(corrupt("order_events.kind"))?,
        by: UserId(row.user_id),
        role: Role::parse(&row.role).map_err(corrupt("order_events.role"))?,
        at: row.at,
    })
}
