//! Tokens that are sent to accounts' addresses, and since when an address is proven. An account has one token for a purpose;
//! the key says so.

use crate::columns::{reference, word};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, timestamp_with_time_zone, timestamp_with_time_zone_null};

const TOKENS: &str = "mailed_tokens";
const BY_EXPIRY: &str = "mailed_tokens_expires_at_idx";
const PROVEN: &str = "email_verified_at";

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tokens = Table::create()
            .table(TOKENS)
            .col(big_integer("user_id"))
            .col(word("purpose", &["reset_password", "verify_email"]))
            .col(text("token_hash").unique_key())
            .col(timestamp_with_time_zone("expires_at"))
            .primary_key(Index::create().col("user_id").col("purpose"))
            .foreign_key(reference(TOKENS, "user_id", "users").on_delete(ForeignKeyAction::Cascade))
            .take();
        manager.create_table(tokens).await?;
        manager.create_index(Index::create().name(BY_EXPIRY).table(TOKENS).col("expires_at").take()).await?;
        let mut proven = timestamp_with_time_zone_null(PROVEN);
        manager.alter_table(Table::alter().table("users").add_column(&mut proven).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("users").drop_column(PROVEN).take()).await?;
        manager.drop_table(Table::drop().table(TOKENS).take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
