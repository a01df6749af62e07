//! Throwing away what has ended, a little at a time: each statement is short enough to hold no writer up, and passes by what
//! somebody is using at the moment.

use crate::Database;
use crate::entity::{cart, event, idempotency_key, mailed_token, webhook_delivery, webhook_endpoint};
use crate::error::store;
use async_trait::async_trait;
use domain::event::KEPT as EVENTS_KEPT;
use domain::housekeeping::{Ending, Housekeeping};
use domain::idempotency::KEPT as ANSWERS_KEPT;
use domain::{RepositoryError, Timestamp};
use sea_orm::sea_query::{DeleteStatement, Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

/// How many rows one statement removes at most.
const AT_ONCE: u64 = 1_000;
/// How many events: with each go a delivery to every endpoint, and all its attempts.
const EVENTS_AT_ONCE: u64 = 100;

#[async_trait]
impl Housekeeping for Database {
    async fn prune(&self, what: Ending, now: Timestamp) -> Result<u64, RepositoryError> {
        let most = if what == Ending::Events { EVENTS_AT_ONCE } else { AT_ONCE };
        let some = ended(what, now, most);
        let mut pruned = 0;
        loop {
            let _turn = self.dialect.turn().await?;
            let removed = self.connection.execute(&some).await.map_err(store)?.rows_affected();
            pruned += removed;
            if removed < most {
                return Ok(pruned);
            }
        }
    }
}

/// Removes some of what has ended of a kind. What is only there with it goes too: lines, deliveries, attempts.
fn ended(what: Ending, now: Timestamp, most: u64) -> DeleteStatement {
    match what {
        Ending::GuestCarts => {
            use cart::Column::{ExpiresAt, Id};
            first::<cart::Entity>(&[Id], ExpiresAt.lte(now), ExpiresAt, most)
        }
        Ending::IdempotencyKeys => {
            use idempotency_key::Column::{CreatedAt, Key, UserId};
            let old = CreatedAt.lte(now - ANSWERS_KEPT);
            first::<idempotency_key::Entity>(&[UserId, Key], old, CreatedAt, most)
        }
        Ending::Events => {
            use event::Column::{CreatedAt, Id};
            first::<event::Entity>(&[Id], CreatedAt.lte(now - EVENTS_KEPT), CreatedAt, most)
        }
        Ending::MailedTokens => {
            use mailed_token::Column::{ExpiresAt, Purpose, UserId};
            first::<mailed_token::Entity>(&[UserId, Purpose], ExpiresAt.lte(now), ExpiresAt, most)
        }
        Ending::Deliveries => {
            use webhook_delivery::Column::{EndpointId, Id};
            let removed = Query::select()
                .column(webhook_endpoint::Column::Id)
                .from(webhook_endpoint::Entity)
                .and_where(webhook_endpoint::Column::RemovedAt.lte(now))
                .take();
            first::<webhook_delivery::Entity>(&[Id], EndpointId.in_subquery(removed), EndpointId, most)
        }
        Ending::Endpoints => {
            use webhook_endpoint::Column::{Id, RemovedAt};
            let deliveries = Query::select()
                .expr(Expr::val(1))
                .from(webhook_delivery::Entity)
                .and_where(webhook_delivery::Column::EndpointId.into_expr().eq(Id.into_expr()))
                .take();
            let ended_and_empty = RemovedAt.lte(now).and(Expr::not_exists(deliveries));
            first::<webhook_endpoint::Entity>(&[Id], ended_and_empty, RemovedAt, most)
        }
    }
}

/// Removes rows of which this is true, told apart by their key, at most so many: the first of a column first.
fn first<E: EntityTrait>(key: &[E::Column], which: Expr, by: E::Column, most: u64) -> DeleteStatement {
    let some = E::find()
        .select_only()
        .columns(key.iter().copied())
        .filter(which)
        .order_by_asc(by)
        .limit(most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    let key = match key {
        [one] => Expr::col(*one),
        several => Expr::tuple(several.iter().map(|column| Expr::col(*column))),
    };
    E::delete_many().filter(key.in_subquery(some)).into_query()
}
