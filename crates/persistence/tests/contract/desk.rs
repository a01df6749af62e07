//! The desk: everybody's orders, as staff find and see them.

use crate::orders::{new_order, placed, service};
use crate::shop::{Shop, Wanted, at};
use domain::account::{EmailAddress, Role};
use domain::catalog::Product;
use domain::order::{
    ActingOn, Customer, DeskQuery, FulfillmentStatus, NewOrder, Order, OrderAction, OrderDesk, OrderNumber,
    OrderService, OrderStatus, OrderSummary, OrderView, PaymentStatus, WhoseOrder,
};
use domain::page::{Limit, Page, Position, decode_cursor};
use domain::{OrderId, OsEntropy, RepositoryError, Source, UserId, Version};

fn all() -> DeskQuery {
    DeskQuery {
        status: None,
        payment: None,
        fulfillment: None,
        customer: None,
        number: None,
        placed_from: None,
        placed_before: None,
        position: Position::Page(1),
        limit: Limit::new(100).unwrap(),
    }
}

async fn list(shop: &Shop, query: &DeskQuery) -> Page<OrderSummary> {
    let page = shop.db.all_orders(query).await.unwrap();
    assert_eq!(page.source, shop.db.source());
    page.value.decode().unwrap()
}

fn ids(page: &Page<OrderSummary>) -> Vec<OrderId> {
    page.items.iter().map(|item| item.id).collect()
}

/// Places an order at a second and lets staff see it through these actions.
async fn order(shop: &Shop, user: UserId, product: &Product, second: i64, actions: &[OrderAction]) -> Order {
    let mut order = placed(shop, &NewOrder { placed_at: at(second), ..new_order(user, product) }).await;
    for action in actions {
        let mut work = shop.begin().await;
        let before = work.orders().lock(WhoseOrder::Anybodys, order.id).await.unwrap().unwrap();
        order = before.after(*action, UserId(1), Role::Staff, at(second + 1)).unwrap();
        work.orders().save(&before, &order).await.unwrap();
        work.commit().await.unwrap();
    }
    order
}

/// Orders of two customers, one a minute, which went every way that orders go.
async fn orders(shop: &Shop) -> Vec<Order> {
    use OrderAction::{Cancel, Deliver, Pay, Refund, Restock, Ship};
    let people = [shop.customer("ada").await, shop.customer("bob").await];
    let tea = shop.product(Wanted::simple("Tea", 125, 99)).await;
    let ways: [&[OrderAction]; 9] = [
        &[],
        &[Cancel],
        &[Pay],
        &[Pay, Cancel],
        &[Pay, Cancel, Refund],
        &[Ship],
        &[Ship, Pay, Deliver],
        &[Pay, Ship, Restock, Refund],
        &[Ship, Deliver],
    ];
    let mut orders = Vec::new();
    for (number, way) in ways.iter().chain(&ways).enumerate() {
        let second = 60 * i64::try_from(number).unwrap();
        orders.push(order(shop, people[number % 2], &tea, second, way).await);
    }
    orders
}

fn or_none<T: Copy>(some: &[T]) -> Vec<Option<T>> {
    std::iter::once(None).chain(some.iter().copied().map(Some)).collect()
}

