//! Carts and orders.

use super::Stub;
use async_trait::async_trait;
use domain::cart::{CartError, CartReader, CartService, CartView, Quantity, Target};
use domain::order::{
    ActError, ActingOn, Checkout, DeskQuery, OrderAction, OrderDesk, OrderQuery, OrderReader, OrderService,
    OrderSummary, OrderView, PlaceError,
};
use domain::page::Page;
use domain::{Answered, Doc, Keyed, OrderId, RepositoryError, Sourced, UserId, VariantId, Version};

type Answer = Result<Sourced<Doc<CartView>>, CartError>;

#[async_trait]
impl CartReader for Stub {
    async fn cart(&self, user: UserId) -> Result<Sourced<Doc<CartView>>, RepositoryError> {
        self.note("cart", &user);
        self.cart.get()
    }
}

#[async_trait]
impl CartService for Stub {
    async fn add(
        &self,
        user: UserId,
        expected: Option<Version>,
        target: Target,
        quantity: Quantity,
    ) -> Answer {
        self.note("add", &(user, expected, target, quantity));
        self.cart_edit.get()
    }

    async fn set(
        &self,
        user: UserId,
        expected: Option<Version>,
        variant: VariantId,
        quantity: Quantity,
    ) -> Answer {
        self.note("set", &(user, expected, variant, quantity));
        self.cart_edit.get()
    }

    async fn remove(&self, user: UserId, expected: Option<Version>, variant: VariantId) -> Answer {
        self.note("remove", &(user, expected, variant));
        self.cart_edit.get()
    }

    async fn clear(&self, user: UserId, expected: Option<Version>) -> Answer {
        self.note("clear", &(user, expected));
        self.cart_edit.get()
    }
}

#[async_trait]
impl OrderReader for Stub {
    async fn orders(
        &self,
        user: UserId,
        query: &OrderQuery,
    ) -> Result<Sourced<Doc<Page<OrderSummary>>>, RepositoryError> {
        self.note("orders", &(user, query));
        self.orders.get()
    }

    async fn order(
        &self,
        user: UserId,
        id: OrderId,
    ) -> Result<Option<Sourced<Doc<OrderView>>>, RepositoryError> {
        self.note("order", &(user, id));
        self.order.get()
    }
}

#[async_trait]
impl OrderDesk for Stub {
    async fn all_orders(
        &self,
        query: &DeskQuery,
    ) -> Result<Sourced<Doc<Page<OrderSummary>>>, RepositoryError> {
        self.note("all_orders", query);
        self.orders.get()
    }

    async fn any_order(&self, id: OrderId) -> Result<Option<Sourced<Doc<OrderView>>>, RepositoryError> {
        self.note("any_order", &id);
        self.order.get()
    }
}

#[async_trait]
impl OrderService for Stub {
    async fn place(
        &self,
        customer: UserId,
        checkout: Checkout,
        keyed: Option<Keyed>,
    ) -> Result<Answered<OrderId, OrderView>, PlaceError> {
        self.note("place", &(customer, checkout, keyed));
        self.placed.get()
    }

    async fn act(
        &self,
        by: ActingOn,
        action: OrderAction,
        keyed: Option<Keyed>,
    ) -> Result<Answered<OrderId, OrderView>, ActError> {
        self.note("act", &(by, action, keyed));
        self.acted.get()
    }
}
