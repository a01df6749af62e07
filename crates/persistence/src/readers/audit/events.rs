//! Whether the events of an order, as other programs are told of them, are numbered without a gap.

use super::search::{Gaps, Search, count, order};
use crate::entity::{event, order, order_event};
use crate::error::store;
use domain::audit::{Check, Finding, Report};
use domain::event::KEPT;
use domain::{RepositoryError, Timestamp};
use sea_orm::sea_query::{Asterisk, Condition, Expr, ExprTrait, Func, JoinType, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryResult};
use std::cmp;
use std::time::Duration;

/// The numbers of an order's events, as a table.
const TOLD: &str = "told";

/// Who deletes may have another clock.
const TO_SPARE: Duration = Duration::from_hours(24);

/// Looks at the events as far back as none may be missing: old ones are deleted, some sooner than others, and there were none
/// before the release that brought them.
pub(super) async fn events(
    snapshot: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Report, RepositoryError> {
    let began = migration::events_began(snapshot).await.map_err(store)?;
    let began = began.and_then(|seconds| Timestamp::from_timestamp(seconds, 0));
    let kept = now - KEPT + TO_SPARE;
    events_since(began.map_or(kept, |began| cmp::max(began, kept))).run(snapshot).await
}

/// The events of orders since a moment: from 1, or what was not told before that, to the version.
fn events_since(since: Timestamp) -> Search {
    let sequence = || Expr::col(event::Column::Sequence);
    let told = Query::select()
        .column(event::Column::OrderId)
        .expr_as(Func::count(sequence()), "how_many")
        .expr_as(Func::min(sequence()), "first")
        .expr_as(Func::max(sequence()), "last")
        .from(event::Entity)
        .and_where(event::Column::OrderId.is_not_null())
        .and_where(event::Column::CreatedAt.gt(since))
        .group_by_col(event::Column::OrderId)
        .take();
    // How often something had happened to an order before that; asked of those alone whose first event is not number 1.
    let before = Query::select()
        .expr(Func::count(Expr::col(Asterisk)))
        .from(order_event::Entity)
        .and_where(order_event::Column::OrderId.into_expr().equals((order::Entity, order::Column::Id)))
        .and_where(order_event::Column::At.lte(since))
        .take();
    let before = Expr::SubQuery(None, Box::new(before.into()));
    let told_of = |column: &'static str| Expr::col((TOLD, column));
    let consecutive = told_of("last").sub(told_of("first")).add(1_i64);
    let begins_late =
        Condition::all().add(told_of("first").gt(1_i64)).add(told_of("first").gt(before.add(1_i64)));
    let wrong = Condition::any()
        .add(Condition::all().add(told_of("how_many").is_null()).add(order::Column::UpdatedAt.gt(since)))
        .add(told_of("last").ne(order::Column::Version.into_expr()))
        .add(told_of("how_many").ne(consecutive))
        .add(told_of("first").lt(1_i64))
        .add(begins_late);
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