pub(crate) async fn every_filter_and_all_of_them_together_select_what_they_say(shop: Shop) {
    let orders = orders(&shop).await;
    let ada = orders[0].user;
    let address = |text| Some(Customer::Email(EmailAddress::parse(text).unwrap()));
    let customers = [
        (None, None),
        (Some(Customer::Account(ada)), Some(ada)),
        (address("ADA@Example.org"), Some(ada)),
        (address("nobody@example.org"), Some(UserId(999))),
        (Some(Customer::Account(UserId(999))), Some(UserId(999))),
    ];
    let periods =
        [(None, None), (Some(at(240)), None), (None, Some(at(600))), (Some(at(240)), Some(at(600)))];
    let mut asked = 0;
    for status in or_none(OrderStatus::ALL) {
        for payment in or_none(PaymentStatus::ALL) {
            for fulfillment in or_none(FulfillmentStatus::ALL) {
                for (customer, user) in &customers {
                    for (from, before) in periods {
                        let query = DeskQuery {
                            status,
                            payment,
                            fulfillment,
                            customer: customer.clone(),
                            placed_from: from,
                            placed_before: before,
                            ..all()
                        };
                        let meant = |order: &&Order| {
                            status.is_none_or(|status| order.state().status() == status)
                                && payment.is_none_or(|payment| order.state().payment() == payment)
                                && fulfillment.is_none_or(|place| order.state().fulfillment() == place)
                                && user.is_none_or(|user| order.user == user)
                                && from.is_none_or(|from| order.placed_at >= from)
                                && before.is_none_or(|before| order.placed_at < before)
                        };
                        let expected: Vec<_> =
                            orders.iter().rev().filter(meant).map(|order| order.id).collect();
                        let page = list(&shop, &query).await;
                        assert_eq!(ids(&page), expected, "{query:?}");
                        assert_eq!(page.total, expected.len() as u64, "{query:?}");
                        asked += 1;
                    }
                }
            }
        }
    }
    assert_eq!(asked, 3 * 4 * 4 * 5 * 4);
}

pub(crate) async fn an_order_is_found_by_its_number(shop: Shop) {
    let orders = orders(&shop).await;
    let by = |number: &OrderNumber| DeskQuery { number: Some(number.clone()), ..all() };
    assert_eq!(ids(&list(&shop, &by(&orders[4].number)).await), [orders[4].id]);
    let spoken = OrderNumber::read(&orders[4].number.to_string().to_lowercase()).unwrap();
    assert_eq!(ids(&list(&shop, &by(&spoken)).await), [orders[4].id]);
    assert_eq!(list(&shop, &by(&OrderNumber::generate(&OsEntropy))).await.total, 0);
    let other = DeskQuery { status: Some(OrderStatus::Placed), ..by(&orders[4].number) };
    assert_eq!(ids(&list(&shop, &other).await), [], "it was cancelled");
}

pub(crate) async fn cursors_pass_every_order_once_though_new_ones_come(shop: Shop) {
    let mut orders = orders(&shop).await;
    let tea = shop.product(Wanted::simple("Coffee", 125, 99)).await;
    let newest_first: Vec<_> = orders.iter().rev().map(|order| order.id).collect();
    let staffs = [None, Some(OrderStatus::Placed)];
    for status in staffs {
        let limit = Limit::new(4).unwrap();
        let mut query = DeskQuery { status, limit, ..all() };
        let (mut read, mut pages) = (Vec::new(), 0);
        loop {
            let page = list(&shop, &query).await;
            read.extend(ids(&page));
            pages += 1;
            assert_eq!(page.page, query.position.number());
            // Somebody buys meanwhile; whoever reads on is not disturbed.
            orders.push(order(&shop, orders[0].user, &tea, 9_000, &[]).await);
            let Some(next) = page.next_cursor else { break };
            query.position = Position::After(decode_cursor(&next).unwrap());
        }
        let old = |id: &&OrderId| {
            let order = orders.iter().find(|order| order.id == **id).unwrap();
            status.is_none_or(|status| order.state().status() == status)
        };
        let known: Vec<_> = newest_first.iter().filter(old).copied().collect();
        let began_later = read.len() - known.len();
        assert_eq!(read[began_later..], known, "{status:?}");
        assert_eq!(pages, read.len().div_ceil(4), "{status:?}");
    }
    let third = DeskQuery { position: Position::Page(3), limit: Limit::new(5).unwrap(), ..all() };
    let page = list(&shop, &third).await;
    let by_age: Vec<_> = orders.iter().rev().map(|order| order.id).skip(10).take(5).collect();
    assert_eq!((ids(&page), page.page), (by_age, Some(3)));
    let past = DeskQuery { position: Position::Page(100), ..all() };
    let page = list(&shop, &past).await;
    assert_eq!((ids(&page), page.total, page.next_cursor), (vec![], orders.len() as u64, None));
}

