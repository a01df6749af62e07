//! Placing orders and calling them off.

use crate::{ALICE, BOB, Shop, only, patch};
use domain::account::Role;
use domain::catalog::{CatalogService, ProductName};
use domain::order::{
    ActError, ActingOn, Checkout, OrderAction, OrderNumber, OrderService, OrderState, OrderStatus, OrderView,
    PlaceError, ShortLine,
};
use domain::testing::usd;
use domain::{Answered, Clock, Money, OrderId, UserId};

impl Shop {
    async fn place(&self, customer: UserId) -> (OrderId, OrderView) {
        let placed = self.orders.place(customer, Checkout::default(), None).await.unwrap();
        (placed.id, placed.document.value.decode().unwrap())
    }

    async fn cancel(
        &self,
        customer: UserId,
        order: OrderId,
    ) -> Result<Answered<OrderId, OrderView>, ActError> {
        let by = ActingOn { order, user: customer, role: Role::Customer };
        self.orders.act(by, OrderAction::Cancel, None).await
    }
}

fn expecting(total: Money) -> Checkout {
    Checkout { expected: Some(total), ..Checkout::default() }
}

#[tokio::test]
async fn placing_an_order_takes_stock_empties_the_cart_and_writes_everything_down() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    let mug = shop.stock("MUG-1", "7.25", 8).await;
    shop.add(ALICE, "TEA-100", 2).await;
    shop.add(ALICE, "MUG-1", 1).await;

    let (id, order) = shop.place(ALICE).await;

    assert_eq!(order.id, id);
    assert_eq!(order.total, usd("32.25").view());
    assert_eq!(order.status, OrderStatus::Placed);
    assert!(OrderNumber::parse(&order.number).is_ok());
    assert_eq!(order.created_at, shop.clock.now());
    assert_eq!(order.history.len(), 1);
    let lines: Vec<_> = order.items.iter().map(|line| (line.sku.as_str(), line.quantity)).collect();
    assert_eq!(lines, [("TEA-100", 2), ("MUG-1", 1)]);
    assert_eq!((shop.on_hand(&tea), shop.on_hand(&mug)), (8, 7));
    assert_eq!(shop.ledger(only(&tea)), [(10, "opening"), (-2, "order")]);
    let movement = shop.memory.state().movements.pop().unwrap();
    assert_eq!((movement.order, movement.by), (Some(id), Some(ALICE)));
    let cart = &shop.memory.state().carts[&ALICE];
    assert!(cart.lines.is_empty() && cart.version.0 == 3, "two additions and the checkout: {cart:?}");
    assert_eq!(
        shop.changed(),
        ["cart:1001", "orders:1001", "product:product-mug-1", "product:product-tea-100"],
        "counts that stay in their band empty no listing"
    );
}

#[tokio::test]
async fn an_order_keeps_what_was_agreed_when_the_catalogue_is_edited() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 1).await;
    let (id, placed) = shop.place(ALICE).await;
    let edit = patch(|patch| {
        patch.price = Some(usd("99.00"));
        patch.name = Some(ProductName::parse("Renamed").unwrap());
    });
    shop.catalog.update(tea.id, Some(tea.version), edit).await.unwrap();

    let stored = OrderView::from(&shop.memory.state().orders[&id]);
    assert_eq!(stored, placed);
    assert_eq!(stored.items[0].name, "Product TEA-100");
    assert_eq!(stored.items[0].unit_price, usd("12.50").view());
}

#[tokio::test]
async fn an_empty_cart_makes_no_order() {
    let shop = Shop::open();
    assert!(matches!(shop.orders.place(ALICE, Checkout::default(), None).await, Err(PlaceError::EmptyCart)));
    assert!(shop.memory.state().commits.is_empty());
}

#[tokio::test]
async fn every_line_that_is_short_is_told_and_nothing_is_changed() {
    let shop = Shop::open();
    let plenty = shop.stock("PLENTY", "1.00", 50).await;
    for sku in ["A", "B"] {
        shop.stock(sku, "1.00", 3).await;
        shop.add(ALICE, sku, 3).await;
        shop.add(BOB, sku, 1).await;
    }
    shop.add(ALICE, "PLENTY", 5).await;
    shop.place(BOB).await;
    let before = format!("{:?}", shop.memory.state());

    let Err(PlaceError::OutOfStock { lines }) = shop.orders.place(ALICE, Checkout::default(), None).await
    else {
        panic!("both lines are short")
    };

    let figures = |line: &ShortLine| (line.sku.to_string(), line.requested, line.available);
    let short: Vec<_> = lines.iter().map(figures).collect();
    assert_eq!(short, [("A".to_owned(), 3, 2), ("B".to_owned(), 3, 2)]);
    assert_eq!(shop.on_hand(&plenty), 50);
    assert_eq!(format!("{:?}", shop.memory.state()), before);
}

