//! Orders with their lines and history. What they copied is read back as it stands, whatever is asked of new ones.

use crate::entity::{order, order_event, order_line, user};
use crate::error::{corrupt, store};
use crate::rows::{accounts, addresses};
use domain::account::{Role, User};
use domain::catalog::{ProductName, Sku, VariantTitle};
use domain::order::{
    Buyer, CustomerView, FulfillmentStatus, NewOrder, Order, OrderEvent, OrderEventKind, OrderLine,
    OrderNote, OrderNumber, OrderState, OrderStatus, OrderSummary, PaymentStatus,
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
    let state = state(&row)?;
    let currency = currency(&row)?;
    let made = NewOrder {
        number: OrderNumber::parse(&row.number).map_err(corrupt("orders.number"))?,
        user: UserId(row.user_id),
        lines: lines.into_iter().map(|row| line(row, currency)).collect::<Result<_, _>>()?,
        total: currency.minor(row.total),
        ship_to: row.shipping_address.as_deref().map(addresses::address).transpose()?,
        note: row.note.map(OrderNote::from_record),
        placed_at: row.placed_at,
    };
    let history = history.iter().map(event).collect::<Result<_, _>>()?;
    let (id, version) = (OrderId(row.id), Version(row.version));
    Ok(Order::restored(id, made, state, version, row.updated_at, history))
}

/// Shows an order in a list: to its customer, or to staff, who are told who that is.
pub(crate) fn summary(
    row: order::Model,
    to: Role,
    buyer: Option<&Buyer>,
) -> Result<OrderSummary, RepositoryError> {
    let state = state(&row)?;
    Ok(OrderSummary {
        id: OrderId(row.id),
        status: state.status(),
        payment_status: state.payment(),
        fulfillment_status: state.fulfillment(),
        units: row.units.unsigned_abs(),
        total: currency(&row)?.minor(row.total).view(),
        customer: buyer.map(CustomerView::from),
        allowed_actions: state.allowed(to),
        created_at: row.placed_at,
        number: row.number,
    })
}

/// Reads what staff are told of a customer; nothing where somebody deleted the account past the shop.
pub(crate) async fn buyer(
    connection: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<Buyer>, RepositoryError> {
    let row = user::Entity::find_by_id(id.0).one(connection).await.map_err(store)?;
    row.as_ref().map(buyer_of).transpose()
}

/// Tells staff whose row it is.
pub(crate) fn buyer_of(row: &user::Model) -> Result<Buyer, RepositoryError> {
    let User { id, name, email, .. } = accounts::user(row)?;
    Ok(Buyer { id, name, email })
}

fn state(row: &order::Model) -> Result<OrderState, RepositoryError> {
    let status = OrderStatus::parse(&row.status).map_err(corrupt("orders.status"))?;
    let payment = PaymentStatus::parse(&row.payment_status).map_err(corrupt("orders.payment_status"))?;
    let fulfillment = FulfillmentStatus::parse(&row.fulfillment_status);
    let fulfillment = fulfillment.map_err(corrupt("orders.fulfillment_status"))?;
    OrderState::restored(status, payment, fulfillment, row.restocked).map_err(corrupt("orders.status"))
}

fn currency(row: &order::Model) -> Result<Currency, RepositoryError> {
    Currency::parse(&row.currency).map_err(corrupt("orders.currency"))
}

fn line(row: order_line::Model, currency: Currency) -> Result<OrderLine, RepositoryError> {
    let quantity = u32::try_from(row.quantity).map_err(|_| Invalid::new("is out of range"));
    Ok(OrderLine {
        variant: VariantId(row.variant_id),
        product: ProductId(row.product_id),
        sku: Sku::from_record(row.sku),
        name: ProductName::from_record(row.name),
        title: VariantTitle::from_record(row.title),
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
