//! Everybody's orders, for staff: found, shown, and moved on.

use super::paging::paging;
use super::{Answer, Audience, Outcome, Problem, Shop, answer, kinds};
use crate::extract::{At, Check, FromQuery, IfNoneMatch, Nothing, Parameters, Query, Repeatable, Require};
use auth::ManageOrders;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use domain::account::{EmailAddress, Role};
use domain::order::{
    ActingOn, Customer, DeskQuery, FulfillmentStatus, OrderAction, OrderCursor, OrderNumber, OrderStatus,
    OrderSummary, OrderView, PaymentStatus,
};
use domain::page::Page;
use domain::{Invalid, OrderId, Timestamp, UserId};

/// Lists everybody's orders, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/orders",
    operation_id = "listAllOrders",
    tag = "administration",
    params(
        ("status" = Option<OrderStatus>, Query, description = "Only orders of this status."),
        ("paymentStatus" = Option<PaymentStatus>, Query, description = "Only orders with this payment status."),
        ("fulfillmentStatus" = Option<FulfillmentStatus>, Query, description = "Only orders with this fulfilment status."),
        ("customer" = Option<String>, Query, description = "Only the orders of this account: its id or its e-mail address."),
        ("number" = Option<String>, Query, description = "Only the order with this number, in any case, with or without the hyphen."),
        ("placedFrom" = Option<String>, Query, description = "Only orders placed then or later: a date, or a time as in RFC 3339.", example = "2026-11-01"),
        ("placedBefore" = Option<String>, Query, description = "Only orders placed before: a date, or a time as in RFC 3339.", example = "2026-12-01T00:00:00Z"),
        ("page" = Option<u32>, Query, description = "The page's number, from 1.", minimum = 1),
        ("limit" = Option<u32>, Query, description = "How many items; 20 unless given.", minimum = 1, maximum = 100),
        ("after" = Option<String>, Query, description = "`nextCursor` of the page before; instead of `page`."),
    ),
    responses((status = 200, description = "A page of orders, with their customers.", body = Answer<Page<OrderSummary>>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn list(
    shop: Shop,
    staff: Require<ManageOrders, (Query<DeskQuery>, IfNoneMatch)>,
) -> Outcome {
    let (Query(query), cached) = staff.input;
    Ok(answer::read(&shop.order_desk.all_orders(&query).await?, Audience::Person, &cached))
}

impl FromQuery for DeskQuery {
    fn parse(query: &mut Parameters, check: &mut Check) -> Option<Self> {
        let (position, limit) = paging(query, check, |_: &OrderCursor| Ok(()));
        let placed_from = query.read("placedFrom", check, moment);
        let placed_before = query.read("placedBefore", check, moment);
        if placed_from.zip(placed_before).is_some_and(|(from, before)| before <= from) {
            check.refuse_parameter("placedBefore", "must be later than placedFrom");
        }
        Some(Self {
            status: query.read("status", check, OrderStatus::parse),
            payment: query.read("paymentStatus", check, PaymentStatus::parse),
            fulfillment: query.read("fulfillmentStatus", check, FulfillmentStatus::parse),
            customer: query.read("customer", check, customer),
            number: query.read("number", check, OrderNumber::read),
            placed_from,
            placed_before,
            position,
            limit,
        })
    }
}

/// Shows anybody's order, with its customer and who did what.
#[utoipa::path(
    get,
    path = "/api/v1/admin/orders/{id}",
    operation_id = "showAnyOrder",
    tag = "administration",
    params(("id" = i64, Path, description = "The order.")),
    responses((status = 200, description = "The order.", body = Answer<OrderView>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn show(shop: Shop, staff: Require<ManageOrders, (At<OrderId>, IfNoneMatch)>) -> Outcome {
    let (At(id), cached) = staff.input;
    let order = shop.order_desk.any_order(id).await?;
    let order = order.ok_or_else(|| Problem::new(&kinds::NOT_FOUND, "There is no such order."))?;
    Ok(answer::read(&order, Audience::Person, &cached))
}

/// An order, and what is done to it.
type WhatToDo = At<(OrderId, OrderAction)>;

/// Takes an action on an order. Each can be taken once, where `allowedActions` lists it; what comes of it is the shop's
/// word alone: no payment is collected and no parcel is sent here.
#[utoipa::path(
    post,
    path = "/api/v1/admin/orders/{id}/{action}",
    operation_id = "actOnOrder",
    tag = "administration",
    params(
        ("id" = i64, Path, description = "The order."),
        ("action" = OrderAction, Path, description = "What is done. `cancel` and `restock` put the goods back into stock."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send again."),
    ),
    responses(
        (status = 200, description = "The order as it is now.", body = Answer<OrderView>),
        (status = 409, description = "`action-not-allowed`: with `allowedActions`."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn act(
    shop: Shop,
    staff: Require<ManageOrders, (WhatToDo, Repeatable<Nothing>)>,
) -> Outcome {
    let (At((order, action)), request) = staff.input;
    let user = staff.actor.user();
    let by = ActingOn { order, user, role: Role::Staff };
    let order = shop.order_service.act(by, action, request.by(user)).await?;
    Ok(answer::once(&order, None))
}

/// Reads an account's id or its address.
fn customer(text: &str) -> Result<Customer, Invalid> {
    if let Ok(id) = text.parse() {
        return Ok(Customer::Account(UserId(id)));
    }
    let email =
        EmailAddress::parse(text).map_err(|_| Invalid::new("must be an account's id or e-mail address"));
    email.map(Customer::Email)
}

/// Reads a moment, or a date as its first moment in UTC.
fn moment(text: &str) -> Result<Timestamp, Invalid> {
    let date = |text| {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|date| date.and_time(NaiveTime::MIN).and_utc())
    };
    let moment =
        DateTime::parse_from_rfc3339(text).map(|moment| moment.with_timezone(&Utc)).or_else(|_| date(text));
    // Other years would be compared differently by databases that keep times as text.
    moment
        .ok()
        .filter(|moment| (1..=9_999).contains(&moment.year()))
        .ok_or(Invalid::new("must be a date such as 2026-11-22, or a time such as 2026-11-22T12:00:00Z"))
}
