//! Throwing away what has ended, a little at a time: each statement is short enough to hold no writer up, and passes by what
//! somebody is using at the moment.

use crate::Database;
use crate::entity::{cart, event, idempotency_key, mailed_token};
use crate::error::store;
use async_trait::async_trait;
use domain::event::KEPT as EVENTS_KEPT;
use domain::housekeeping::{Ending, Housekeeping};
use domain::idempotency::KEPT as ANSWERS_KEPT;
use domain::{RepositoryError, Timestamp};
use sea_orm::sea_query::{DeleteStatement, Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

/// How many rows one statement removes at most.
const AT_ONCE: u64 = 1_000;

#[async_trait]
impl Housekeeping for Database {
    async fn prune(&self, what: Ending, now: Timestamp) -> Result<u64, RepositoryError> {
        let some = match what {
            Ending::GuestCarts => ended_carts(now),
            Ending::IdempotencyKeys => ended_keys(now),
            Ending::Events => old_events(now),
            Ending::MailedTokens => ended_tokens(now),
        };
        let mut pruned = 0;
        loop {
            let _turn = self.dialect.turn().await?;
            let removed = self.connection.execute(&some).await.map_err(store)?.rows_affected();
            pruned += removed;
            if removed < AT_ONCE {
                return Ok(pruned);
            }
        }
    }
}

/// Removes carts that have ended, the first to end first; their lines go with them.
fn ended_carts(now: Timestamp) -> DeleteStatement {
    let some = cart::Entity::find()
        .select_only()
        .column(cart::Column::Id)
        .filter(cart::Column::ExpiresAt.lte(now))
        .order_by_asc(cart::Column::ExpiresAt)
        .limit(AT_ONCE)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    cart::Entity::delete_many().filter(cart::Column::Id.in_subquery(some)).into_query()
}

/// Removes keys whose answers are kept no longer, the oldest first.
fn ended_keys(now: Timestamp) -> DeleteStatement {
    let (user, key) = (idempotency_key::Column::UserId, idempotency_key::Column::Key);
    let some = idempotency_key::Entity::find()
        .select_only()
        .columns([user, key])
        .filter(idempotency_key::Column::CreatedAt.lte(now - ANSWERS_KEPT))
        .order_by_asc(idempotency_key::Column::CreatedAt)
        .limit(AT_ONCE)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    let which = Expr::tuple([Expr::col(user), Expr::col(key)]).in_subquery(some);
    idempotency_key::Entity::delete_many().filter(which).into_query()
}

/// Removes tokens of messages that are over, the first to end first.
fn ended_tokens(now: Timestamp) -> DeleteStatement {
    let (user, purpose) = (mailed_token::Column::UserId, mailed_token::Column::Purpose);
    let some = mailed_token::Entity::find()
        .select_only()
        .columns([user, purpose])
        .filter(mailed_token::Column::ExpiresAt.lte(now))
        .order_by_asc(mailed_token::Column::ExpiresAt)
        .limit(AT_ONCE)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    let which = Expr::tuple([Expr::col(user), Expr::col(purpose)]).in_subquery(some);
    mailed_token::Entity::delete_many().filter(which).into_query()
}

/// Removes events that are kept no longer, the oldest first; their deliveries and what was tried go with them.
fn old_events(now: Timestamp) -> DeleteStatement {
    let some = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::CreatedAt.lte(now - EVENTS_KEPT))
        .order_by_asc(event::Column::CreatedAt)
        .limit(AT_ONCE)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    event::Entity::delete_many().filter(event::Column::Id.in_subquery(some)).into_query()
}
