//! Whether carts keep to their bounds and hold what there is.

use super::search::{Gaps, Search, count, text};
use crate::entity::{cart_line, variant};
use domain::VariantId;
use domain::audit::{Check, Finding, Place};
use domain::cart::{MAX_LINES, MAX_QUANTITY};
use sea_orm::sea_query::{Asterisk, Condition, Expr, ExprTrait, Func, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, DbErr, QueryResult};

/// Lines by themselves, and how many a cart has.
pub(super) fn lines() -> Search {
    let quantity = cart_line::Column::Quantity;
    let out_of_bounds = lines_with(quantity.between(1, i64::from(MAX_QUANTITY)).not());
    let of_nothing = lines_with(variant::Column::Id.is_null());
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
    let gaps = vec![
        Gaps { rows: out_of_bounds, read: |row| line(row, "quantity", format!("1 to {MAX_QUANTITY}")) },
        Gaps {
            rows: of_nothing,
            read: |row| line(row, "units of a variant that is not there", "none".to_owned()),
        },
        Gaps { rows: crowded, read: cart },
    ];
    Search { check: Check::CartLines, looked_at: count(cart_line::Entity), gaps }
}

fn lines_with(wrong: impl Into<Condition>) -> SelectStatement {
    let of_line = cart_line::Column::VariantId.into_expr().equals((variant::Entity, variant::Column::Id));
    Query::select()
        .columns([
            (cart_line::Entity, cart_line::Column::CartId),
            (cart_line::Entity, cart_line::Column::VariantId),
        ])
        .expr_as(text(cart_line::Column::Quantity.into_expr()), "found")
        .from(cart_line::Entity)
        .join(JoinType::LeftJoin, variant::Entity, of_line)
        .cond_where(wrong.into())
        .order_by((cart_line::Entity, cart_line::Column::CartId), sea_orm::Order::Asc)
        .order_by((cart_line::Entity, cart_line::Column::VariantId), sea_orm::Order::Asc)
        .take()
}

fn line(row: &QueryResult, what: &'static str, expected: String) -> Result<Finding, DbErr> {
    let place = Place::CartLine {
        cart: row.try_get("", "cart_id")?,
        variant: VariantId(row.try_get("", "variant_id")?),
    };
    Ok(Finding { place, what, expected, found: row.try_get("", "found")? })
}

fn cart(row: &QueryResult) -> Result<Finding, DbErr> {
    let place = Place::Cart { id: row.try_get("", "cart_id")? };
    let expected = format!("{MAX_LINES} at most");
    Ok(Finding { place, what: "lines", expected, found: row.try_get("", "found")? })
}
