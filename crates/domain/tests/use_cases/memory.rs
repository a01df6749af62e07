//! The shop in memory itself, where tests of the layers above rely on it: listings, lists of orders and sessions.

use crate::{ALICE, Shop};
use chrono::TimeDelta;
use domain::account::{AccountReader, Session};
use domain::catalog::{ListingQuery, Order, ProductItem, ProductReader, SortBy};
use domain::order::{Checkout, OrderQuery, OrderReader, OrderService};
use domain::page::{Limit, Page, Position, decode_cursor};
use domain::testing::{CountingEntropy, goods, usd};
use domain::{Clock, SessionId};

async fn list(shop: &Shop, query: &ListingQuery) -> Page<ProductItem> {
    shop.memory.list(query).await.unwrap().value.decode().unwrap()
}

fn names(page: &Page<ProductItem>) -> Vec<&str> {
    page.items.iter().map(|item| item.name.as_str()).collect()
}

#[tokio::test]
async fn a_listing_filters_and_sorts() {
    let shop = Shop::open();
    for (name, price, on_hand) in [("Ale", "3", 0), ("bun", "2", 9), ("Chai 100%", "1", 9)] {
        shop.memory.stock(goods(name, name.split(' ').next().unwrap(), price, on_hand)).await;
    }
    let by_name = ListingQuery { sort_by: SortBy::Name, order: Order::Asc, ..ListingQuery::default() };
    let found = |query: ListingQuery| {
        let shop = &shop;
        async move { names(&list(shop, &query).await).join(" ") }
    };
    assert_eq!(found(by_name.clone()).await, "Ale bun Chai 100%");
    assert_eq!(found(ListingQuery { in_stock: Some(true), ..by_name.clone() }).await, "bun Chai 100%");
    assert_eq!(found(ListingQuery { in_stock: Some(false), ..by_name.clone() }).await, "Ale");
    assert_eq!(found(ListingQuery { q: Some("0%".to_owned()), ..by_name.clone() }).await, "Chai 100%");
    assert_eq!(found(ListingQuery { q: Some("%".to_owned()), ..by_name.clone() }).await, "Chai 100%");
    let (min_price, max_price) = (Some(usd("2")), Some(usd("3")));
    assert_eq!(found(ListingQuery { min_price, max_price, ..by_name.clone() }).await, "Ale bun");
    let category = |name: &str| ListingQuery { category: Some(name.to_owned()), ..ListingQuery::default() };
    assert_eq!(found(category("GROCERY")).await.split(' ').count(), 4);
    assert_eq!(found(category("Elsewhere")).await, "");
}

#[tokio::test]
async fn cursors_walk_a_listing_of_equals_in_both_directions() {
    let shop = Shop::open();
    for number in 0..7 {
        shop.stock(&format!("SKU-{number}"), "1", 1).await;
    }
    for order in [Order::Asc, Order::Desc] {
        let limit = Limit::new(3).unwrap();
        let mut query = ListingQuery { sort_by: SortBy::Price, order, limit, ..ListingQuery::default() };
        let mut seen = Vec::new();
        loop {
            let page = list(&shop, &query).await;
            assert_eq!((page.total, page.total_pages), (7, 3));
            seen.extend(page.items.iter().map(|item| item.id));
            let Some(next) = page.next_cursor else { break };
            query.position = Position::After(decode_cursor(&next).unwrap());
        }
        let everything = ListingQuery { limit: Limit::DEFAULT, position: Position::Page(1), ..query };
        let everything = list(&shop, &everything).await;
        assert_eq!(seen, everything.items.iter().map(|item| item.id).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn orders_come_newest_first() {
    let shop = Shop::open();
    shop.stock("TEA-100", "1", 9).await;
    for _ in 0..3 {
        shop.add(ALICE, "TEA-100", 1).await;
        shop.orders.place(ALICE, Checkout::default(), None).await.unwrap();
    }
    let limit = Limit::new(2).unwrap();
    let query = OrderQuery { status: None, position: Position::Page(1), limit };
    let first = shop.memory.orders(ALICE, &query).await.unwrap().value.decode().unwrap();
    let position = Position::After(decode_cursor(first.next_cursor.as_ref().unwrap()).unwrap());
    let rest =
        shop.memory.orders(ALICE, &OrderQuery { position, ..query }).await.unwrap().value.decode().unwrap();
    let ids: Vec<_> = first.items.iter().chain(&rest.items).map(|order| order.id).collect();
    assert!(ids.len() == 3 && ids.is_sorted_by(|a, b| a > b), "{ids:?}");
    assert_eq!((first.total, rest.next_cursor), (3, None));
}

#[tokio::test]
async fn the_oldest_session_ends_when_there_are_too_many() {
    let shop = Shop::open();
    let entropy = CountingEntropy::default();
    let mut begun = Vec::new();
    for _ in 0..21 {
        shop.clock.advance(TimeDelta::minutes(1));
        let now = shop.clock.now();
        let session = Session {
            id: SessionId::generate(&entropy),
            user: ALICE,
            created_at: now,
            last_seen_at: now,
            expires_at: now + TimeDelta::days(7),
            user_agent: None,
            address: None,
        };
        begun.push(session.clone());
        let units = shop.memory.units();
        units
            .run(move |mut work| {
                let session = session.clone();
                async move {
                    work.sessions().begin(&session, domain::Timestamp::UNIX_EPOCH).await?;
                    work.commit().await
                }
            })
            .await
            .unwrap();
    }
    let live = shop.memory.sessions(ALICE, shop.clock.now()).await.unwrap().value;
    assert_eq!(live.len(), 20);
    begun.remove(0);
    begun.reverse();
    assert_eq!(live, begun, "the newest first, without the oldest");
}
