//! Where an order stands, as a state machine: the only way from one state to another is an action that is allowed there.

use super::{FulfillmentStatus, OrderAction, OrderStatus, PaymentStatus};
use crate::Invalid;
use crate::account::Role;

/// Where an order stands. There is no way to make one up: it begins as [`OrderState::PLACED`], actions move it on, and
/// nothing is read back that they do not lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderState {
    status: OrderStatus,
    payment: PaymentStatus,
    fulfillment: FulfillmentStatus,
    restocked: bool,
}

impl OrderState {
    /// How every order begins.
    pub const PLACED: Self = Self {
        status: OrderStatus::Placed,
        payment: PaymentStatus::Unpaid,
        fulfillment: FulfillmentStatus::Unfulfilled,
        restocked: false,
    };

    /// Reads a state back that was stored.
    ///
    /// # Errors
    /// A combination that no sequence of actions leads to.
    pub fn restored(
        status: OrderStatus,
        payment: PaymentStatus,
        fulfillment: FulfillmentStatus,
        restocked: bool,
    ) -> Result<Self, Invalid> {
        let in_the_shop = fulfillment == FulfillmentStatus::Unfulfilled;
        let possible = match status {
            OrderStatus::Placed => !(restocked && in_the_shop),
            OrderStatus::Cancelled => !restocked && in_the_shop,
        };
        let state = Self { status, payment, fulfillment, restocked };
        possible.then_some(state).ok_or(Invalid::new("no sequence of actions leads to"))
    }

    /// Returns the state after an action; `None` where somebody in this role cannot take it now.
    pub fn after(self, action: OrderAction, role: Role) -> Option<Self> {
        use FulfillmentStatus::{Delivered, Shipped, Unfulfilled};
        use PaymentStatus::{Paid, Refunded, Unpaid};
        let placed = self.status == OrderStatus::Placed;
        let allowed = match (role, action) {
            (Role::Customer, OrderAction::Cancel) => {
                placed && self.payment == Unpaid && self.fulfillment == Unfulfilled
            }
            (Role::Customer, _) => false,
            (Role::Staff, OrderAction::Pay) => placed && self.payment == Unpaid && !self.restocked,
            (Role::Staff, OrderAction::Ship) => {
                placed && self.fulfillment == Unfulfilled && self.payment != Refunded
            }
            (Role::Staff, OrderAction::Deliver) => self.fulfillment == Shipped && !self.restocked,
            (Role::Staff, OrderAction::Cancel) => placed && self.fulfillment == Unfulfilled,
            (Role::Staff, OrderAction::Refund) => self.payment == Paid,
            (Role::Staff, OrderAction::Restock) => self.fulfillment != Unfulfilled && !self.restocked,
        };
        allowed.then_some(match action {
            OrderAction::Pay => Self { payment: Paid, ..self },
            OrderAction::Ship => Self { fulfillment: Shipped, ..self },
            OrderAction::Deliver => Self { fulfillment: Delivered, ..self },
            OrderAction::Cancel => Self { status: OrderStatus::Cancelled, ..self },
            OrderAction::Refund => Self { payment: Refunded, ..self },
            OrderAction::Restock => Self { restocked: true, ..self },
        })
    }

    /// Returns what somebody in this role can do now.
    pub fn allowed(self, role: Role) -> Vec<OrderAction> {
        OrderAction::ALL.iter().copied().filter(|action| self.after(*action, role).is_some()).collect()
    }

    /// Whether the order stands.
    pub fn status(self) -> OrderStatus {
        self.status
    }

    /// What was paid.
    pub fn payment(self) -> PaymentStatus {
        self.payment
    }

    /// Where the goods went.
    pub fn fulfillment(self) -> FulfillmentStatus {
        self.fulfillment
    }

    /// Whether goods that had been shipped came back into stock.
    pub fn restocked(self) -> bool {
        self.restocked
    }

