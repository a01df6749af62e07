//! Everybody's orders, as staff see them.

#[cfg(test)]
mod plans;

use crate::Database;
use crate::entity::{order, user};
use crate::error::store;
use crate::readers::paging;
use crate::rows::orders;
use async_trait::async_trait;
use domain::account::Role;
use domain::order::{Customer, DeskQuery, OrderCursor, OrderDesk, OrderSummary, OrderView, WhoseOrder};
use domain::page::Page;
use domain::{Doc, OrderId, RepositoryError, Sourced, UserId, Version};
use sea_orm::sea_query::{Asterisk, Condition, Expr, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select, SelectTwo};

#[async_trait]
impl OrderDesk for Database {
    async fn all_orders(
        &self,
        query: &DeskQuery,
    ) -> Result<Sourced<Doc<Page<OrderSummary>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let Some(customer) = customer(&snapshot, query).await? else {
            let nobodys = Page::new(Vec::new(), &query.position, query.limit, 0, None);
            return Ok(Sourced::direct(self.source(), Doc::encode(Version::NONE, &nobodys)));
        };
        let total = count(query, customer).into_tuple::<i64>().one(&snapshot).await.map_err(store)?;
        let mut rows = shown(query, customer).all(&snapshot).await.map_err(store)?;
        let next = paging::cut(&mut rows, query.limit, |(order, _)| OrderCursor { id: OrderId(order.id) });
        let items = rows.into_iter().map(|(order, customer)| summary(order, customer.as_ref()));
        let items = items.collect::<Result<_, _>>()?;
        let total = total.unwrap_or_default().unsigned_abs();
        let page = Page::new(items, &query.position, query.limit, total, next);
        Ok(Sourced::direct(self.source(), Doc::encode(Version::NONE, &page)))
    }

    async fn any_order(&self, id: OrderId) -> Result<Option<Sourced<Doc<OrderView>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let found = order::Entity::find_by_id(id.0).one(&snapshot).await.map_err(store)?;
        let Some(row) = found else { return Ok(None) };
        let order = orders::complete(&snapshot, row).await?;
        let view = OrderView::for_staff(&order, orders::buyer(&snapshot, order.user).await?.as_ref());
        Ok(Some(Sourced::direct(self.source(), Doc::encode(order.version(), &view))))
    }
}

/// Whose orders are meant: anybody's, or an account's; nothing where nobody has that address.
async fn customer(
    snapshot: &impl ConnectionTrait,
    query: &DeskQuery,
) -> Result<Option<WhoseOrder>, RepositoryError> {
    match &query.customer {
        None => Ok(Some(WhoseOrder::Anybodys)),
        Some(Customer::Account(id)) => Ok(Some(WhoseOrder::Of(*id))),
        Some(Customer::Email(email)) => {
            let known = user::Entity::find().filter(user::Column::EmailKey.eq(email.key()));
            let known = known.one(snapshot).await.map_err(store)?;
            Ok(known.map(|user| WhoseOrder::Of(UserId(user.id))))
        }
    }
}

/// How many orders the whole list has.
fn count(query: &DeskQuery, customer: WhoseOrder) -> Select<order::Entity> {
    let all = order::Entity::find().select_only().expr(Func::count(Expr::col(Asterisk)));
    all.filter(matching(query, customer))
}

/// The page's orders, and one more where another page follows.
fn shown(query: &DeskQuery, customer: WhoseOrder) -> SelectTwo<order::Entity, user::Entity> {
    let all = order::Entity::find().find_also_related(user::Entity).filter(matching(query, customer));
    paging::newest_first(all, order::Column::Id, &query.position, query.limit, |last| last.id.0)
}

fn matching(query: &DeskQuery, customer: WhoseOrder) -> Condition {
    let of_customer = match customer {
        WhoseOrder::Anybodys => None,
        WhoseOrder::Of(id) => Some(order::Column::UserId.eq(id.0)),
    };
    Condition::all()
        .add_option(of_customer)
        .add_option(query.status.map(|status| order::Column::Status.eq(status.as_str())))
        .add_option(query.payment.map(|payment| order::Column::PaymentStatus.eq(payment.as_str())))
        .add_option(query.fulfillment.map(|place| order::Column::FulfillmentStatus.eq(place.as_str())))
        .add_option(query.number.as_ref().map(|number| order::Column::Number.eq(number.as_str())))
        .add_option(query.placed_from.map(|from| order::Column::PlacedAt.gte(from)))
        .add_option(query.placed_before.map(|before| order::Column::PlacedAt.lt(before)))
}

fn summary(order: order::Model, customer: Option<&user::Model>) -> Result<OrderSummary, RepositoryError> {
    let buyer = customer.map(orders::buyer_of).transpose()?;
    orders::summary(order, Role::Staff, buyer.as_ref())
}
