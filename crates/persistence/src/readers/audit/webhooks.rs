//! Endpoints that are not sent to any more because they kept failing: what happens waits for them until somebody acts.

use super::search::{Gaps, Search, count};
use crate::entity::webhook_endpoint::{Column, Entity};
use domain::audit::{Check, Finding, Place};
use domain::webhook::{EndpointStatus, TargetUrl};
use domain::{EndpointId, Timestamp};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, DbErr, QueryResult};

/// Endpoints that were parked.
pub(super) fn endpoints() -> Search {
    let there = || Column::RemovedAt.is_null();
    let rows = Query::select()
        .columns([Column::Id, Column::Url, Column::ParkedAt])
        .from(Entity)
        .and_where(there())
        .and_where(Column::Status.eq(EndpointStatus::Parked.as_str()))
        .order_by(Column::Id, sea_orm::Order::Asc)
        .take();
    Search {
        check: Check::WebhookEndpoints,
        looked_at: count(Entity).and_where(there()).take(),
        gaps: vec![Gaps { rows, read: parked }],
    }
}

fn parked(row: &QueryResult) -> Result<Finding, DbErr> {
    let url: String = row.try_get("", "url")?;
    let host = TargetUrl::parse(&url).map_or_else(|_| "unreadable".to_owned(), |url| url.host().to_string());
    let since: Option<Timestamp> = row.try_get("", "parked_at")?;
    let since = since.map(|at| format!(" since {}", at.format("%Y-%m-%d %H:%M:%S UTC")));
    Ok(Finding {
        place: Place::Endpoint { id: EndpointId(row.try_get("", "id")?), host },
        what: "status",
        expected: "active".to_owned(),
        found: format!("parked{}", since.unwrap_or_default()),
    })
}
