//! Orders in memory.

use super::{shop::MemoryShop, unit::MemoryUnit};
use crate::account::Role;
use crate::order::{
    Buyer, NewOrder, Order, OrderCursor, OrderQuery, OrderReader, OrderRepository, OrderSummary, OrderView,
    WhoseOrder,
};
use crate::page::{Page, Position, encode_cursor};
use crate::{Change, Doc, OrderId, RepositoryError, Source, Sourced, UserId, Version};
use async_trait::async_trait;

#[async_trait]
impl OrderReader for MemoryShop {
    async fn orders(
        &self,
        user: UserId,
        query: &OrderQuery,
    ) -> Result<Sourced<Doc<Page<OrderSummary>>>, RepositoryError> {
        let state = self.read()?;
        let wanted = |order: &&Order| {
            order.user == user && query.status.is_none_or(|status| status == order.state().status())
        };
        let matching: Vec<&Order> = state.orders.values().rev().filter(wanted).collect();
        let begin = match &query.position {
            Position::Page(_) => query.position.offset(query.limit) as usize,
            Position::After(OrderCursor { id }) => matching.partition_point(|order| order.id >= *id),
        };
        let rest = matching.get(begin..).unwrap_or_default();
        let shown = &rest[..rest.len().min(query.limit.get() as usize)];
        let next = shown.last().filter(|_| shown.len() < rest.len());
        let next = next.map(|last| encode_cursor(&OrderCursor { id: last.id }));
        let items = shown.iter().map(|order| summary(order)).collect();
        let page = Page::new(items, &query.position, query.limit, matching.len() as u64, next);
        Ok(Sourced::direct(Source::Sqlite, Doc::encode(Version::NONE, &page)))
    }

    async fn order(
        &self,
        user: UserId,
        id: OrderId,
    ) -> Result<Option<Sourced<Doc<OrderView>>>, RepositoryError> {
        let state = self.read()?;
        let order = state.orders.get(&id).filter(|order| order.user == user);
        let document = |order: &Order| Doc::encode(order.version(), &OrderView::from(order));
        Ok(order.map(|order| Sourced::direct(Source::Sqlite, document(order))))
    }
}

#[async_trait]
impl OrderRepository for MemoryUnit {
    async fn insert(&mut self, new: &NewOrder) -> Result<Order, RepositoryError> {
        if self.state.orders.values().any(|order| order.number == new.number) {
            return Err(RepositoryError::Contention(format!("the number {} is taken", new.number)));
        }
        let order = Order::placed(OrderId(self.state.next_id()), new.clone());
        self.state.orders.insert(order.id, order.clone());
        self.record(Change::Orders(order.user));
        Ok(order)
    }

    async fn lock(&mut self, whose: WhoseOrder, id: OrderId) -> Result<Option<Order>, RepositoryError> {
        let meant = |order: &&Order| whose == WhoseOrder::Anybodys || whose == WhoseOrder::Of(order.user);
        Ok(self.state.orders.get(&id).filter(meant).cloned())
    }

    async fn save(&mut self, _before: &Order, after: &Order) -> Result<(), RepositoryError> {
        self.state.orders.insert(after.id, after.clone());
        self.record(Change::Orders(after.user));
        Ok(())
    }

    async fn buyer(&mut self, order: &Order) -> Result<Option<Buyer>, RepositoryError> {
        self.state.buyer(order.user).map(Some)
    }
}

/// Shows an order in a list, to its customer.
fn summary(order: &Order) -> OrderSummary {
    OrderSummary {
        id: order.id,
        number: order.number.to_string(),
        status: order.state().status(),
        payment_status: order.state().payment(),
        fulfillment_status: order.state().fulfillment(),
        units: order.lines.iter().map(|line| u64::from(line.quantity)).sum(),
        total: order.total.view(),
        customer: None,
        allowed_actions: order.state().allowed(Role::Customer),
        created_at: order.placed_at,
    }
}
