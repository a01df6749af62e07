//! Whether orders add up.

use super::search::{Gaps, Search, count, of_order, sum, text};
use crate::entity::{order, order_line};
use domain::audit::{Check, Finding};
use domain::{OrderId, VariantId, audit::Place};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, DbErr, QueryResult};

/// Each line on its own, and orders that have none.
pub(super) fn lines() -> Search {
    let (price, quantity) = (order_line::Column::UnitPrice, order_line::Column::Quantity);
    // PostgreSQL's products of integers overflow, those of numerics do not.
    let cost = || price.into_expr().cast_as("numeric").mul(quantity.into_expr());
    let wrong =
        Condition::any().add(order_line::Column::LineTotal.into_expr().ne(cost())).add(quantity.lt(1));
    let rows = Query::select()
        .columns([(order::Entity, order::Column::Id), (order::Entity, order::Column::Number)])
        .column((order_line::Entity, order_line::Column::VariantId))
        .column((order_line::Entity, order_line::Column::Sku))
        .expr_as(text(cost()), "expected")
        .expr_as(text(order_line::Column::LineTotal.into_expr()), "found")
        .expr_as(text(quantity.into_expr()), "units")
        .from(order_line::Entity)
        .join(JoinType::InnerJoin, order::Entity, of_line())
        .cond_where(wrong)
        .order_by((order::Entity, order::Column::Id), sea_orm::Order::Asc)
        .take();
    let any = Query::select().expr(Expr::value(1)).from(order_line::Entity).and_where(of_line()).take();
    let empty = orders(Expr::value("at least one"), Expr::value("none"))
        .and_where(Expr::exists(any).not()) // `NOT IN` would compare every order with every line
        .take();
    let gaps = vec![Gaps { rows, read: line }, Gaps { rows: empty, read: |row| of_order(row, "lines") }];
    Search { check: Check::OrderLines, looked_at: count(order_line::Entity), gaps }
}

/// What an order costs, against its lines.
pub(super) fn totals() -> Search {
    against_lines(Check::OrderTotals, order::Column::Total, order_line::Column::LineTotal, |row| {
        of_order(row, "total in minor units")
    })
}

/// How many units an order has, against its lines.
pub(super) fn units() -> Search {
    against_lines(Check::OrderUnits, order::Column::Units, order_line::Column::Quantity, |row| {
        of_order(row, "units")
    })
}

fn against_lines(
    check: Check,
    stored: order::Column,
    summed: order_line::Column,
    read: fn(&QueryResult) -> Result<Finding, DbErr>,
) -> Search {
    let sums = Query::select()
        .column(order_line::Column::OrderId)
        .expr_as(sum(Expr::col(summed)), "total")
        .from(order_line::Entity)
        .group_by_col(order_line::Column::OrderId)
        .take();
    let total = || Expr::col(("sums", "total"));
    let of_order =
        Expr::col(("sums", order_line::Column::OrderId)).equals((order::Entity, order::Column::Id));
    let rows = orders(text(total()), text(stored.into_expr()))
        .join_subquery(JoinType::InnerJoin, sums, "sums", of_order)
        .and_where(stored.into_expr().ne(total()))
        .take();
    Search { check, looked_at: count(order::Entity), gaps: vec![Gaps { rows, read }] }
}

fn orders(expected: Expr, found: Expr) -> SelectStatement {
    Query::select()
        .columns([(order::Entity, order::Column::Id), (order::Entity, order::Column::Number)])
        .expr_as(text(expected), "expected")
        .expr_as(text(found), "found")
        .from(order::Entity)
        .order_by((order::Entity, order::Column::Id), sea_orm::Order::Asc)
        .take()
}

fn of_line() -> Expr {
    order_line::Column::OrderId.into_expr().equals((order::Entity, order::Column::Id))
}

fn line(row: &QueryResult) -> Result<Finding, DbErr> {
    let place = Place::Ordered {
        order: OrderId(row.try_get("", "id")?),
        number: row.try_get("", "number")?,
        variant: VariantId(row.try_get("", "variant_id")?),
        sku: row.try_get("", "sku")?,
    };
    let (cost, total, units): (String, String, String) =
        (row.try_get("", "expected")?, row.try_get("", "found")?, row.try_get("", "units")?);
    let expected = format!("{cost} in minor units, for 1 unit or more");
    Ok(Finding { place, what: "line_total", expected, found: format!("{total}, for {units}") })
}
