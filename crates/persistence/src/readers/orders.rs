//! Orders, as the customers who placed them see them.

use crate::Database;
use crate::entity::order;
use crate::error::store;
use crate::rows::orders;
use async_trait::async_trait;
use domain::account::Role;
use domain::order::{OrderCursor, OrderQuery, OrderReader, OrderSummary, OrderView};
use domain::page::{Page, Position, encode_cursor};
use domain::{Doc, OrderId, RepositoryError, Sourced, UserId, Version};
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

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
        let document = Doc::encode(order.version, &OrderView::from(&order));
        Ok(Some(Sourced::direct(self.source(), document)))
    }
}

async fn page(
    snapshot: &DatabaseTransaction,
    user: UserId,
    query: &OrderQuery,
) -> Result<Page<OrderSummary>, RepositoryError> {
    let mut matching = Condition::all().add(order::Column::UserId.eq(user.0));
    if let Some(status) = query.status {
        matching = matching.add(order::Column::Status.eq(status.as_str()));
    }
    let total = order::Entity::find().filter(matching.clone()).count(snapshot).await.map_err(store)?;
    if let Position::After(last) = &query.position {
        matching = matching.add(order::Column::Id.lt(last.id.0));
    }
    let limit = u64::from(query.limit.get());
    let mut rows = order::Entity::find()
        .filter(matching)
        .order_by_desc(order::Column::Id)
        .offset(u64::from(query.position.offset(query.limit)))
        .limit(limit + 1) // one more than is shown tells whether another page follows
        .all(snapshot)
        .await
        .map_err(store)?;
    let more = rows.len() as u64 > limit;
    rows.truncate(query.limit.get() as usize);
    let last = rows.last().filter(|_| more).map(|row| OrderCursor { id: OrderId(row.id) });
    let items =
        rows.into_iter().map(|row| orders::summary(row, Role::Customer, None)).collect::<Result<_, _>>()?;
    Ok(Page::new(items, &query.position, query.limit, total, last.as_ref().map(encode_cursor)))
}
