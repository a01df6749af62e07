//! Carts and orders.

use super::Stub;
use async_trait::async_trait;
use domain::cart::{CartError, CartService, CartView, Quantity, Shopper, ShownCart, Target};
use domain::order::{
    ActError, ActingOn, Checkout, DeskQuery, OrderAction, OrderDesk, OrderQuery, OrderReader, OrderService,
    OrderSummary, OrderView, PlaceError,
};
use domain::page::Page;
use domain::{Answered, Doc, Keyed, OrderId, RepositoryError, Sourced, UserId, VariantId, Version};

type Answer = Result<ShownCart, CartError>;

impl Stub {
    /// A cart as the script says, with the token that the shopper sent or that the script has.
    fn shown(&self, shopper: &Shopper, cart: Sourced<Doc<CartView>>) -> ShownCart {
        let token = self.cart_token.get().or_else(|| shopper.token().cloned());
        ShownCart { cart, token }
    }
}

#[async_trait]
impl CartService for Stub {
    async fn show(&self, shopper: &Shopper) -> Result<ShownCart, RepositoryError> {
        self.note("show", shopper);
        Ok(self.shown(shopper, self.cart.get()?))
    }

    async fn add(
        &self,
        shopper: &Shopper,
        expected: Option<Version>,
        target: Target,
        quantity: Quantity,
    ) -> Answer {
        self.note("add", &(shopper, expected, target, quantity));
        Ok(self.shown(shopper, self.cart_edit.get()?))
    }

    async fn set(
        &self,
        shopper: &Shopper,
        expected: Option<Version>,
        variant: VariantId,
        quantity: Quantity,
    ) -> Answer {
        self.note("set", &(shopper, expected, variant, quantity));
        Ok(self.shown(shopper, self.cart_edit.get()?))
    }

    async fn remove(&self, shopper: &Shopper, expected: Option<Version>, variant: VariantId) -> Answer {
        self.note("remove", &(shopper, expected, variant));
        Ok(self.shown(shopper, self.cart_edit.get()?))
    }

    async fn clear(&self, shopper: &Shopper, expected: Option<Version>) -> Answer {
        self.note("clear", &(shopper, expected));
        Ok(self.shown(shopper, self.cart_edit.get()?))
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
