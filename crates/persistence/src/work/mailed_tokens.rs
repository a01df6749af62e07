//! Tokens of messages. That an account has one for a purpose is the table's key; that one is used once is one conditional
//! statement, whoever else tries at the same moment.

use super::Work;
use crate::entity::mailed_token::{ActiveModel, Column, Entity};
use crate::error::store;
use async_trait::async_trait;
use domain::account::{KeptToken, MailedTokenHash, MailedTokenRepository, Purpose};
use domain::{RepositoryError, Timestamp, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

#[async_trait]
impl MailedTokenRepository for Work {
    async fn keep(&mut self, token: &KeptToken) -> Result<(), RepositoryError> {
        let row = ActiveModel {
            user_id: Set(token.user.0),
            purpose: Set(token.purpose.as_str().to_owned()),
            token_hash: Set(token.hash.to_string()),
            expires_at: Set(token.expires_at),
        };
        let one = [Column::UserId, Column::Purpose];
        let newer =
            OnConflict::columns(one).update_columns([Column::TokenHash, Column::ExpiresAt]).to_owned();
        let kept = Entity::insert(row).on_conflict(newer).exec_without_returning(&self.transaction);
        kept.await.map(drop).map_err(store)
    }

    async fn holder(
        &mut self,
        purpose: Purpose,
        hash: &MailedTokenHash,
    ) -> Result<Option<UserId>, RepositoryError> {
        let this = Entity::find()
            .filter(Column::TokenHash.eq(hash.to_string()))
            .filter(Column::Purpose.eq(purpose.as_str()));
        let row = this.one(&self.transaction).await.map_err(store)?;
        Ok(row.map(|row| UserId(row.user_id)))
    }

    async fn use_up(
        &mut self,
        purpose: Purpose,
        hash: &MailedTokenHash,
        now: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let this = Entity::delete_many()
            .filter(Column::TokenHash.eq(hash.to_string()))
            .filter(Column::Purpose.eq(purpose.as_str()))
            .filter(Column::ExpiresAt.gt(now));
        let used = this.exec(&self.transaction).await.map_err(store)?;
        Ok(used.rows_affected == 1)
    }

    async fn void(&mut self, user: UserId, purpose: Purpose) -> Result<(), RepositoryError> {
        let this = Entity::delete_many()
            .filter(Column::UserId.eq(user.0))
            .filter(Column::Purpose.eq(purpose.as_str()));
        this.exec(&self.transaction).await.map(drop).map_err(store)
    }
}
