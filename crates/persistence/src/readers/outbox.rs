//! The outbox, read by whoever passes messages on. Rows are left unlocked, because passing one on twice does no harm and
//! waiting for each other would.

use crate::Database;
use crate::entity::cache_outbox;
use crate::error::store;
use async_trait::async_trait;
use domain::{Message, MessageId, Outbox, RepositoryError};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

/// How many rows one statement deletes at most: short enough to hold no other writer up.
const DELETED_AT_ONCE: usize = 1_000;

#[async_trait]
impl Outbox for Database {
    async fn pending(&self, after: MessageId, limit: u32) -> Result<Vec<Message>, RepositoryError> {
        let select = cache_outbox::Entity::find()
            .select_only()
            .columns([cache_outbox::Column::Id, cache_outbox::Column::Message])
            .filter(cache_outbox::Column::Id.gt(after.0))
            .order_by_asc(cache_outbox::Column::Id)
            .limit(u64::from(limit))
            .into_query();
        let rows = self.connection.query_all(&select).await.map_err(store)?;
        let message = |row: sea_orm::QueryResult| {
            let id = MessageId(row.try_get_by_index(0)?);
            // SQLite lets SQL put bytes where text belongs. They are no message, and must not hide those behind them.
            let text = row.try_get_by_index(1).unwrap_or_default();
            Ok(Message { id, text })
        };
        rows.into_iter().map(message).collect::<Result<_, _>>().map_err(store)
    }

    async fn forget(&self, messages: &[MessageId]) -> Result<(), RepositoryError> {
        for messages in messages.chunks(DELETED_AT_ONCE) {
            let _turn = self.dialect.turn().await?;
            cache_outbox::Entity::delete_many()
                .filter(cache_outbox::Column::Id.is_in(messages.iter().map(|id| id.0)))
                .exec(&self.connection)
                .await
                .map_err(store)?;
        }
        Ok(())
    }
}
