//! The ports of orders.

use super::{NewOrder, Order, OrderStatus, OrderSummary, OrderView};
use crate::page::{Limit, Page, Position};
use crate::{Doc, OrderId, RepositoryError, Sourced, UserId};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The last order of a page, after which the next one begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderCursor {
    /// The order.
    pub id: OrderId,
}

/// What a list of orders is asked; the newest come first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderQuery {
    /// Only orders of this status.
    pub status: Option<OrderStatus>,
    /// Where the page begins.
    pub position: Position<OrderCursor>,
    /// How many items the page has at most.
    pub limit: Limit,
}

/// Reads orders outside a unit of work; may be cached.
#[async_trait]
pub trait OrderReader: Send + Sync {
    /// Returns a page of a customer's orders, with its total from the same snapshot.
    async fn orders(
        &self,
        user: UserId,
        query: &OrderQuery,
    ) -> Result<Sourced<Doc<Page<OrderSummary>>>, RepositoryError>;
    /// Returns an order; `None` when it is absent or someone else's.
    async fn order(
        &self,
        user: UserId,
        id: OrderId,
    ) -> Result<Option<Sourced<Doc<OrderView>>>, RepositoryError>;
}

/// Writes orders inside a unit of work. Every method that writes records [`Change::Orders`](crate::Change::Orders).
#[async_trait]
pub trait OrderRepository: Send {
    /// Stores a new order, placed by its customer, with its lines and the first entry of its history.
    ///
    /// # Errors
    /// [`RepositoryError::Contention`] when the number is taken, so that another attempt draws another one.
    async fn insert(&mut self, new: &NewOrder) -> Result<Order, RepositoryError>;
    /// Returns a customer's order and keeps others from changing it until the end.
    async fn lock(&mut self, user: UserId, id: OrderId) -> Result<Option<Order>, RepositoryError>;
    /// Stores the state of an order that was locked, and what was added to its history.
    async fn save(&mut self, before: &Order, after: &Order) -> Result<(), RepositoryError>;
}
