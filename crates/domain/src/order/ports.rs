//! The ports of orders.

use super::{
    FulfillmentStatus, NewOrder, Order, OrderNumber, OrderStatus, OrderSummary, OrderView, PaymentStatus,
};
use crate::account::{EmailAddress, PersonName};
use crate::page::{Limit, Page, Position};
use crate::{Doc, OrderId, RepositoryError, Sourced, Timestamp, UserId};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The last order of a page, after which the next one begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderCursor {
    /// The order.
    pub id: OrderId,
}

/// What a list of a customer's own orders is asked; the newest come first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderQuery {
    /// Only orders of this status.
    pub status: Option<OrderStatus>,
    /// Where the page begins.
    pub position: Position<OrderCursor>,
    /// How many items the page has at most.
    pub limit: Limit,
}

/// Reads a customer's own orders outside a unit of work; may be cached.
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

/// Who bought, as staff names a customer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Customer {
    /// By the account.
    Account(UserId),
    /// By the account's address, compared without case.
    Email(EmailAddress),
}

/// What staff ask the list of everybody's orders; the newest come first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeskQuery {
    /// Only orders of this status.
    pub status: Option<OrderStatus>,
    /// Only orders with this payment status.
    pub payment: Option<PaymentStatus>,
    /// Only orders with this fulfilment status.
    pub fulfillment: Option<FulfillmentStatus>,
    /// Only the orders of this customer.
    pub customer: Option<Customer>,
    /// Only the order with this number.
    pub number: Option<OrderNumber>,
    /// Only orders that were placed then or later.
    pub placed_from: Option<Timestamp>,
    /// Only orders that were placed before.
    pub placed_before: Option<Timestamp>,
    /// Where the page begins.
    pub position: Position<OrderCursor>,
    /// How many items the page has at most.
    pub limit: Limit,
}

/// Reads everybody's orders, for staff; never cached.
#[async_trait]
pub trait OrderDesk: Send + Sync {
    /// Returns a page of orders with their customers, and its total from the same snapshot.
    async fn all_orders(
        &self,
        query: &DeskQuery,
    ) -> Result<Sourced<Doc<Page<OrderSummary>>>, RepositoryError>;
    /// Returns anybody's order, with its customer.
    async fn any_order(&self, id: OrderId) -> Result<Option<Sourced<Doc<OrderView>>>, RepositoryError>;
}

/// Whose order may be taken hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhoseOrder {
    /// Anybody's.
    Anybodys,
    /// This customer's.
    Of(UserId),
}

/// What staff are told of who bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buyer {
    /// The account.
    pub id: UserId,
    /// What its owner is called.
    pub name: PersonName,
    /// Where its owner is reached.
    pub email: EmailAddress,
}

/// Writes orders inside a unit of work. Every method that writes records [`Change::Orders`](crate::Change::Orders).
#[async_trait]
pub trait OrderRepository: Send {
    /// Stores a new order, placed by its customer, with its lines and the first entry of its history.
    ///
    /// # Errors
    /// [`RepositoryError::Contention`] when the number is taken, so that another attempt draws another one.
    async fn insert(&mut self, new: &NewOrder) -> Result<Order, RepositoryError>;
    /// Returns an order and keeps others from changing it until the end.
    async fn lock(&mut self, whose: WhoseOrder, id: OrderId) -> Result<Option<Order>, RepositoryError>;
    /// Stores the state of an order that was locked, and what was added to its history.
    async fn save(&mut self, before: &Order, after: &Order) -> Result<(), RepositoryError>;
    /// Returns who bought an order; nothing where the account is not there any more.
    async fn buyer(&mut self, order: &Order) -> Result<Option<Buyer>, RepositoryError>;
}
