//! What should be gone by now: messages that nobody passes on, and keys that were claimed and never answered.

use super::search::{Gaps, Search, count};
use crate::entity::{cache_outbox, idempotency_key};
use domain::audit::{Check, Finding, Place};
use domain::{MessageId, Timestamp, UserId};
use sea_orm::sea_query::{Condition, Query};
use sea_orm::{ColumnTrait, DbErr, QueryResult};
use std::time::Duration;

/// A server passes a message on within a second, where it reaches its cells.
const PATIENCE: Duration = Duration::from_mins(1);

/// Messages for the caches that are still there after a minute.
pub(super) fn outbox(now: Timestamp) -> Search {
    let rows = Query::select()
        .columns([cache_outbox::Column::Id, cache_outbox::Column::Message, cache_outbox::Column::CreatedAt])
        .from(cache_outbox::Entity)
        .and_where(cache_outbox::Column::CreatedAt.lt(now - PATIENCE))
        .order_by(cache_outbox::Column::Id, sea_orm::Order::Asc)
        .take();
    let gaps = vec![Gaps { rows, read: message }];
    Search { check: Check::CacheOutbox, looked_at: count(cache_outbox::Entity), gaps }
}

/// Keys without a whole answer. They are claimed and answered in one transaction, so nobody ever sees one.
pub(super) fn keys() -> Search {
    let unanswered = Condition::any()
        .add(idempotency_key::Column::AnswerId.is_null())
        .add(idempotency_key::Column::AnswerEtag.is_null())
        .add(idempotency_key::Column::Answer.is_null());
    let rows = Query::select()
        .columns([idempotency_key::Column::UserId, idempotency_key::Column::Key])
        .column(idempotency_key::Column::CreatedAt)
        .from(idempotency_key::Entity)
        .cond_where(unanswered)
        .order_by(idempotency_key::Column::CreatedAt, sea_orm::Order::Asc)
        .take();
    let gaps = vec![Gaps { rows, read: key }];
    Search { check: Check::IdempotencyKeys, looked_at: count(idempotency_key::Entity), gaps }
}

fn message(row: &QueryResult) -> Result<Finding, DbErr> {
    // SQLite lets SQL put bytes where text belongs.
    let text = row.try_get("", "message").unwrap_or_default();
    let place = Place::Message { id: MessageId(row.try_get("", "id")?), text };
    Ok(Finding { place, what: "passed on", expected: "within a second".to_owned(), found: since(row)? })
}

fn key(row: &QueryResult) -> Result<Finding, DbErr> {
    let place = Place::Key { caller: UserId(row.try_get("", "user_id")?), key: row.try_get("", "key")? };
    Ok(Finding { place, what: "answer", expected: "kept with the key".to_owned(), found: since(row)? })
}

fn since(row: &QueryResult) -> Result<String, DbErr> {
    let since: Timestamp = row.try_get("", "created_at")?;
    Ok(format!("not since {}", since.format("%Y-%m-%d %H:%M:%S UTC")))
}
