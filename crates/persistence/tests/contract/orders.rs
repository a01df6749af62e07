//! Orders.

use crate::carts;
use crate::catalog::unbalanced;
use crate::shop::{Shop, Wanted, at, name, units, usd};
use domain::account::Role;
use domain::cart::{CartReader, CartService, Shopper, Target};
use domain::order::{
    ActError, ActingOn, Checkout, Country, NewOrder, Order, OrderAction, OrderLine, OrderNote, OrderNumber,
    OrderQuery, OrderReader, OrderService, OrderStatus, OrderView, Orders, PaymentStatus, PlaceError,
    ShippingAddress, WhoseOrder,
};
use domain::page::{Limit, Page, Position, decode_cursor};
use domain::{Change, OrderId, OsEntropy, RepositoryError, SystemClock, UserId, Version};
use std::sync::Arc;

pub(crate) fn new_order(user: UserId, product: &domain::catalog::Product) -> NewOrder {
    let variant = &product.variants[0];
    let line = OrderLine {
        variant: variant.id,
        product: product.id,
        sku: variant.sku.clone(),
        name: product.name.clone(),
        title: variant.title.clone(),
        unit_price: variant.price,
        quantity: 2,
        total: variant.price.times(2).unwrap(),
    };
    let number = OrderNumber::generate(&OsEntropy);
    NewOrder {
        number,
        user,
        total: line.total,
        lines: vec![line],
        ship_to: Some(address()),
        note: Some(OrderNote::parse("Please ring twice.\nThe bell is quiet.").unwrap()),
        placed_at: at(0),
    }
}

fn address() -> ShippingAddress {
    ShippingAddress {
        name: name("Ada Lovelace"),
        line1: name("12 St James's Square"),
        line2: Some(name("Rear building")),
        city: name("London"),
        region: Some(name("Greater London")),
        postal_code: Some(name("SW1Y 4JH")),
        country: Country::parse("GB").unwrap(),
        phone: Some(name("+44 20 7930 0000")),
    }
}

pub(crate) async fn placed(shop: &Shop, new: &NewOrder) -> Order {
    let mut work = shop.begin().await;
    let order = work.orders().insert(new).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [Change::Orders(new.user)]);
    order
}

pub(crate) fn service(shop: &Shop) -> Orders {
    Orders::new(shop.units.clone(), usd(), Arc::new(SystemClock), Arc::new(OsEntropy))
}

pub(crate) async fn an_order_is_stored_whole_and_belongs_to_its_customer(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    let order = placed(&shop, &new_order(ada, &tea)).await;
    let read = shop.db.order(ada, order.id).await.unwrap().unwrap();
    assert_eq!(read.value.decode().unwrap(), OrderView::from(&order));
    assert!(read.value.etag().starts_with("1."));
    assert!(shop.db.order(bob, order.id).await.unwrap().is_none());
    assert!(shop.db.order(ada, OrderId(999)).await.unwrap().is_none());

    let mut work = shop.begin().await;
    assert_eq!(work.orders().lock(WhoseOrder::Of(bob), order.id).await.unwrap(), None);
    let before = work.orders().lock(WhoseOrder::Of(ada), order.id).await.unwrap().unwrap();
    assert_eq!(before, order);
    let after = before.after(OrderAction::Cancel, ada, Role::Customer, at(60)).unwrap();
    work.orders().save(&before, &after).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [Change::Orders(ada)]);
    let read = shop.db.order(ada, order.id).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!(read, OrderView::from(&after));
    assert_eq!((read.history.len(), read.version, read.updated_at), (2, Version(2), at(60)));
}

pub(crate) async fn an_old_order_is_seen_through_whatever_is_asked_of_new_ones(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    let order = placed(&shop, &new_order(ada, &tea)).await;
    let (name, note) = ("n".repeat(300), "Ring.\u{7}".repeat(100));
    let lines = format!("UPDATE order_lines SET sku = 'tea 100/b', name = '{name}', title = ''");
    shop.sql(&lines).await.unwrap();
    let address = r#"{"name":"","line1":"Terazije 1","city":"Belgrade","postalCode":"11000","country":"YU"}"#;
    shop.sql(&format!("UPDATE orders SET note = '{note}', shipping_address = '{address}'")).await.unwrap();
    shop.sql("DELETE FROM order_events").await.unwrap();

    let read = shop.db.order(ada, order.id).await.unwrap().unwrap().value.decode().unwrap();
    let line = &read.items[0];
    assert_eq!((line.sku.as_str(), &line.name, line.title.as_str()), ("tea 100/b", &name, ""));
    assert_eq!(read.note, Some(note));
    let address = read.shipping_address.unwrap();
    assert_eq!((address.name.as_str(), address.country.as_str(), address.line2), ("", "YU", None));
    assert_eq!(address.postal_code.as_deref(), Some("11000"));

    let by = ActingOn { order: order.id, user: ada, role: Role::Staff };
    for action in [OrderAction::Pay, OrderAction::Cancel, OrderAction::Refund] {
        service(&shop).act(by, action, None).await.unwrap();
    }
    let refunded = shop.db.order(ada, order.id).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!((refunded.status, refunded.payment_status), (OrderStatus::Cancelled, PaymentStatus::Refunded));
    assert_eq!((refunded.items, refunded.history.len()), (read.items, 3));
}

