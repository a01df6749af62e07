//! Accounts, as every request asks for them and as their owners see them.

use crate::Database;
use crate::entity::{session, user};
use crate::error::{corrupt, store};
use crate::rows::accounts;
use async_trait::async_trait;
use domain::account::{
    AccountReader, AccountState, Credentials, EmailAddress, LiveSession, Role, Session, UserView,
};
use domain::{Doc, RepositoryError, SessionId, Sourced, Timestamp, UserId, Version};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

#[async_trait]
impl AccountReader for Database {
    async fn state(&self, user: UserId) -> Result<Option<Sourced<Doc<AccountState>>>, RepositoryError> {
        let rows = user::Entity::find_by_id(user.0)
            .find_with_related(session::Entity)
            .order_by_desc(session::Column::CreatedAt)
            .order_by_desc(session::Column::Id)
            .all(&self.connection)
            .await
            .map_err(store)?;
        let Some((user, sessions)) = rows.into_iter().next() else { return Ok(None) };
        let live = |row: session::Model| {
            let id = SessionId::parse(&row.id).map_err(corrupt("sessions.id"))?;
            let (last_seen_at, expires_at) = (row.last_seen_at, row.expires_at);
            Ok::<_, RepositoryError>(LiveSession { id, last_seen_at, expires_at })
        };
        let state = AccountState {
            role: Role::parse(&user.role).map_err(corrupt("users.role"))?,
            disabled: user.disabled,
            sessions: sessions.into_iter().map(live).collect::<Result<_, _>>()?,
        };
        Ok(Some(Sourced::direct(self.source(), Doc::encode(Version::NONE, &state))))
    }

    async fn profile(&self, user: UserId) -> Result<Option<Sourced<Doc<UserView>>>, RepositoryError> {
        let row = user::Entity::find_by_id(user.0).one(&self.connection).await.map_err(store)?;
        let Some(row) = row else { return Ok(None) };
        let view = UserView::from(&accounts::user(&row)?);
        Ok(Some(Sourced::direct(self.source(), Doc::encode(Version::NONE, &view))))
    }

    async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Sourced<Vec<Session>>, RepositoryError> {
        let rows = session::Entity::find()
            .filter(session::Column::UserId.eq(user.0))
            .filter(session::Column::ExpiresAt.gt(now))
            .order_by_desc(session::Column::CreatedAt)
            .order_by_desc(session::Column::Id)
            .all(&self.connection)
            .await
            .map_err(store)?;
        let sessions = rows.into_iter().map(accounts::session).collect::<Result<_, _>>()?;
        Ok(Sourced::direct(self.source(), sessions))
    }

    async fn credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, RepositoryError> {
        let found = user::Entity::find().filter(user::Column::EmailKey.eq(email.key()));
        let row = found.one(&self.connection).await.map_err(store)?;
        row.map(accounts::credentials).transpose()
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, RepositoryError> {
        let row = user::Entity::find_by_id(user.0).one(&self.connection).await.map_err(store)?;
        row.map(accounts::credentials).transpose()
    }
}
