//! Keys of requests that may be sent again. A key is claimed by inserting its row, so that the database itself lets one
//! request go on and the others wait for it; the row and its answer become visible together or never.

use super::Work;
use crate::dialect;
use crate::entity::idempotency_key::{ActiveModel, Column, Entity, Model};
use crate::error::{is_lock_timeout, store};
use async_trait::async_trait;
use domain::idempotency::{Claim, IdempotencyRepository, KEPT, Keyed, Remembered};
use domain::{RepositoryError, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use std::time::Duration;

/// How long a request waits for another one with the same key.
const PATIENCE: Duration = Duration::from_millis(500);

#[async_trait]
impl IdempotencyRepository for Work {
    async fn claim(&mut self, keyed: &Keyed, now: Timestamp) -> Result<Claim, RepositoryError> {
        dialect::wait_for_locks(&self.transaction, Some(PATIENCE)).await.map_err(store)?;
        let inserted = match self.insert_key(keyed, now).await {
            Err(error) if is_lock_timeout(&error) => return Ok(Claim::InFlight),
            inserted => inserted.map_err(store)?,
        };
        dialect::wait_for_locks(&self.transaction, None).await.map_err(store)?;
        if inserted {
            return Ok(Claim::Fresh);
        }
        let known = Entity::find_by_id((keyed.caller.0, keyed.key.as_str().to_owned()));
        match known.one(&self.transaction).await.map_err(store)? {
            Some(row) => known_key(row, keyed),
            None => Err(super::overtaken("the idempotency key")), // pruned this very moment
        }
    }

    async fn remember(&mut self, keyed: &Keyed, answer: &Remembered) -> Result<(), RepositoryError> {
        let json = std::str::from_utf8(&answer.json)
            .map_err(|error| RepositoryError::Unexpected(format!("an answer is not UTF-8: {error}")))?;
        let kept = Entity::update_many()
            .col_expr(Column::AnswerId, Expr::value(answer.id))
            .col_expr(Column::AnswerEtag, Expr::value(answer.etag.as_str()))
            .col_expr(Column::Answer, Expr::value(json))
            .filter(Column::UserId.eq(keyed.caller.0))
            .filter(Column::Key.eq(keyed.key.as_str()));
        match kept.exec(&self.transaction).await.map_err(store)?.rows_affected {
            1 => Ok(()),
            _ => Err(RepositoryError::Unexpected(
                "an answer is kept under a key that nobody claimed".to_owned(),
            )),
        }
    }
}

impl Work {
    /// Inserts a key, or takes over the row of one whose answer is kept no longer; false where it is known.
    async fn insert_key(&self, keyed: &Keyed, now: Timestamp) -> Result<bool, sea_orm::DbErr> {
        let row = ActiveModel {
            user_id: Set(keyed.caller.0),
            key: Set(keyed.key.as_str().to_owned()),
            fingerprint: Set(keyed.fingerprint.hex()),
            created_at: Set(now),
            answer_id: Set(None),
            answer_etag: Set(None),
            answer: Set(None),
        };
        let mine = [Column::UserId, Column::Key];
        let rest =
            [Column::Fingerprint, Column::CreatedAt, Column::AnswerId, Column::AnswerEtag, Column::Answer];
        let expired = Expr::col((Entity, Column::CreatedAt)).lte(now - KEPT);
        let take_over = OnConflict::columns(mine).update_columns(rest).action_and_where(expired).to_owned();
        let inserted = Entity::insert(row).on_conflict(take_over).exec_without_returning(&self.transaction);
        Ok(inserted.await? == 1)
    }
}

fn known_key(row: Model, keyed: &Keyed) -> Result<Claim, RepositoryError> {
    if row.fingerprint != keyed.fingerprint.hex() {
        return Ok(Claim::Reused);
    }
    match (row.answer_id, row.answer_etag, row.answer) {
        (Some(id), Some(etag), Some(json)) => Ok(Claim::Answered(Remembered { id, etag, json: json.into() })),
        _ => Err(RepositoryError::Unexpected("a key was committed without its answer".to_owned())),
    }
}
