//! An order of the model, and which actions move it on.

use domain::account::Role;
use domain::order::{FulfillmentStatus as F, OrderAction, OrderEventKind, OrderStatus, PaymentStatus as P};

#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(super) customer: usize,
    pub(super) status: OrderStatus,
    pub(super) payment: P,
    pub(super) fulfillment: F,
    pub(super) restocked: bool,
    /// Variant, quantity, price.
    pub(super) lines: Vec<(usize, u32, i64)>,
    pub(super) history: Vec<(OrderEventKind, Role)>,
}

impl Order {
    pub(super) fn allows(&self, action: OrderAction, role: Role) -> bool {
        let in_the_shop = self.status == OrderStatus::Placed && self.fulfillment == F::Unfulfilled;
        let on_the_way = self.fulfillment == F::Shipped || self.fulfillment == F::Delivered;
        match (role, action) {
            (Role::Customer, action) => {
                action == OrderAction::Cancel && in_the_shop && self.payment == P::Unpaid
            }
            (Role::Staff, OrderAction::Cancel) => in_the_shop,
            (Role::Staff, OrderAction::Ship) => in_the_shop && self.payment != P::Refunded,
            (Role::Staff, OrderAction::Deliver) => self.fulfillment == F::Shipped && !self.restocked,
            (Role::Staff, OrderAction::Restock) => on_the_way && !self.restocked,
            (Role::Staff, OrderAction::Refund) => self.payment == P::Paid,
            (Role::Staff, OrderAction::Pay) => {
                self.status == OrderStatus::Placed && self.payment == P::Unpaid && !self.restocked
            }
        }
    }

    pub(super) fn allowed(&self, role: Role) -> Vec<OrderAction> {
        OrderAction::ALL.iter().copied().filter(|action| self.allows(*action, role)).collect()
    }

    pub(super) fn placed(customer: usize, lines: Vec<(usize, u32, i64)>) -> Self {
        Self {
            customer,
            status: OrderStatus::Placed,
            payment: P::Unpaid,
            fulfillment: F::Unfulfilled,
            restocked: false,
            lines,
            history: vec![(OrderEventKind::Placed, Role::Customer)],
        }
    }

    /// Takes an action that is allowed.
    pub(super) fn advance(&mut self, action: OrderAction, role: Role) {
        self.history.push(match action {
            OrderAction::Pay => (OrderEventKind::Paid, role),
            OrderAction::Ship => (OrderEventKind::Shipped, role),
            OrderAction::Deliver => (OrderEventKind::Delivered, role),
            OrderAction::Cancel => (OrderEventKind::Cancelled, role),
            OrderAction::Refund => (OrderEventKind::Refunded, role),
            OrderAction::Restock => (OrderEventKind::Restocked, role),
        });
        match action {
            OrderAction::Pay => self.payment = P::Paid,
            OrderAction::Ship => self.fulfillment = F::Shipped,
            OrderAction::Deliver => self.fulfillment = F::Delivered,
            OrderAction::Cancel => self.status = OrderStatus::Cancelled,
            OrderAction::Refund => self.payment = P::Refunded,
            OrderAction::Restock => self.restocked = true,
        }
    }
}

/// Adds up lines of an order.
pub(super) fn total_of(lines: &[(usize, u32, i64)]) -> i64 {
    lines.iter().map(|(_, quantity, price)| i64::from(*quantity) * price).sum()
}
