//! Moving orders on: who may do what when, what comes back into stock, and what is written down of it.

use crate::{ALICE, BOB, STAFF, Shop, only};
use domain::account::Role;
use domain::event::EventKind::{OrderCancelled, OrderPaid, OrderPlaced, OrderRefunded};
use domain::order::OrderAction::{self, Cancel, Deliver, Pay, Refund, Restock, Ship};
use domain::order::OrderEventKind::{Delivered, Paid, Placed, Refunded, Restocked, Shipped};
use domain::order::{ActError, ActingOn, Checkout, OrderService, OrderView};
use domain::{OrderId, UserId, VariantId};

impl Shop {
    async fn staff_does(&self, order: OrderId, action: OrderAction) -> Result<OrderView, ActError> {
        let by = ActingOn { order, user: STAFF, role: Role::Staff };
        self.orders.act(by, action, None).await.map(|answered| answered.document.value.decode().unwrap())
    }

    /// Lets a customer buy four of something that there are ten of.
    async fn bought(&self, customer: UserId) -> (OrderId, VariantId) {
        let tea = self.stock("TEA-100", "12.50", 10).await;
        self.add(customer, "TEA-100", 4).await;
        (self.orders.place(customer, Checkout::default(), None).await.unwrap().id, only(&tea))
    }
}

#[tokio::test]
async fn an_order_is_seen_through_and_comes_back() {
    let shop = Shop::open();
    let (id, tea) = shop.bought(ALICE).await;
    let on_hand = || shop.memory.state().on_hand(tea);
    for (action, left, allowed) in [
        (Pay, 6, vec![Ship, Cancel, Refund]),
        (Ship, 6, vec![Deliver, Refund, Restock]),
        (Deliver, 6, vec![Refund, Restock]),
        (Refund, 6, vec![Restock]),
        (Restock, 10, vec![]),
    ] {
        shop.clock.advance(chrono::TimeDelta::hours(1));
        let order = shop.staff_does(id, action).await.unwrap();
        assert_eq!((on_hand(), order.allowed_actions), (left, allowed), "after {action:?}");
        assert_eq!(order.restocked, action == Restock);
    }
    assert_eq!(shop.ledger(tea), [(10, "opening"), (-4, "order"), (4, "return")]);
    let order = shop.memory.state().orders[&id].clone();
    let history: Vec<_> = order.history().iter().map(|event| (event.kind, event.by, event.role)).collect();
    let by_staff = |kind| (kind, STAFF, Role::Staff);
    let steps = [Paid, Shipped, Delivered, Refunded, Restocked].map(by_staff);
    assert_eq!(history, [&[(Placed, ALICE, Role::Customer)], &steps[..]].concat());
    assert!(order.history().is_sorted_by(|earlier, later| earlier.at < later.at));
}

#[tokio::test]
async fn what_is_not_allowed_changes_nothing_and_says_what_is() {
    let shop = Shop::open();
    let (id, tea) = shop.bought(ALICE).await;
    shop.staff_does(id, Ship).await.unwrap();
    let before = format!("{:?}", shop.memory.state());
    for action in [Cancel, Ship, Refund] {
        let Err(ActError::NotAllowed { action: refused, allowed }) = shop.staff_does(id, action).await else {
            panic!("a shipped order cannot {action:?}")
        };
        assert_eq!((refused, allowed), (action, vec![Pay, Deliver, Restock]));
    }
    assert_eq!((format!("{:?}", shop.memory.state()), shop.memory.state().on_hand(tea)), (before, 6));
}

#[tokio::test]
async fn customers_move_nothing_but_their_own_orders_off() {
    let shop = Shop::open();
    let (id, _) = shop.bought(ALICE).await;
    for action in OrderAction::ALL {
        let by = |user| ActingOn { order: id, user, role: Role::Customer };
        let strangers = shop.orders.act(by(BOB), *action, None).await;
        assert!(matches!(strangers, Err(ActError::NoSuchOrder)), "{action:?}");
        if *action != Cancel {
            let own = shop.orders.act(by(ALICE), *action, None).await;
            assert!(matches!(own, Err(ActError::NotAllowed { .. })), "{action:?}");
        }
    }
    let nothing = shop.staff_does(OrderId(404), Pay).await;
    assert!(matches!(nothing, Err(ActError::NoSuchOrder)));
}

#[tokio::test]
async fn staff_are_told_who_bought_and_who_did_what_and_customers_are_not() {
    let shop = Shop::open();
    let (id, _) = shop.bought(ALICE).await;
    let shown = shop.staff_does(id, Pay).await.unwrap();
    assert_eq!(shown.customer.unwrap().id, ALICE);
    let users: Vec<_> = shown.history.iter().map(|event| event.user_id).collect();
    assert_eq!(users, [Some(ALICE), Some(STAFF)]);
    let order = OrderView::from(&shop.memory.state().orders[&id]);
    assert!(order.customer.is_none() && order.history.iter().all(|event| event.user_id.is_none()));
}

#[tokio::test]
async fn every_step_is_told_in_order() {
    let shop = Shop::open();
    let (id, _) = shop.bought(ALICE).await;
    for action in [Pay, Cancel, Refund] {
        shop.staff_does(id, action).await.unwrap();
    }
    shop.staff_does(id, Refund).await.unwrap_err();
    let events = shop.memory.state().events;
    let told: Vec<_> =
        events.iter().filter_map(|event| Some((event.kind, event.sequence?.version.0))).collect();
    assert_eq!(told, [(OrderPlaced, 1), (OrderPaid, 2), (OrderCancelled, 3), (OrderRefunded, 4)]);
    assert!(events.iter().all(|event| event.sequence.is_none_or(|place| place.order == id)));
    let last: domain::event::OrderEventData = serde_json::from_str(&events[4].data).unwrap();
    assert_eq!((last.customer_id, last.order.id), (ALICE, id));
    assert_eq!(last.order, OrderView::from(&shop.memory.state().orders[&id]));
}