#[tokio::test]
async fn a_total_that_the_customer_did_not_see_is_refused() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 2).await;

    let refused = shop.orders.place(ALICE, expecting(usd("24.99")), None).await;
    let Err(PlaceError::PriceChanged { actual }) = refused else { panic!("the total is another one") };
    assert_eq!(actual, usd("25.00"));
    assert_eq!(shop.on_hand(&tea), 10);

    shop.orders.place(ALICE, expecting(usd("25.00")), None).await.unwrap();
    assert_eq!(shop.on_hand(&tea), 8);
}

#[tokio::test]
async fn an_archived_line_stays_in_the_cart_and_blocks_checkout() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 2).await;
    shop.catalog.archive(tea.id, Some(tea.version)).await.unwrap();

    let Err(PlaceError::OutOfStock { lines }) = shop.orders.place(ALICE, Checkout::default(), None).await
    else {
        panic!("the line is not sold any more")
    };
    assert_eq!((lines[0].sku.as_str(), lines[0].requested, lines[0].available), ("TEA-100", 2, 0));
    assert_eq!(shop.memory.state().carts[&ALICE].lines.len(), 1);
}

#[tokio::test]
async fn the_last_units_tell_listings_and_carts() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 3).await;
    shop.add(ALICE, "TEA-100", 3).await;
    shop.place(ALICE).await;
    assert_eq!(
        shop.changed(),
        ["cart:1001", "listing:grocery", "orders:1001", "product:product-tea-100", "variants"]
    );
}

#[tokio::test]
async fn cancelling_gives_the_goods_back_once() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 4).await;
    let (id, placed) = shop.place(ALICE).await;
    assert_eq!(format!("{:?}", placed.allowed_actions), "[Cancel]");
    shop.clock.advance(chrono::TimeDelta::minutes(5));

    let cancelled = shop.cancel(ALICE, id).await.unwrap().document.value.decode().unwrap();
    assert_eq!(cancelled.status, OrderStatus::Cancelled);
    assert_eq!((cancelled.version, cancelled.updated_at), (placed.version.next(), shop.clock.now()));
    assert_eq!(cancelled.history.len(), 2);
    assert_eq!(shop.on_hand(&tea), 10);
    assert_eq!(shop.ledger(only(&tea)), [(10, "opening"), (-4, "order"), (4, "cancellation")]);
    assert_eq!(shop.changed(), ["orders:1001", "product:product-tea-100"]);

    let Err(ActError::NotAllowed { allowed, .. }) = shop.cancel(ALICE, id).await else {
        panic!("it is cancelled already")
    };
    assert!(allowed.is_empty());
    assert_eq!(shop.on_hand(&tea), 10);
}

#[tokio::test]
async fn cancelling_gives_back_what_is_archived_by_now() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 4).await;
    let (id, _) = shop.place(ALICE).await;
    shop.catalog.archive(tea.id, Some(tea.version)).await.unwrap();
    shop.cancel(ALICE, id).await.unwrap();
    assert_eq!(shop.on_hand(&tea), 10);
}

#[tokio::test]
async fn somebody_elses_order_does_not_exist() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 1).await;
    let (id, _) = shop.place(ALICE).await;
    for (customer, order) in [(BOB, id), (ALICE, OrderId(404))] {
        assert!(matches!(shop.cancel(customer, order).await, Err(ActError::NoSuchOrder)));
    }
    assert_eq!(shop.memory.state().orders[&id].state(), OrderState::PLACED);
}

#[tokio::test]
async fn two_customers_never_get_the_same_unit() {
    let shop = std::sync::Arc::new(Shop::open());
    let tea = shop.stock("TEA-100", "12.50", 5).await;
    let customers = (0..20).map(UserId);
    for customer in customers.clone() {
        shop.add(customer, "TEA-100", 1).await;
    }
    let tries: Vec<_> = customers
        .map(|customer| {
            let shop = std::sync::Arc::clone(&shop);
            tokio::spawn(async move { shop.orders.place(customer, Checkout::default(), None).await.is_ok() })
        })
        .collect();
    let mut sold = 0;
    for order in tries {
        sold += i64::from(order.await.unwrap());
    }
    assert_eq!((sold, shop.on_hand(&tea)), (5, 0));
}