    /// Whether the goods are out of stock on behalf of the order.
    pub fn holds_goods(self) -> bool {
        self.status == OrderStatus::Placed && !self.restocked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    const ROLES: [Role; 2] = [Role::Customer, Role::Staff];

    /// Every state that actions lead to, with the actions that led there.
    fn reachable() -> HashMap<OrderState, Vec<OrderAction>> {
        let mut known = HashMap::from([(OrderState::PLACED, vec![])]);
        let mut open = vec![OrderState::PLACED];
        while let Some(state) = open.pop() {
            for (action, role) in OrderAction::ALL.iter().flat_map(|action| ROLES.map(|role| (*action, role)))
            {
                let Some(after) = state.after(action, role) else { continue };
                let path = [known[&state].as_slice(), &[action]].concat();
                if known.insert(after, path).is_none() {
                    open.push(after);
                }
            }
        }
        known
    }

    fn every_combination() -> impl Iterator<Item = (OrderStatus, PaymentStatus, FulfillmentStatus, bool)> {
        OrderStatus::ALL.iter().flat_map(|status| {
            PaymentStatus::ALL.iter().flat_map(move |payment| {
                FulfillmentStatus::ALL.iter().flat_map(move |fulfillment| {
                    [false, true].map(|restocked| (*status, *payment, *fulfillment, restocked))
                })
            })
        })
    }

    #[test]
    fn exactly_the_states_that_actions_lead_to_are_read_back() {
        let reachable = reachable();
        for (status, payment, fulfillment, restocked) in every_combination() {
            let state = OrderState { status, payment, fulfillment, restocked };
            let restored = OrderState::restored(status, payment, fulfillment, restocked).ok();
            assert_eq!(restored, reachable.contains_key(&state).then_some(state), "{state:?}");
        }
        assert_eq!(reachable.len(), 18);
    }

    #[test]
    fn no_action_can_be_taken_twice() {
        for state in reachable().into_keys() {
            for (action, role) in OrderAction::ALL.iter().flat_map(|action| ROLES.map(|role| (*action, role)))
            {
                let Some(after) = state.after(action, role) else { continue };
                let again = reachable_from(after)
                    .into_iter()
                    .any(|later| ROLES.iter().any(|role| later.after(action, *role).is_some()));
                assert!(!again, "{action:?} twice from {state:?}");
            }
        }
    }

    fn reachable_from(state: OrderState) -> Vec<OrderState> {
        let mut known = vec![state];
        let mut next = 0;
        while let Some(state) = known.get(next).copied() {
            let after =
                OrderAction::ALL.iter().flat_map(|action| ROLES.map(|role| state.after(*action, role)));
            for after in after.flatten() {
                if !known.contains(&after) {
                    known.push(after);
                }
            }
            next += 1;
        }
        known
    }

    #[test]
    fn goods_leave_once_and_come_back_at_most_once() {
        for state in reachable().into_keys() {
            for action in OrderAction::ALL {
                let Some(after) = state.after(*action, Role::Staff) else { continue };
                let comes_back = state.holds_goods() && !after.holds_goods();
                assert_eq!(comes_back, action.gives_back().is_some(), "{action:?} from {state:?}");
                assert!(state.holds_goods() || !after.holds_goods(), "{action:?} takes goods again");
            }
        }
    }

    #[test]
    fn a_customer_only_calls_off_what_nobody_has_paid_or_shipped() {
        for state in reachable().into_keys() {
            let mine = state.allowed(Role::Customer);
            let expected: &[OrderAction] =
                if state == OrderState::PLACED { &[OrderAction::Cancel] } else { &[] };
            assert_eq!(mine, expected, "{state:?}");
        }
    }

    #[test]
    fn what_staff_can_do_follows_from_where_the_order_stands() {
        use OrderAction::{Cancel, Deliver, Pay, Refund, Restock, Ship};
        let after = |actions: &[OrderAction]| {
            actions
                .iter()
                .fold(OrderState::PLACED, |state, action| state.after(*action, Role::Staff).unwrap())
        };
        for (taken, allowed) in [
            (&[][..], &[Pay, Ship, Cancel][..]),
            (&[Pay], &[Ship, Cancel, Refund]),
            (&[Ship], &[Pay, Deliver, Restock]),
            (&[Cancel], &[]),
            (&[Pay, Cancel], &[Refund]),
            (&[Pay, Refund], &[Cancel]),
            (&[Pay, Ship], &[Deliver, Refund, Restock]),
            (&[Pay, Ship, Deliver], &[Refund, Restock]),
            (&[Ship, Restock], &[]),
            (&[Pay, Ship, Deliver, Restock], &[Refund]),
            (&[Pay, Ship, Deliver, Refund, Restock], &[]),
        ] {
            assert_eq!(after(taken).allowed(Role::Staff), allowed, "after {taken:?}");
        }
    }
}
