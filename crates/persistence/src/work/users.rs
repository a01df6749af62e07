//! Accounts.

use super::Work;
use crate::entity::user;
use crate::error::store;
use crate::insert;
use crate::rows::accounts;
use async_trait::async_trait;
use domain::account::{Credentials, NewUser, PasswordHash, User, UserRepository};
use domain::{Change, RepositoryError, UserId};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

#[async_trait]
impl UserRepository for Work {
    async fn insert(&mut self, new: &NewUser) -> Result<Option<User>, RepositoryError> {
        let row = user::ActiveModel {
            name: Set(new.name.to_string()),
            email: Set(new.email.to_string()),
            email_key: Set(new.email.key()),
            password_hash: Set(new.password.0.clone()),
            role: Set(new.role.as_str().to_owned()),
            disabled: Set(false),
            created_at: Set(new.created_at),
            email_verified_at: Set(None),
            ..Default::default()
        };
        let (key, id) = (user::Column::EmailKey, user::Column::Id);
        let inserted = insert::unless_taken::<_, String>(&self.transaction, vec![row], key, id).await;
        let Some((_, id)) = inserted.map_err(store)?.pop() else { return Ok(None) };
        self.changes.record([Change::Account(UserId(id))]);
        Ok(Some(User {
            id: UserId(id),
            name: new.name.clone(),
            email: new.email.clone(),
            email_verified_at: None,
            role: new.role,
            disabled: false,
            created_at: new.created_at,
        }))
    }

    async fn lock(&mut self, user: UserId) -> Result<Option<Credentials>, RepositoryError> {
        let held = user::Entity::find_by_id(user.0).lock(LockType::NoKeyUpdate);
        let row = held.one(&self.transaction).await.map_err(store)?;
        row.map(accounts::credentials).transpose()
    }

    async fn save(&mut self, user: &User) -> Result<(), RepositoryError> {
        let saved = user::Entity::update_many()
            .col_expr(user::Column::Name, Expr::value(user.name.as_str()))
            .col_expr(user::Column::Role, Expr::value(user.role.as_str()))
            .col_expr(user::Column::Disabled, Expr::value(user.disabled))
            .col_expr(user::Column::EmailVerifiedAt, Expr::value(user.email_verified_at))
            .filter(user::Column::Id.eq(user.id.0));
        saved.exec(&self.transaction).await.map_err(store)?;
        self.changes.record([Change::Account(user.id)]);
        Ok(())
    }

    async fn set_password(&mut self, user: UserId, password: &PasswordHash) -> Result<(), RepositoryError> {
        let saved = user::Entity::update_many()
            .col_expr(user::Column::PasswordHash, Expr::value(password.0.as_str()))
            .filter(user::Column::Id.eq(user.0));
        saved.exec(&self.transaction).await.map(drop).map_err(store)
    }
}
