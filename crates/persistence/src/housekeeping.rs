//! Throwing away what has ended, a little at a time: each statement is short enough to hold no writer up, and passes by what
//! somebody is using at the moment.

use crate::Database;
use crate::entity::{cart, idempotency_key as key};
use crate::error::store;
use async_trait::async_trait;
use domain::housekeeping::{Ending, Housekeeping};
use domain::idempotency::KEPT;
use domain::{RepositoryError, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DeleteMany, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

/// How many rows one statement removes at most.
const AT_ONCE: u64 = 1_000;

#[async_trait]
impl Housekeeping for Database {
    async fn prune(&self, what: Ending, now: Timestamp) -> Result<u64, RepositoryError> {
        let mut pruned = 0;
        loop {
            let some = match what {
                Ending::GuestCarts => ended_carts(now).into_query(),
                Ending::IdempotencyKeys => ended_keys(now).into_query(),
            };
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
fn ended_carts(now: Timestamp) -> DeleteMany<cart::Entity> {
    let some = cart::Entity::find()
        .select_only()
        .column(cart::Column::Id)
        .filter(cart::Column::ExpiresAt.lte(now))
        .order_by_asc(cart::Column::ExpiresAt)
        .limit(AT_ONCE)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    cart::Entity::delete_many().filter(cart::Column::Id.in_subquery(some))
}

/// Removes keys whose answers are kept no longer, the oldest first.
fn ended_keys(now: Timestamp) -> DeleteMany<key::Entity> {
    let name = || [key::Column::UserId, key::Column::Key].map(Expr::col);
    let some = key::Entity::find()
        .select_only()
        .columns([key::Column::UserId, key::Column::Key])
        .filter(key::Column::CreatedAt.lte(now - KEPT))
        .order_by_asc(key::Column::CreatedAt)
        .limit(AT_ONCE)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    key::Entity::delete_many().filter(Expr::tuple(name()).in_subquery(some))
}
