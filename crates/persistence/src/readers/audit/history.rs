//! Whether the history of an order tells the whole way to where it stands.

use super::search::{Gaps, Search, count, of_order, or_nothing, order, text, times};
use crate::entity::{order, order_event};
use domain::audit::{Check, Finding};
use domain::order::{FulfillmentStatus, OrderEventKind, OrderStatus, PaymentStatus};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, DbErr, QueryResult};

/// What the history tells of an order, as a table.
const TOLD: &str = "told";

/// The history, against the version and the state.
pub(super) fn history() -> Search {
    let told = |column: &'static str| Expr::col((TOLD, column));
    let whole = Condition::all()
        .add(told("entries").eq(order::Column::Version.into_expr()))
        .add(told("first").eq(told("placing")));
    let lacking = Condition::any()
        .add(told("entries").ne(order::Column::Version.into_expr()))
        .add(told("placing").is_null())
        .add(told("first").ne(told("placing")));
    let entries = orders()
        .expr_as(text(order::Column::Version.into_expr()), "expected")
        .expr_as(text(or_nothing(told("entries"))), "found")
        .cond_where(lacking)
        .take();
    let mut states = orders();
    let mut differs = Condition::any();
    for Facet { column, told, alias } in facets() {
        differs = differs.add(column.into_expr().ne(told.clone()));
        states.column((order::Entity, column)).expr_as(told, alias);
    }
    states.cond_where(whole).cond_where(differs);
    let gaps = vec![
        Gaps { rows: entries, read: |row| of_order(row, "entries of its history, the first being placed") },
        Gaps { rows: states, read: state },
    ];
    Search { check: Check::OrderHistory, looked_at: count(order::Entity), gaps }
}

/// One side of where an order stands: as it is stored, and as its history tells.
struct Facet {
    column: order::Column,
    told: Expr,
    alias: &'static str,
}

/// No action is taken twice, so the state follows from which entries there are, whatever their order.
fn facets() -> [Facet; 4] {
    let happened = |kind: OrderEventKind| Expr::col((TOLD, kind.as_str())).gt(0_i64);
    let by = |kind, then: Expr, rest: Expr| -> Expr { Expr::case(happened(kind), then).finally(rest).into() };
    let status = |status: OrderStatus| Expr::value(status.as_str());
    let payment = |payment: PaymentStatus| Expr::value(payment.as_str());
    let place = |place: FulfillmentStatus| Expr::value(place.as_str());
    let paid = by(OrderEventKind::Paid, payment(PaymentStatus::Paid), payment(PaymentStatus::Unpaid));
    let shipped =
        by(OrderEventKind::Shipped, place(FulfillmentStatus::Shipped), place(FulfillmentStatus::Unfulfilled));
    [
        Facet {
            column: order::Column::Status,
            told: by(OrderEventKind::Cancelled, status(OrderStatus::Cancelled), status(OrderStatus::Placed)),
            alias: "told_status",
        },
        Facet {
            column: order::Column::PaymentStatus,
            told: by(OrderEventKind::Refunded, payment(PaymentStatus::Refunded), paid),
            alias: "told_payment",
        },
        Facet {
            column: order::Column::FulfillmentStatus,
            told: by(OrderEventKind::Delivered, place(FulfillmentStatus::Delivered), shipped),
            alias: "told_fulfillment",
        },
        Facet {
            column: order::Column::Restocked,
            told: by(OrderEventKind::Restocked, Expr::value(true), Expr::value(false)),
            alias: "told_restocked",
        },
    ]
}

/// Orders beside what their history tells.
fn orders() -> SelectStatement {
    let id = || Expr::col(order_event::Column::Id);
    let kind = |kind: OrderEventKind| order_event::Column::Kind.eq(kind.as_str());
    let mut told = Query::select()
        .column(order_event::Column::OrderId)
        .expr_as(Func::count(id()), "entries")
        .expr_as(Func::min(id()), "first")
        .expr_as(Func::min(Expr::case(kind(OrderEventKind::Placed), id())), "placing")
        .from(order_event::Entity)
        .group_by_col(order_event::Column::OrderId)
        .take();
    for known in OrderEventKind::ALL {
        told.expr_as(times(kind(*known)), known.as_str());
    }
    let of_order = Expr::col((TOLD, order_event::Column::OrderId)).equals((order::Entity, order::Column::Id));
    Query::select()
        .columns([(order::Entity, order::Column::Id), (order::Entity, order::Column::Number)])
        .from(order::Entity)
        .join_subquery(JoinType::LeftJoin, told, TOLD, of_order)
        .order_by((order::Entity, order::Column::Id), sea_orm::Order::Asc)
        .take()
}

fn state(row: &QueryResult) -> Result<Finding, DbErr> {
    let said = |columns: [&str; 3], restocked: &str| -> Result<String, DbErr> {
        let words = columns.iter().map(|column| row.try_get("", column));
        let mut words: Vec<String> = words.collect::<Result<_, _>>()?;
        if row.try_get("", restocked)? {
            words.push("restocked".to_owned());
        }
        Ok(words.join(", "))
    };
    let expected = said(["told_status", "told_payment", "told_fulfillment"], "told_restocked")?;
    let found = said(["status", "payment_status", "fulfillment_status"], "restocked")?;
    Ok(Finding { place: order(row)?, what: "state, by its history", expected, found })
}
