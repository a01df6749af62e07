//! Orders, as the customers who placed them see them.

use crate::Database;
use crate::entity::order;
use crate::error::store;
use crate::readers::paging;
use crate::rows::orders;
use async_trait::async_trait;
use domain::account::Role;
use domain::order::{OrderCursor, OrderQuery, OrderReader, OrderSummary, OrderView};
use domain::page::Page;
use domain::{Doc, OrderId, RepositoryError, Sourced, UserId, Version};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};

#[async_trait]
impl OrderReader for Database {
    async fn orders(
        &self,
        user: UserId,
        query: &OrderQuery,
    ) -> Result<Sourced<Doc<Page<OrderSummary>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let page = page(&snapshot, user, query).await?;
        Ok(Sourced::direct(self.source(), Doc::encode(Version::NONE, &page)))
    }

    async fn order(
        &self,
        user: UserId,
        id: OrderId,
    ) -> Result<Option<Sourced<Doc<OrderView>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let found = order::Entity::find_by_id(id.0).filter(order::Column::UserId.eq(user.0));
        let Some(row) = found.one(&snapshot).await.map_err(store)? else { return Ok(None) };
        let order = orders::complete(&snapshot, row).await?;
        let document = Doc::encode(order.version(), &OrderView::from(&order));
        Ok(Some(Sourced::direct(self.source(), document)))
    }
}

async fn page(
    snapshot: &DatabaseTransaction,
    user: UserId,
    query: &OrderQuery,
) -> Result<Page<OrderSummary>, RepositoryError> {
    let OrderQuery { status, position, limit } = query;
    let matching = Condition::all()
        .add(order::Column::UserId.eq(user.0))
        .add_option(status.map(|status| order::Column::Status.eq(status.as_str())));
    let all = order::Entity::find().filter(matching);
    let total = all.clone().count(snapshot).await.map_err(store)?;
    let shown = paging::newest_first(all, order::Column::Id, position, *limit, |last| last.id.0);
    let mut rows = shown.all(snapshot).await.map_err(store)?;
    let next = paging::cut(&mut rows, *limit, |row| OrderCursor { id: OrderId(row.id) });
    let items =
        rows.into_iter().map(|row| orders::summary(row, Role::Customer, None)).collect::<Result<_, _>>()?;
    Ok(Page::new(items, position, *limit, total, next))
}
