//! What is done with orders: customers place them from their carts and call them off, staff see them through.

use super::{OrderAction, OrderNote, OrderView, ShippingAddress};
use crate::account::Role;
use crate::catalog::Sku;
use crate::idempotency::KeyError;
use crate::{Answered, Clock, Currency, Entropy, Keyed, Money, OrderId, RepositoryError, Units, UserId};
use async_trait::async_trait;
use std::sync::Arc;
use thiserror::Error;

/// Places orders and moves them on. A request that its caller made recognisable (`keyed`) is done once.
#[async_trait]
pub trait OrderService: Send + Sync {
    /// Turns the customer's cart into a placed order, or changes nothing.
    async fn place(
        &self,
        customer: UserId,
        checkout: Checkout,
        keyed: Option<Keyed>,
    ) -> Result<Answered<OrderId, OrderView>, PlaceError>;
    /// Takes an action on an order: a customer on one of their own, staff on anybody's. Goods that an action gives back
    /// are back in stock with it.
    async fn act(
        &self,
        by: ActingOn,
        action: OrderAction,
        keyed: Option<Keyed>,
    ) -> Result<Answered<OrderId, OrderView>, ActError>;
}

/// What a customer says when placing an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The total that the customer was shown, where the client cares.
    pub expected: Option<Money>,
    /// Where the order goes.
    pub ship_to: Option<ShippingAddress>,
    /// What the shop should know.
    pub note: Option<OrderNote>,
}

/// Who acts on which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActingOn {
    /// The order.
    pub order: OrderId,
    /// Who acts.
    pub user: UserId,
    /// In which role: staff who bought something act on it as its customer, too.
    pub role: Role,
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
    /// The request's key does not allow it.
    #[error(transparent)]
    Key(#[from] KeyError),
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
pub enum ActError {
    /// There is no such order, or it is somebody else's.
    #[error("there is no such order")]
    NoSuchOrder,
    /// The action cannot be taken where the order stands.
    #[error("the order does not allow to {} it", action.as_str())]
    NotAllowed {
        /// What was tried.
        action: OrderAction,
        /// What can be done instead.
        allowed: Vec<OrderAction>,
    },
    /// The request's key does not allow it.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

crate::contention_through_repository!(PlaceError, ActError);

/// The orders of the shop.
#[derive(Clone)]
pub struct Orders {
    units: Units,
    pub(super) currency: Currency,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
}

impl Orders {
    /// Puts the use cases together.
    pub fn new(units: Units, currency: Currency, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { units, currency, clock, entropy }
    }
}

#[async_trait]
impl OrderService for Orders {
    async fn place(
        &self,
        customer: UserId,
        checkout: Checkout,
        keyed: Option<Keyed>,
    ) -> Result<Answered<OrderId, OrderView>, PlaceError> {
        let shop = self.clone();
        let attempt = move |work| shop.clone().attempt_place(work, customer, checkout.clone(), keyed.clone());
        self.units.run(attempt).await
    }

    async fn act(
        &self,
        by: ActingOn,
        action: OrderAction,
        keyed: Option<Keyed>,
    ) -> Result<Answered<OrderId, OrderView>, ActError> {
        let shop = self.clone();
        self.units.run(move |work| shop.clone().attempt_act(work, by, action, keyed.clone())).await
    }
}