pub(crate) async fn orders_and_their_total_are_of_one_moment(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 99)).await;
    let units = shop.units.clone();
    let writer = tokio::spawn(async move {
        for _ in 0..60 {
            let new = new_order(ada, &tea);
            let made: Result<(), RepositoryError> = units
                .run(move |mut work| {
                    let new = new.clone();
                    async move {
                        work.orders().insert(&new).await?;
                        work.commit().await.map(drop)
                    }
                })
                .await;
            made.unwrap();
        }
    });
    while !writer.is_finished() {
        let page = list(&shop, &all()).await;
        assert_eq!(page.items.len() as u64, page.total);
    }
    writer.await.unwrap();
}

pub(crate) async fn an_order_whose_customer_is_gone_is_seen_without(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let tea = shop.product(Wanted::simple("Tea", 125, 99)).await;
    let orphan = order(&shop, ada, &tea, 0, &[]).await;
    order(&shop, bob, &tea, 1, &[]).await;
    let past = match shop.db.source() {
        Source::Sqlite => "PRAGMA foreign_keys = OFF",
        _ => "SET session_replication_role = replica",
    };
    shop.sql(&format!("{past}; DELETE FROM users WHERE id = {ada}")).await.unwrap();
    let items = list(&shop, &all()).await.items;
    let customers: Vec<_> = items.iter().map(|item| item.customer.as_ref().map(|buyer| buyer.id)).collect();
    assert_eq!(customers, [Some(bob), None]);
    assert_eq!(items[1].allowed_actions, items[0].allowed_actions, "staff can see it through all the same");
    let view: OrderView = shop.db.any_order(orphan.id).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!((view.id, view.customer), (orphan.id, None));
    let by = ActingOn { order: orphan.id, user: bob, role: Role::Staff };
    let paid = service(&shop).act(by, OrderAction::Pay, None).await.unwrap();
    assert_eq!(paid.document.value.decode().unwrap().customer, None);
}

pub(crate) async fn staff_see_who_bought_and_who_did_what(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 99)).await;
    let paid = order(&shop, ada, &tea, 0, &[OrderAction::Pay]).await;
    let read = shop.db.any_order(paid.id).await.unwrap().unwrap();
    assert_eq!((read.source, read.value.etag().starts_with("2.")), (shop.db.source(), true));
    let view: OrderView = read.value.decode().unwrap();
    let customer = view.customer.as_ref().unwrap();
    assert_eq!((customer.id, customer.email.as_str()), (ada, "ada@example.org"));
    let history: Vec<_> = view.history.iter().map(|event| (event.user_id, event.by, event.at)).collect();
    assert_eq!(history, [(Some(ada), Role::Customer, at(0)), (Some(UserId(1)), Role::Staff, at(1))]);
    assert_eq!(view.allowed_actions, paid.state().allowed(Role::Staff));
    assert_eq!((view.version, view.updated_at), (Version(2), at(1)));
    assert!(shop.db.any_order(OrderId(999)).await.unwrap().is_none());

    let by = ActingOn { order: paid.id, user: ada, role: Role::Staff };
    let shipped = service(&shop).act(by, OrderAction::Ship, None).await.unwrap();
    let shipped: OrderView = shipped.document.value.decode().unwrap();
    assert_eq!(shipped.customer, view.customer);

    let item = list(&shop, &all()).await.items.remove(0);
    assert_eq!((item.customer, item.allowed_actions), (shipped.customer, shipped.allowed_actions));
    assert_eq!((item.number, item.units, item.total.amount.as_str()), (view.number, 2, "2.50"));
}
