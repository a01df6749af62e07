//! Whether carts keep to their bounds.

use super::search::{Gaps, Search, count, text};
use crate::entity::cart_line;
use domain::VariantId;
use domain::audit::{Check, Finding, Place};
use domain::cart::{MAX_LINES, MAX_QUANTITY};
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, DbErr, QueryResult};

/// Lines by themselves, and how many a cart has.
pub(super) fn lines() -> Search {
    let quantity = cart_line::Column::Quantity;
    let out_of_bounds = Query::select()
        .columns([cart_line::Column::CartId, cart_line::Column::VariantId])
        .expr_as(text(quantity.into_expr()), "found")
        .from(cart_line::Entity)
        .and_where(quantity.between(1, i64::from(MAX_QUANTITY)).not())
        .order_by(cart_line::Column::CartId, sea_orm::Order::Asc)
        .order_by(cart_line::Column::VariantId, sea_orm::Order::Asc)
        .take();
    let number = || Expr::from(Func::count(Expr::col(Asterisk)));
    let most = i64::try_from(MAX_LINES).unwrap_or(i64::MAX);
    let crowded = Query::select()
        .column(cart_line::Column::CartId)
        .expr_as(text(number()), "found")
        .from(cart_line::Entity)
        .group_by_col(cart_line::Column::CartId)
        .and_having(number().gt(most))
        .order_by(cart_line::Column::CartId, sea_orm::Order::Asc)
        .take();
    let gaps = vec![Gaps { rows: out_of_bounds, read: line }, Gaps { rows: crowded, read: cart }];
    Search { check: Check::CartLines, looked_at: count(cart_line::Entity), gaps }
}

fn line(row: &QueryResult) -> Result<Finding, DbErr> {
    let place = Place::CartLine {
        cart: row.try_get("", "cart_id")?,
        variant: VariantId(row.try_get("", "variant_id")?),
    };
    let expected = format!("1 to {MAX_QUANTITY}");
    Ok(Finding { place, what: "quantity", expected, found: row.try_get("", "found")? })
}

fn cart(row: &QueryResult) -> Result<Finding, DbErr> {
    let place = Place::Cart { id: row.try_get("", "cart_id")? };
    let expected = format!("{MAX_LINES} at most");
    Ok(Finding { place, what: "lines", expected, found: row.try_get("", "found")? })
}
