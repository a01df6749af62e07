//! Whether stock is what its ledger says.

use super::search::{Gaps, Search, count, or_nothing, sum, text};
use crate::entity::{stock_movement, variant};
use domain::VariantId;
use domain::audit::{Check, Finding, Place};
use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, DbErr, QueryResult};

/// What is on hand, against the sum of the movements.
pub(super) fn ledger() -> Search {
    let summed = Query::select()
        .column(stock_movement::Column::VariantId)
        .expr_as(sum(Expr::col(stock_movement::Column::Delta)), "total")
        .from(stock_movement::Entity)
        .group_by_col(stock_movement::Column::VariantId)
        .take();
    let total = || or_nothing(Expr::col(("ledger", "total")));
    let of_variant = Expr::col(("ledger", stock_movement::Column::VariantId))
        .equals((variant::Entity, variant::Column::Id));
    let rows = variants(total())
        .join_subquery(JoinType::LeftJoin, summed, "ledger", of_variant)
        .and_where(variant::Column::OnHand.into_expr().ne(total()))
        .take();
    let gaps = vec![Gaps { rows, read: |row| on_hand(row, row.try_get("", "expected")?) }];
    Search { check: Check::StockLedger, looked_at: count(variant::Entity), gaps }
}

/// Counts below nothing.
pub(super) fn counts() -> Search {
    let rows = variants(Expr::value(0_i64)).and_where(variant::Column::OnHand.lt(0)).take();
    let gaps = vec![Gaps { rows, read: |row| on_hand(row, "0 or more".to_owned()) }];
    Search { check: Check::StockCounts, looked_at: count(variant::Entity), gaps }
}

fn variants(expected: Expr) -> SelectStatement {
    Query::select()
        .columns([(variant::Entity, variant::Column::Id), (variant::Entity, variant::Column::Sku)])
        .expr_as(text(expected), "expected")
        .expr_as(text(variant::Column::OnHand.into_expr()), "found")
        .from(variant::Entity)
        .order_by((variant::Entity, variant::Column::Id), sea_orm::Order::Asc)
        .take()
}

fn on_hand(row: &QueryResult, expected: String) -> Result<Finding, DbErr> {
    let place = Place::Variant { id: VariantId(row.try_get("", "id")?), sku: row.try_get("", "sku")? };
    Ok(Finding { place, what: "on_hand", expected, found: row.try_get("", "found")? })
}
