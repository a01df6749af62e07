//! Sessions.

use super::Work;
use crate::entity::{session, user};
use crate::error::store;
use crate::insert;
use async_trait::async_trait;
use domain::account::{MAX_LIVE_SESSIONS, Session, SessionRepository};
use domain::{Change, RepositoryError, SessionId, Timestamp, UserId};
use sea_orm::sea_query::{Condition, LockType};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

#[async_trait]
impl SessionRepository for Work {
    async fn begin(&mut self, session: &Session, idle_since: Timestamp) -> Result<(), RepositoryError> {
        // Sessions of one account begin one after the other, or two would each leave room for themselves alone.
        let account = user::Entity::find_by_id(session.user.0).lock(LockType::NoKeyUpdate);
        account.one(&self.transaction).await.map_err(store)?;
        let newest = session::Entity::find()
            .select_only()
            .column(session::Column::Id)
            .filter(session::Column::UserId.eq(session.user.0))
            .filter(session::Column::ExpiresAt.gt(session.created_at))
            .filter(session::Column::LastSeenAt.gt(idle_since))
            .order_by_desc(session::Column::CreatedAt)
            .order_by_desc(session::Column::Id)
            .limit(MAX_LIVE_SESSIONS as u64 - 1)
            .into_query();
        session::Entity::delete_many()
            .filter(session::Column::UserId.eq(session.user.0))
            .filter(session::Column::Id.not_in_subquery(newest))
            .exec(&self.transaction)
            .await
            .map_err(store)?;
        let row = session::ActiveModel {
            id: Set(session.id.to_string()),
            user_id: Set(session.user.0),
            created_at: Set(session.created_at),
            last_seen_at: Set(session.last_seen_at),
            expires_at: Set(session.expires_at),
            user_agent: Set(session.user_agent.clone()),
            address: Set(session.address.clone()),
        };
        insert::rows(&self.transaction, vec![row]).await.map_err(store)?;
        self.changes.record([Change::Account(session.user)]);
        Ok(())
    }

    async fn end(&mut self, user: UserId, session: &SessionId) -> Result<bool, RepositoryError> {
        let which = Condition::all().add(session::Column::Id.eq(session.as_str()));
        Ok(self.end_sessions(user, which).await? > 0)
    }

    async fn end_all(&mut self, user: UserId, except: Option<&SessionId>) -> Result<u64, RepositoryError> {
        let which = except.map(|kept| session::Column::Id.ne(kept.as_str()));
        self.end_sessions(user, Condition::all().add_option(which)).await
    }
}

impl Work {
    async fn end_sessions(&mut self, user: UserId, which: Condition) -> Result<u64, RepositoryError> {
        let mine = session::Entity::delete_many().filter(session::Column::UserId.eq(user.0)).filter(which);
        let ended = mine.exec(&self.transaction).await.map_err(store)?.rows_affected;
        self.changes.record([Change::Account(user)]);
        Ok(ended)
    }
}
