//! What customers do with orders: place them from their carts, and call them off.

use super::{NewOrder, Order, OrderAction, OrderLine, OrderNumber, OrderView};
use crate::account::Role;
use crate::cart::{Cart, CartOwner, PricedLine, total};
use crate::catalog::Sku;
use crate::stock::{Demand, Movement, MovementReason, Shortage};
use crate::{
    Clock, Currency, Doc, Entropy, Money, OrderId, RepositoryError, Sourced, Timestamp, UnitOfWork, Units,
    UserId,
};
use async_trait::async_trait;
use std::sync::Arc;
use thiserror::Error;

/// Places orders and calls them off.
#[async_trait]
pub trait OrderService: Send + Sync {
    /// Turns the customer's cart into a placed order, or changes nothing. `expected` is the total that the customer was
    /// shown, where the client cares.
    async fn place(
        &self,
        customer: UserId,
        expected: Option<Money>,
    ) -> Result<(OrderId, Sourced<Doc<OrderView>>), PlaceError>;
    /// Calls the customer's order off and gives its goods back, once.
    async fn cancel(&self, customer: UserId, order: OrderId) -> Result<Sourced<Doc<OrderView>>, CancelError>;
}

/// Why no order was placed.
#[derive(Clone, Debug, Error)]
pub enum PlaceError {
    /// The cart has no lines.
    #[error("the cart is empty")]
    EmptyCart,
    /// Some lines cannot be had.
    #[error("{} of the cart's lines are out of stock", lines.len())]
    OutOfStock {
        /// Every line that is short.
        lines: Vec<ShortLine>,
    },
    /// The total is not the one that the customer was shown.
    #[error("the total is {actual} now")]
    PriceChanged {
        /// What the order would cost now.
        actual: Money,
    },
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// A line that cannot be had as often as it was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortLine {
    /// The variant's stock keeping unit.
    pub sku: Sku,
    /// How many were wanted.
    pub requested: i64,
    /// How many there are; 0 where it is no longer sold.
    pub available: i64,
}

/// Why an order stands as it was.
#[derive(Clone, Debug, Error)]
pub enum CancelError {
    /// The customer has no such order.
    #[error("there is no such order")]
    NoSuchOrder,
    /// It cannot be called off any more.
    #[error("the order cannot be cancelled any more")]
    NotAllowed {
        /// What can be done instead.
        allowed: Vec<OrderAction>,
    },
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

crate::contention_through_repository!(PlaceError, CancelError);

/// The orders of the shop.
#[derive(Clone)]
pub struct Orders {
    units: Units,
    currency: Currency,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Orders {
    /// Puts the use cases together.
    pub fn new(units: Units, currency: Currency, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { units, currency, clock, entropy }
    }

    async fn attempt_place(
        self,
        mut work: Box<dyn UnitOfWork>,
        customer: UserId,
        expected: Option<Money>,
    ) -> Result<(OrderId, Sourced<Doc<OrderView>>), PlaceError> {
        let cart = work.carts().lock(&CartOwner::User(customer)).await?.ok_or(PlaceError::EmptyCart)?;
        if cart.lines.is_empty() {
            return Err(PlaceError::EmptyCart);
        }
        let demand: Demand = cart.lines.iter().map(|line| (line.variant, line.quantity.get())).collect();
        if let Err(short) = work.stock().take(&demand).await? {
            let lines = work.carts().priced(&cart.owner).await?;
            return Err(PlaceError::OutOfStock { lines: short_lines(&short, &lines) });
        }
        // Taking locked the variants: what is read of them from here on is what the customer pays.
        let lines = work.carts().priced(&cart.owner).await?;
        let total = total(&lines, self.currency);
        if expected.is_some_and(|expected| expected != total) {
            return Err(PlaceError::PriceChanged { actual: total });
        }
        let now = self.clock.now();
        let number = OrderNumber::generate(self.entropy.as_ref());
        let lines = lines.into_iter().map(OrderLine::from).collect();
        let order =
            work.orders().insert(&NewOrder { number, user: customer, lines, total, placed_at: now }).await?;
        let taken = movements(&demand, -1, MovementReason::Order, &order, now);
        work.stock().record(&taken).await?;
        let emptied = Cart { version: cart.version.next(), lines: Vec::new(), ..cart };
        work.carts().save(&cart, &emptied).await?;
        let committed = work.commit().await?;
        Ok((order.id, Sourced::direct(committed.source, document(&order))))
    }

    async fn attempt_cancel(
        self,
        mut work: Box<dyn UnitOfWork>,
        customer: UserId,
        id: OrderId,
    ) -> Result<Sourced<Doc<OrderView>>, CancelError> {
        let order = work.orders().lock(customer, id).await?.ok_or(CancelError::NoSuchOrder)?;
        let now = self.clock.now();
        let Some(cancelled) = order.cancelled(customer, Role::Customer, now) else {
            return Err(CancelError::NotAllowed { allowed: order.allowed_actions() });
        };
        let demand: Demand = order.lines.iter().map(|line| (line.variant, line.quantity)).collect();
        work.stock().give_back(&demand).await?;
        work.stock().record(&movements(&demand, 1, MovementReason::Cancellation, &order, now)).await?;
        work.orders().save(&order, &cancelled).await?;
        let committed = work.commit().await?;
        Ok(Sourced::direct(committed.source, document(&cancelled)))
    }
}

#[async_trait]
impl OrderService for Orders {
    async fn place(
        &self,
        customer: UserId,
        expected: Option<Money>,
    ) -> Result<(OrderId, Sourced<Doc<OrderView>>), PlaceError> {
        let shop = self.clone();
        self.units.run(move |work| shop.clone().attempt_place(work, customer, expected)).await
    }

    async fn cancel(&self, customer: UserId, order: OrderId) -> Result<Sourced<Doc<OrderView>>, CancelError> {
        let shop = self.clone();
        self.units.run(move |work| shop.clone().attempt_cancel(work, customer, order)).await
    }
}

impl From<PricedLine> for OrderLine {
    fn from(line: PricedLine) -> Self {
        let total = line.total();
        Self {
            variant: line.variant,
            product: line.product,
            sku: line.sku,
            name: line.name,
            title: line.title,
            unit_price: line.unit_price,
            quantity: line.quantity.get(),
            total,
        }
    }
}

fn document(order: &Order) -> Doc<OrderView> {
    Doc::encode(order.version, &OrderView::from(order))
}

fn short_lines(short: &[Shortage], lines: &[PricedLine]) -> Vec<ShortLine> {
    let named = |shortage: &Shortage| {
        let line = lines.iter().find(|line| line.variant == shortage.variant)?;
        Some(ShortLine {
            sku: line.sku.clone(),
            requested: shortage.requested,
            available: shortage.available,
        })
    };
    short.iter().filter_map(named).collect()
}

fn movements(
    demand: &Demand,
    sign: i64,
    reason: MovementReason,
    order: &Order,
    at: Timestamp,
) -> Vec<Movement> {
    let movement = |(variant, units)| Movement {
        variant,
        delta: sign * units,
        reason,
        order: Some(order.id),
        note: None,
        by: Some(order.user),
        at,
    };
    demand.iter().map(movement).collect()
}
