//! How a check is made by the database: a statement that counts what is looked at, and others whose every row is a gap.

pub(super) use crate::derived::times;
use crate::error::store;
use domain::audit::{Check, Finding, Place, Report, TOLD};
use domain::{OrderId, RepositoryError};
use sea_orm::sea_query::{
    Asterisk, Expr, ExprTrait, Func, IntoCondition, IntoTableRef, Query, SelectStatement, WindowStatement,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

/// The column that tells how many gaps there are in all.
const ALL: &str = "gaps_in_all";

/// A check.
pub(super) struct Search {
    pub(super) check: Check,
    /// One number.
    pub(super) looked_at: SelectStatement,
    pub(super) gaps: Vec<Gaps>,
}

/// A statement whose every row is a gap, and how such a row is read.
pub(super) struct Gaps {
    pub(super) rows: SelectStatement,
    pub(super) read: fn(&QueryResult) -> Result<Finding, DbErr>,
}

impl Search {
    pub(super) async fn run(self, snapshot: &impl ConnectionTrait) -> Result<Report, RepositoryError> {
        let counted = snapshot.query_one(&self.looked_at).await.map_err(store)?;
        let looked_at = counted.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0)).map_err(store)?;
        let mut report = Report::new(self.check, looked_at.unsigned_abs());
        for Gaps { mut rows, read } in self.gaps {
            let all = Func::count(Expr::col(Asterisk));
            rows.expr_window_as(all, WindowStatement::new(), ALL).limit(TOLD as u64);
            let rows = snapshot.query_all(&rows).await.map_err(store)?;
            if let Some(row) = rows.first() {
                report.found += row.try_get::<i64>("", ALL).map_err(store)?.unsigned_abs();
            }
            let findings = rows.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(store)?;
            report.findings.extend(findings);
        }
        report.findings.truncate(TOLD);
        Ok(report)
    }
}

/// Counts a table.
pub(super) fn count(table: impl IntoTableRef) -> SelectStatement {
    Query::select().expr(Func::count(Expr::col(Asterisk))).from(table).take()
}

/// What a number adds up to over the rows of a group. SQLite's `SUM` gives up where it overflows, but its products become
/// approximate, so the two halves are added up apart: exact for all that fits, and no error for what does not.
pub(super) fn sum(number: impl Into<Expr>) -> Expr {
    const HALF: i64 = 1 << 32;
    let number = number.into();
    let (high, low) = (number.clone().div(HALF), number.modulo(HALF));
    Expr::from(Func::sum(high)).mul(HALF).add(Func::sum(low))
}

/// What a number adds up to over those rows of a group that meet a condition.
pub(super) fn sum_where(condition: impl IntoCondition, number: impl Into<Expr>) -> Expr {
    or_nothing(sum(Expr::case(condition, number)))
}

/// Takes what is absent for 0.
pub(super) fn or_nothing(number: impl Into<Expr>) -> Expr {
    Func::coalesce([number.into(), Expr::value(0_i64)]).into()
}

/// Has a number told as text: sums can be larger than any type that both databases share.
pub(super) fn text(number: impl Into<Expr>) -> Expr {
    number.into().cast_as("text")
}

/// Reads the order that a row is about, from its columns `id` and `number`.
pub(super) fn order(row: &QueryResult) -> Result<Place, DbErr> {
    Ok(Place::Order { id: OrderId(row.try_get("", "id")?), number: row.try_get("", "number")? })
}

/// Reads a gap of an order, from its columns `expected` and `found`, both texts.
pub(super) fn of_order(row: &QueryResult, what: &'static str) -> Result<Finding, DbErr> {
    let (expected, found) = (row.try_get("", "expected")?, row.try_get("", "found")?);
    Ok(Finding { place: order(row)?, what, expected, found })
}
