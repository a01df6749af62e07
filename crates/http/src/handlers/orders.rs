//! The caller's orders: placed from the cart, listed, shown, called off.

use super::address::AddressBody;
use super::money::TotalBody;
use super::paging::paging;
use super::{Answer, Audience, Outcome, Problem, Shop, answer, kinds};
use crate::extract::{
    At, Bearer, Check, FromJson, FromQuery, Given, IfNoneMatch, Nothing, Object, Parameters, Query,
    Repeatable,
};
use domain::OrderId;
use domain::account::Role;
use domain::order::{
    ActingOn, Checkout, OrderAction, OrderCursor, OrderNote, OrderQuery, OrderStatus, OrderSummary, OrderView,
};
use domain::page::Page;
use serde::Deserialize;
use utoipa::ToSchema;

/// Lists the account's orders, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/orders",
    operation_id = "listOrders",
    tag = "orders",
    params(
        ("status" = Option<OrderStatus>, Query, description = "Only orders of this status."),
        ("page" = Option<u32>, Query, description = "The page's number, from 1.", minimum = 1),
        ("limit" = Option<u32>, Query, description = "How many items; 20 unless given.", minimum = 1, maximum = 100),
        ("after" = Option<String>, Query, description = "`nextCursor` of the page before; instead of `page`."),
    ),
    responses((status = 200, description = "A page of orders.", body = Answer<Page<OrderSummary>>)),
    security(("bearer" = []))
)]
pub(crate) async fn list(
    shop: Shop,
    bearer: Bearer,
    Query(query): Query<OrderQuery>,
    cached: IfNoneMatch,
) -> Outcome {
    let (_, page) = bearer.read(|user| shop.orders.orders(user, &query)).await?;
    Ok(answer::read(&page?, Audience::Person, &cached))
}

impl FromQuery for OrderQuery {
    fn parse(query: &mut Parameters, check: &mut Check) -> Option<Self> {
        let (position, limit) = paging(query, check, |_: &OrderCursor| Ok(()));
        Some(Self { status: query.read("status", check, OrderStatus::parse), position, limit })
    }
}

/// Shows an order. Somebody else's is 404, as one that nobody placed.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}",
    operation_id = "showOrder",
    tag = "orders",
    params(("id" = i64, Path, description = "The order.")),
    responses((status = 200, description = "The order.", body = Answer<OrderView>)),
    security(("bearer" = []))
)]
pub(crate) async fn show(shop: Shop, bearer: Bearer, At(id): At<OrderId>, cached: IfNoneMatch) -> Outcome {
    let (_, found) = bearer.read(|user| shop.orders.order(user, id)).await?;
    let order = found?.ok_or_else(|| Problem::new(&kinds::NOT_FOUND, "There is no such order."))?;
    Ok(answer::read(&order, Audience::Person, &cached))
}

/// What a customer says when placing an order; the body may be left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewOrder)]
pub(crate) struct NewOrderBody {
    /// The total that was shown; an order that would cost anything else is refused.
    #[serde(default)]
    #[schema(value_type = TotalBody)]
    expected_total: Given<Object<TotalBody>>,
    /// Where it goes.
    #[serde(default)]
    #[schema(value_type = AddressBody)]
    shipping_address: Given<Object<AddressBody>>,
    /// What the shop should know.
    #[serde(default)]
    #[schema(value_type = String, max_length = 500, example = "Please ring twice.")]
    note: Given<String>,
}

impl FromJson for Checkout {
    type Body = NewOrderBody;

    fn parse(body: NewOrderBody, check: &mut Check) -> Option<Self> {
        let note = check.optional_text("note", body.note, OrderNote::parse);
        Some(Self {
            expected: check.inside("expectedTotal", body.expected_total, TotalBody::parse),
            ship_to: check.inside("shippingAddress", body.shipping_address, AddressBody::parse),
            note: note.filter(|note| !note.as_str().is_empty()),
        })
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// Turns the cart into an order: takes the stock and empties the cart, or changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/orders",
    operation_id = "placeOrder",
    tag = "orders",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send again.")),
    request_body(content = NewOrderBody, description = "It may be left out."),
    responses(
        (status = 201, description = "The order was placed.", body = Answer<OrderView>),
        (status = 409, description = "`empty-cart`, `out-of-stock`, `price-changed`."),
    ),
    security(("bearer" = []))
)]
pub(crate) async fn place(shop: Shop, bearer: Bearer, checkout: Repeatable<Checkout>) -> Outcome {
    let user = bearer.confirm().await?.user();
    let keyed = checkout.by(user);
    let placed = shop.order_service.place(user, checkout.value, keyed).await?;
    Ok(answer::once(&placed, Some(format!("/api/v1/orders/{}", placed.id))))
}

/// Calls an order off and gives its goods back to the shop.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/cancel",
    operation_id = "cancelOrder",
    tag = "orders",
    params(
        ("id" = i64, Path, description = "The order."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send again."),
    ),
    responses(
        (status = 200, description = "The order as it is now.", body = Answer<OrderView>),
        (status = 409, description = "`action-not-allowed`: with `allowedActions`."),
    ),
    security(("bearer" = []))
)]
pub(crate) async fn cancel(
    shop: Shop,
    bearer: Bearer,
    At(order): At<OrderId>,
    request: Repeatable<Nothing>,
) -> Outcome {
    let user = bearer.confirm().await?.user();
    let by = ActingOn { order, user, role: Role::Customer };
    let order = shop.order_service.act(by, OrderAction::Cancel, request.by(user)).await?;
    Ok(answer::once(&order, None))
}
