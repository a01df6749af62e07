//! Everybody's orders, as staff see them.

use crate::Database;
use crate::entity::{order, user};
use crate::error::store;
use crate::rows::orders;
use async_trait::async_trait;
use domain::order::{Customer, DeskQuery, OrderCursor, OrderDesk, OrderSummary, OrderView};
use domain::page::{Page, Position, encode_cursor};
use domain::{Doc, OrderId, RepositoryError, Sourced, Version};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

#[async_trait]
impl OrderDesk for Database {
    async fn all_orders(
        &self,
        query: &DeskQuery,
    ) -> Result<Sourced<Doc<Page<OrderSummary>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let matching = matching(query);
        let of_customers = || order::Entity::find().find_also_related(user::Entity);
        let total = of_customers().filter(matching.clone()).count(&snapshot).await.map_err(store)?;
        let mut shown = of_customers().filter(matching).order_by_desc(order::Column::Id);
        if let Position::After(last) = &query.position {
            shown = shown.filter(order::Column::Id.lt(last.id.0));
        }
        let limit = query.limit.get();
        let mut rows = shown
            .offset(u64::from(query.position.offset(query.limit)))
            .limit(u64::from(limit) + 1) // one more than is shown tells whether another page follows
            .all(&snapshot)
            .await
            .map_err(store)?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().filter(|_| more).map(|(order, _)| OrderCursor { id: OrderId(order.id) });
        let items = rows.into_iter().map(|(order, customer)| summary(order, customer));
        let items = items.collect::<Result<_, _>>()?;
        let next = last.as_ref().map(encode_cursor);
        let page = Page::new(items, &query.position, query.limit, total, next);
        Ok(Sourced::direct(self.source(), Doc::encode(Version::NONE, &page)))
    }

    async fn any_order(&self, id: OrderId) -> Result<Option<Sourced<Doc<OrderView>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let found = order::Entity::find_by_id(id.0).one(&snapshot).await.map_err(store)?;
        let Some(row) = found else { return Ok(None) };
        let order = orders::complete(&snapshot, row).await?;
        let view = OrderView::for_staff(&order, &orders::buyer(&snapshot, order.user).await?);
        Ok(Some(Sourced::direct(self.source(), Doc::encode(order.version, &view))))
    }
}

fn matching(query: &DeskQuery) -> Condition {
    let customer = query.customer.as_ref().map(|customer| match customer {
        Customer::Account(id) => order::Column::UserId.eq(id.0),
        Customer::Email(email) => user::Column::EmailKey.eq(email.key()),
    });
    Condition::all()
        .add_option(query.status.map(|status| order::Column::Status.eq(status.as_str())))
        .add_option(query.payment.map(|payment| order::Column::PaymentStatus.eq(payment.as_str())))
        .add_option(query.fulfillment.map(|place| order::Column::FulfillmentStatus.eq(place.as_str())))
        .add_option(query.number.as_ref().map(|number| order::Column::Number.eq(number.as_str())))
        .add_option(query.placed_from.map(|from| order::Column::PlacedAt.gte(from)))
        .add_option(query.placed_before.map(|before| order::Column::PlacedAt.lt(before)))
        .add_option(customer)
}

fn summary(order: order::Model, customer: Option<user::Model>) -> Result<OrderSummary, RepositoryError> {
    let customer =
        customer.ok_or_else(|| RepositoryError::Unexpected("an order has no customer".to_owned()))?;
    orders::summary(order, Some(&orders::buyer_of(&customer)?))
}
