//! Whether the goods of every order went out once, came back once where they should have, and never otherwise.

use super::search::{Gaps, Search, count, or_nothing, sum_where, text, times};
use crate::entity::{order, order_line, stock_movement, variant};
use domain::audit::{Check, Finding, Place};
use domain::order::OrderStatus;
use domain::stock::MovementReason;
use domain::{OrderId, VariantId};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, JoinType, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, DbErr, QueryResult};

/// What a line of an order is called among the movements.
const LINE: &str = "line";

/// A reason for which goods move for orders, with the columns that tell how often they did, and by how much.
#[derive(Clone, Copy)]
struct Move {
    reason: MovementReason,
    rows: &'static str,
    units: &'static str,
}

const TAKING: Move = Move { reason: MovementReason::Order, rows: "takings", units: "taken_units" };
const CANCELLATION: Move =
    Move { reason: MovementReason::Cancellation, rows: "cancellations", units: "cancelled_units" };
const RETURN: Move = Move { reason: MovementReason::Return, rows: "returns", units: "returned_units" };

/// All reasons for which goods move for orders.
fn moves() -> impl Iterator<Item = Move> {
    let of = |reason: &MovementReason| match reason {
        MovementReason::Order => Some(TAKING),
        MovementReason::Cancellation => Some(CANCELLATION),
        MovementReason::Return => Some(RETURN),
        MovementReason::Opening | MovementReason::Adjustment => None,
    };
    MovementReason::ALL.iter().filter_map(of)
}

/// What the ledger calls them.
fn words() -> impl Iterator<Item = &'static str> {
    moves().map(|one| one.reason.as_str())
}

/// The lines of all orders, against the movements.
pub(super) fn goods() -> Search {
    let cancelled = || order::Column::Status.eq(OrderStatus::Cancelled.as_str());
    let restocked = || order::Column::Restocked.eq(true);
    let wanted = || Expr::col(("sums", "wanted"));
    let moved = |one: Move, when: Option<Expr>, units: Expr| {
        let once = |number: Expr| match &when {
            Some(when) => Expr::case(when.clone(), number).finally(0_i64).into(),
            None => number,
        };
        Condition::any()
            .add(Expr::col(("sums", one.rows)).ne(once(Expr::value(1_i64))))
            .add(Expr::col(("sums", one.units)).ne(once(units)))
    };
    let out = wanted().mul(-1_i64);
    let wrong = Condition::any()
        .add(order::Column::Id.is_null())
        .add(moved(TAKING, None, out))
        .add(moved(CANCELLATION, Some(cancelled()), wanted()))
        .add(moved(RETURN, Some(restocked()), wanted()))
        .add(Expr::col(("sums", "others")).ne(0_i64));
    let mut rows = Query::select()
        .columns(
            [order::Column::Id, order::Column::Number, order::Column::Status, order::Column::Restocked]
                .map(|column| (order::Entity, column)),
        )
        .column(("sums", "variant_id"))
        .column((variant::Entity, variant::Column::Sku))
        .expr_as(text(wanted()), "wanted")
        .column(("sums", "others"))
        .from_subquery(sums(), "sums")
        .join(
            JoinType::LeftJoin,
            order::Entity,
            Expr::col(("sums", "order_id")).equals((order::Entity, order::Column::Id)),
        )
        .join(
            JoinType::LeftJoin,
            variant::Entity,
            Expr::col(("sums", "variant_id")).equals((variant::Entity, variant::Column::Id)),
        )
        .cond_where(wrong)
        .order_by_expr(or_nothing(Expr::col(("sums", "order_id"))), sea_orm::Order::Asc)
        .order_by(("sums", "variant_id"), sea_orm::Order::Asc)
        .take();
    for one in moves() {
        rows.column(("sums", one.rows)).expr_as(text(Expr::col(("sums", one.units))), one.units);
    }
    let gaps = vec![Gaps { rows, read }];
    Search { check: Check::OrderGoods, looked_at: count(order_line::Entity), gaps }
}

/// How often, and by how much, the units of each variant moved for each order; and how many the order has.
fn sums() -> SelectStatement {
    let reason = |word: &'static str| Expr::col("reason").eq(word);
    let units = || Expr::col("units");
    let other = Expr::col("reason").is_not_in(words().chain([LINE]));
    let mut sums = Query::select()
        .columns(["order_id", "variant_id"])
        .expr_as(sum_where(reason(LINE), units()), "wanted")
        .expr_as(times(other), "others")
        .from_subquery(lines_and_movements(), "parts")
        .group_by_columns(["order_id", "variant_id"])
        .take();
    for one in moves() {
        let its = || reason(one.reason.as_str());
        sums.expr_as(times(its()), one.rows).expr_as(sum_where(its(), units()), one.units);
    }
    sums
}

fn lines_and_movements() -> SelectStatement {
    let for_orders = Condition::any()
        .add(stock_movement::Column::OrderId.is_not_null())
        .add(stock_movement::Column::Reason.is_in(words()));
    let movements = Query::select()
        .columns([stock_movement::Column::OrderId, stock_movement::Column::VariantId])
        .expr_as(Expr::col(stock_movement::Column::Delta), "units")
        .expr_as(Expr::col(stock_movement::Column::Reason), "reason")
        .from(stock_movement::Entity)
        .cond_where(for_orders)
        .take();
    Query::select()
        .columns([order_line::Column::OrderId, order_line::Column::VariantId])
        .expr_as(Expr::col(order_line::Column::Quantity), "units")
        .expr_as(Expr::value(LINE), "reason")
        .from(order_line::Entity)
        .union(UnionType::All, movements)
        .take()
}

fn read(row: &QueryResult) -> Result<Finding, DbErr> {
    let variant = VariantId(row.try_get("", "variant_id")?);
    let sku = row.try_get::<Option<String>>("", "sku")?.unwrap_or_default();
    let mut found = Vec::new();
    for one in moves() {
        let (rows, units): (i64, String) = (row.try_get("", one.rows)?, row.try_get("", one.units)?);
        if rows > 0 {
            found.push(movements(one.reason, rows, &units));
        }
    }
    let others: i64 = row.try_get("", "others")?;
    if others > 0 {
        found.push(format!("{others} for other reasons"));
    }
    let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
    let Some(order) = row.try_get::<Option<i64>>("", "id")? else {
        let (place, expected) = (Place::Variant { id: variant, sku }, "an order for each".to_owned());
        return Ok(Finding { place, what: "movements for orders", expected, found });
    };
    let (wanted, status): (String, String) = (row.try_get("", "wanted")?, row.try_get("", "status")?);
    let mut expected = Vec::new();
    if wanted != "0" {
        expected.push(movements(MovementReason::Order, 1, &format!("-{wanted}")));
        if status == OrderStatus::Cancelled.as_str() {
            expected.push(movements(MovementReason::Cancellation, 1, &wanted));
        }
        if row.try_get("", "restocked")? {
            expected.push(movements(MovementReason::Return, 1, &wanted));
        }
    }
    let expected = if expected.is_empty() { "none".to_owned() } else { expected.join(", ") };
    let number = row.try_get("", "number")?;
    let place = Place::Ordered { order: OrderId(order), number, variant, sku };
    Ok(Finding { place, what: "movements", expected, found })
}

fn movements(reason: MovementReason, times: i64, units: &str) -> String {
    format!("{times} × {} of {units} in all", reason.as_str())
}
