//! Requests that are sent again are not done again.

use crate::{ALICE, BOB, STAFF, Shop, only};
use chrono::TimeDelta;
use domain::catalog::{CatalogError, CatalogService, StockChange};
use domain::idempotency::{Fingerprint, KeyError};
use domain::order::{Checkout, OrderService, PlaceError};
use domain::stock::CountChange;
use domain::testing::goods;
use domain::{IdempotencyKey, Keyed, RepositoryError, UserId};

fn keyed(caller: UserId, body: &str) -> Option<Keyed> {
    let fingerprint = Fingerprint::of("POST", "/api/v1/orders", body.as_bytes());
    IdempotencyKey::parse("k").ok().map(|key| Keyed { caller, key, fingerprint })
}

#[tokio::test]
async fn an_order_is_placed_once_however_often_it_is_sent() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 2).await;
    let first = shop.orders.place(ALICE, Checkout::default(), keyed(ALICE, "")).await.unwrap();
    assert!(!first.replayed);
    shop.add(ALICE, "TEA-100", 3).await;
    for _ in 0..3 {
        let again = shop.orders.place(ALICE, Checkout::default(), keyed(ALICE, "")).await.unwrap();
        assert!(again.replayed);
        assert_eq!((again.id, again.document.source), (first.id, first.document.source));
        assert_eq!(again.document.value.json(), first.document.value.json());
        assert_eq!(again.document.value.etag(), first.document.value.etag());
    }
    let state = shop.memory.state();
    assert_eq!((state.orders.len(), state.on_hand(only(&tea)), state.carts[&ALICE].lines.len()), (1, 8, 1));
}

#[tokio::test]
async fn a_key_stands_for_one_request_of_one_caller() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 1).await;
    shop.add(BOB, "TEA-100", 1).await;
    let first = shop.orders.place(ALICE, Checkout::default(), keyed(ALICE, "")).await.unwrap();
    let other = shop.orders.place(ALICE, Checkout::default(), keyed(ALICE, "{}")).await;
    assert!(matches!(other, Err(PlaceError::Key(KeyError::Reused))), "{other:?}");
    let bobs = shop.orders.place(BOB, Checkout::default(), keyed(BOB, "")).await.unwrap();
    assert!(!bobs.replayed && bobs.id != first.id);
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    let empty = shop.orders.place(ALICE, Checkout::default(), keyed(ALICE, "")).await;
    assert!(matches!(empty, Err(PlaceError::EmptyCart)));
    shop.add(ALICE, "TEA-100", 1).await;
    let lost = RepositoryError::OutcomeUnknown("lost".to_owned());
    shop.memory.fail_next_commit_with(lost);
    shop.orders.place(ALICE, Checkout::default(), keyed(ALICE, "")).await.unwrap_err();
    let placed = shop.orders.place(ALICE, Checkout::default(), keyed(ALICE, "")).await.unwrap();
    assert!(!placed.replayed);
}

#[tokio::test]
async fn a_collision_over_a_key_is_tried_again() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 1).await;
    shop.memory.fail_next_claim_with(RepositoryError::Contention("it was pruned meanwhile".to_owned()));
    let placed = shop.orders.place(ALICE, Checkout::default(), keyed(ALICE, "")).await.unwrap();
    assert!(!placed.replayed);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 1).await;
    let place = async || shop.orders.place(ALICE, Checkout::default(), keyed(ALICE, "")).await;
    place().await.unwrap();
    shop.clock.advance(TimeDelta::hours(24) - TimeDelta::microseconds(1));
    assert!(place().await.unwrap().replayed);
    shop.clock.advance(TimeDelta::microseconds(1));
    assert!(matches!(place().await, Err(PlaceError::EmptyCart)));
}

#[tokio::test]
async fn stock_is_counted_and_products_are_made_once() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    let change = StockChange { change: CountChange::By(5), note: None };
    for replayed in [false, true, true] {
        let counted = shop.catalog.change_stock(only(&tea), change.clone(), STAFF, keyed(STAFF, "+5")).await;
        assert_eq!(counted.unwrap().replayed, replayed);
    }
    assert_eq!(shop.on_hand(&tea), 15);
    let made = shop.catalog.create(goods("Mug", "MUG", "1", 1), STAFF, keyed(STAFF, "mug")).await;
    assert!(matches!(made, Err(CatalogError::Key(KeyError::Reused))));
}
