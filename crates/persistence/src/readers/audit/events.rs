//! Whether the events of an order, as other programs are told of them, are numbered without a gap.

use super::search::{Gaps, Search, count, order};
use crate::entity::{event, order};
use domain::Timestamp;
use domain::audit::{Check, Finding};
use domain::event::KEPT;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, JoinType, Query};
use sea_orm::{ColumnTrait, DbErr, QueryResult};
use std::time::Duration;

/// The numbers of an order's events, as a table.
const TOLD: &str = "told";

/// Who deletes may have another clock.
const TO_SPARE: Duration = Duration::from_hours(24);

/// The events of orders, from 1 to the version. Old events are deleted, some sooner than others, so they do not count; and
/// there were none before the release that brought them, so the oldest that there is says how far back one can look. From
/// there on nothing may be missing.
pub(super) fn events(now: Timestamp) -> Search {
    let begin = now - KEPT + TO_SPARE;
    let sequence = || Expr::col(event::Column::Sequence);
    let told = Query::select()
        .column(event::Column::OrderId)
        .expr_as(Func::count(sequence()), "how_many")
        .expr_as(Func::min(sequence()), "first")
        .expr_as(Func::max(sequence()), "last")
        .from(event::Entity)
        .and_where(event::Column::OrderId.is_not_null())
        .and_where(event::Column::CreatedAt.gt(begin))
        .group_by_col(event::Column::OrderId)
        .take();
    let kept = |moment: order::Column| {
        let oldest =
            Query::select().expr(Func::min(Expr::col(event::Column::CreatedAt))).from(event::Entity).take();
        let after_oldest = moment.into_expr().gte(Expr::SubQuery(None, Box::new(oldest.into())));
        Condition::all().add(after_oldest).add(moment.gt(begin))
    };
    let told_of = |column: &'static str| Expr::col((TOLD, column));
    let consecutive = told_of("last").sub(told_of("first")).add(1_i64);
    let wrong = Condition::any()
        .add(Condition::all().add(told_of("how_many").is_null()).add(kept(order::Column::UpdatedAt)))
        .add(told_of("last").ne(order::Column::Version.into_expr()))
        .add(told_of("how_many").ne(consecutive))
        .add(Condition::all().add(told_of("first").ne(1_i64)).add(kept(order::Column::PlacedAt)));
    let of_order = told_of("order_id").equals((order::Entity, order::Column::Id));
    let rows = Query::select()
        .columns(
            [order::Column::Id, order::Column::Number, order::Column::Version]
                .map(|column| (order::Entity, column)),
        )
        .columns([(TOLD, "how_many"), (TOLD, "first"), (TOLD, "last")])
        .from(order::Entity)
        .join_subquery(JoinType::LeftJoin, told, TOLD, of_order)
        .cond_where(wrong)
        .order_by((order::Entity, order::Column::Id), sea_orm::Order::Asc)
        .take();
    Search { check: Check::OrderEvents, looked_at: count(order::Entity), gaps: vec![Gaps { rows, read }] }
}

fn read(row: &QueryResult) -> Result<Finding, DbErr> {
    let expected = format!("1 to {}", row.try_get::<i64>("", "version")?);
    let numbers: (Option<i64>, Option<i64>) = (row.try_get("", "first")?, row.try_get("", "last")?);
    let found = match numbers {
        (Some(first), Some(last)) => {
            format!("{} of {first} to {last}", row.try_get::<i64>("", "how_many")?)
        }
        _ => "none".to_owned(),
    };
    Ok(Finding { place: order(row)?, what: "numbers of its events", expected, found })
}
