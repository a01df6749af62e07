//! When sessions were last used.

use crate::Database;
use crate::entity::session;
use crate::error::store;
use async_trait::async_trait;
use domain::account::SessionActivity;
use domain::{RepositoryError, SessionId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

#[async_trait]
impl SessionActivity for Database {
    async fn touch(&self, session: &SessionId, at: Timestamp) -> Result<(), RepositoryError> {
        let _turn = self.dialect.turn().await?;
        let touched = session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, Expr::value(at))
            .filter(session::Column::Id.eq(session.as_str()))
            .filter(session::Column::LastSeenAt.lt(at)); // of two who report late, the later one counts
        touched.exec(&self.connection).await.map(drop).map_err(store)
    }
}