pub(crate) async fn orders_are_listed_newest_first(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    let mut ids = Vec::new();
    for user in [ada, bob, ada, ada, ada, ada] {
        let order = placed(&shop, &new_order(user, &tea)).await;
        if user == ada {
            ids.insert(0, order.id);
        }
    }
    let mut work = shop.begin().await;
    let before = work.orders().lock(WhoseOrder::Anybodys, ids[1]).await.unwrap().unwrap();
    let after = before.after(OrderAction::Cancel, ada, Role::Customer, at(60)).unwrap();
    work.orders().save(&before, &after).await.unwrap();
    work.commit().await.unwrap();

    let list = async |status, position| -> Page<_> {
        let query = OrderQuery { status, position, limit: Limit::new(2).unwrap() };
        shop.db.orders(ada, &query).await.unwrap().value.decode().unwrap()
    };
    let first = list(None, Position::Page(1)).await;
    assert_eq!((first.total, first.total_pages, first.items[0].units), (5, 3, 2));
    assert_eq!((first.items[0].total.amount.as_str(), first.items[0].created_at), ("2.50", at(0)));
    let mut read: Vec<_> = first.items.iter().map(|item| item.id).collect();
    let mut next = first.next_cursor;
    while let Some(cursor) = next {
        let page = list(None, Position::After(decode_cursor(&cursor).unwrap())).await;
        read.extend(page.items.iter().map(|item| item.id));
        next = page.next_cursor;
    }
    assert_eq!(read, ids);
    assert_eq!(list(None, Position::Page(3)).await.items[0].id, ids[4]);
    let cancelled = list(Some(OrderStatus::Cancelled), Position::Page(1)).await;
    assert_eq!((cancelled.total, cancelled.items[0].id), (1, ids[1]));
    assert_eq!(cancelled.items[0].allowed_actions, []);
}

pub(crate) async fn a_taken_number_is_worth_another_attempt(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    let new = new_order(ada, &tea);
    placed(&shop, &new).await;
    let taken = shop.begin().await.orders().insert(&new).await;
    assert!(matches!(taken, Err(RepositoryError::Contention(_))), "{taken:?}");
}

pub(crate) async fn a_stale_order_collides(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    let order = placed(&shop, &new_order(ada, &tea)).await;
    let after = order.after(OrderAction::Cancel, ada, Role::Customer, at(60)).unwrap();
    let mut work = shop.begin().await;
    work.orders().save(&order, &after).await.unwrap();
    let stale = work.orders().save(&order, &after).await;
    assert!(matches!(stale, Err(RepositoryError::Contention(_))), "{stale:?}");
}

pub(crate) async fn placing_and_cancelling_moves_stock_once(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    let carts = carts::service(&shop);
    let orders = service(&shop);
    let fill =
        async || carts.add(&Shopper::Account(ada), None, Target::Product(tea.id), units(7)).await.unwrap();
    fill().await;
    let checkout = Checkout { expected: Some(usd().minor(875)), ..Checkout::default() };
    let placed = orders.place(ada, checkout, None).await.unwrap();
    assert_eq!(placed.document.value.decode().unwrap().total.amount, "8.75");
    assert_eq!(shop.view(tea.id).await.unwrap().stock, 2);
    assert!(shop.db.cart(ada).await.unwrap().value.decode().unwrap().items.is_empty());
    assert!(matches!(orders.place(ada, Checkout::default(), None).await, Err(PlaceError::EmptyCart)));

    let by = ActingOn { order: placed.id, user: ada, role: Role::Customer };
    let cancelled = orders.act(by, OrderAction::Cancel, None).await.unwrap().document.value.decode().unwrap();
    assert_eq!((cancelled.status, cancelled.history.len()), (OrderStatus::Cancelled, 2));
    assert!(matches!(orders.act(by, OrderAction::Cancel, None).await, Err(ActError::NotAllowed { .. })));
    assert_eq!(shop.view(tea.id).await.unwrap().stock, 9);
    assert_eq!(unbalanced(&shop).await, 0);
    assert_eq!(shop.number("SELECT COUNT(*) FROM stock_movements WHERE order_id IS NOT NULL").await, 2);

    fill().await;
    shop.take(&[(tea.variants[0].id, 4)]).await;
    let Err(PlaceError::OutOfStock { lines }) = orders.place(ada, Checkout::default(), None).await else {
        panic!("it was sold")
    };
    assert_eq!((lines[0].sku.as_str(), lines[0].requested, lines[0].available), ("TEA-0", 7, 5));
    assert_eq!(shop.view(tea.id).await.unwrap().stock, 5);
    assert_eq!(shop.db.cart(ada).await.unwrap().value.decode().unwrap().items.len(), 1);
}
