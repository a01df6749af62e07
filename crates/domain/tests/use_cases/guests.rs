//! Guests' carts: begun by putting something in, found again by their token, and ended by time.

use crate::{ALICE, Shop, account, by_sku, only, units, view};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::cart::{CartError, CartOwner, CartService, CartToken, CartView, Shopper, ShownCart};
use domain::order::{Checkout, OrderService, PlaceError};
use domain::testing::{CountingEntropy, a_guest};
use domain::throttle::{Budget, Gate, Rule, Subject, Throttle};
use domain::{OsEntropy, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

impl Shop {
    /// Adds to the cart of a guest who sends this token.
    pub(crate) async fn add_as_guest(
        &self,
        token: Option<&CartToken>,
        sku: &str,
        quantity: u32,
    ) -> ShownCart {
        self.carts.add(&guest(token), None, by_sku(sku), units(quantity)).await.unwrap()
    }

    /// Returns the token of a guest who has just put something into a new cart.
    pub(crate) async fn guest_with(&self, sku: &str, quantity: u32) -> CartToken {
        self.add_as_guest(None, sku, quantity).await.token.unwrap()
    }

    async fn seen_by(&self, token: &CartToken) -> Option<CartView> {
        let shown = self.carts.show(&guest(Some(token))).await.unwrap();
        shown.token.is_some().then(|| view(&shown))
    }
}

fn guest(token: Option<&CartToken>) -> Shopper {
    a_guest(token.cloned())
}

/// Returns what carts hold, by sku.
pub(crate) fn contents(cart: &CartView) -> Vec<(&str, u32)> {
    cart.items.iter().map(|line| (line.sku.as_str(), line.quantity)).collect()
}

#[tokio::test]
async fn a_guest_fills_a_cart_and_comes_back_to_it() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.stock("MUG-1", "7.25", 3).await;
    let token = shop.guest_with("TEA-100", 2).await;
    let more = shop.add_as_guest(Some(&token), "MUG-1", 1).await;
    assert_eq!(more.token.as_ref(), Some(&token));

    let cart = shop.seen_by(&token).await.unwrap();
    assert_eq!(cart, view(&more));
    assert_eq!((contents(&cart), cart.version), (vec![("TEA-100", 2), ("MUG-1", 1)], Version(2)));
    assert!(shop.changed().is_empty(), "nobody keeps copies of guests' carts: {:?}", shop.changed());

    let seen = Some(Version(2));
    let set = shop.carts.set(&guest(Some(&token)), seen, only(&tea), units(5)).await.unwrap();
    assert_eq!(contents(&view(&set)), [("TEA-100", 5), ("MUG-1", 1)]);
    let stale = shop.carts.remove(&guest(Some(&token)), seen, only(&tea)).await;
    assert!(matches!(stale, Err(CartError::Stale { current: Version(3) })), "{stale:?}");
    shop.carts.remove(&guest(Some(&token)), Some(Version(3)), only(&tea)).await.unwrap();
    let cleared = shop.carts.clear(&guest(Some(&token)), None).await.unwrap();
    assert_eq!((cleared.token.as_ref(), contents(&view(&cleared)).len()), (Some(&token), 0));
}

#[tokio::test]
async fn guests_and_accounts_share_nothing() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    let (one, other) = (shop.guest_with("TEA-100", 1).await, shop.guest_with("TEA-100", 2).await);
    shop.add(ALICE, "TEA-100", 3).await;
    assert_eq!(contents(&shop.seen_by(&one).await.unwrap()), [("TEA-100", 1)]);
    assert_eq!(contents(&shop.seen_by(&other).await.unwrap()), [("TEA-100", 2)]);
    let alices = view(&shop.carts.show(&account(ALICE)).await.unwrap());
    assert_eq!(contents(&alices), [("TEA-100", 3)]);
    let refused = shop.orders.place(domain::UserId(404), Checkout::default(), None).await;
    assert!(matches!(refused, Err(PlaceError::EmptyCart)), "a cart without an account makes no order");
}

#[tokio::test]
async fn what_is_kept_of_a_token_does_not_tell_it() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    let token = shop.guest_with("TEA-100", 1).await;
    let kept = shop.memory.state().guest_carts;
    assert_eq!(kept.keys().collect::<Vec<_>>(), [&token.hash()]);
    assert!(!format!("{kept:?}").contains(token.expose()));
}

#[tokio::test]
async fn a_token_of_nobodys_is_never_taken_for_a_new_cart() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    let foreign = CartToken::generate(&OsEntropy);
    assert!(shop.seen_by(&foreign).await.is_none());
    let cleared = shop.carts.clear(&guest(Some(&foreign)), None).await.unwrap();
    assert!(cleared.token.is_none() && view(&cleared).version == Version::NONE);
    assert!(shop.memory.state().guest_carts.is_empty());

    let begun = shop.add_as_guest(Some(&foreign), "TEA-100", 1).await.token.unwrap();
    assert_ne!(begun, foreign);
    assert!(shop.seen_by(&foreign).await.is_none() && shop.seen_by(&begun).await.is_some());
}

#[tokio::test]
async fn a_refusal_begins_no_cart() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 1).await;
    let refused = shop.carts.add(&guest(None), None, by_sku("TEA-100"), units(2)).await;
    assert!(matches!(refused, Err(CartError::OutOfStock { .. })), "{refused:?}");
    let refused = shop.carts.add(&guest(None), Some(Version(1)), by_sku("TEA-100"), units(1)).await;
    assert!(matches!(refused, Err(CartError::Stale { current: Version::NONE })), "{refused:?}");
    assert!(shop.memory.state().guest_carts.is_empty());
}

/// Lets one through, whoever it is.
#[derive(Default)]
struct One(AtomicBool);

#[async_trait]
impl Throttle for One {
    async fn count(&self, rule: &Rule, _: &Subject) -> Result<Budget, Budget> {
        let before = self.0.swap(true, Ordering::Relaxed);
        if before { Err(rule.refused(Duration::from_secs(7))) } else { Ok(rule.passed(0)) }
    }
}

#[tokio::test]
async fn beginning_a_cart_is_counted_and_filling_it_is_not() {
    let one: Arc<dyn Throttle> = Arc::new(One::default());
    let shop = Shop::open_with(Gate::new("guest_carts", 1, &one));
    shop.stock("TEA-100", "12.50", 10).await;
    let token = shop.guest_with("TEA-100", 1).await;
    shop.add_as_guest(Some(&token), "TEA-100", 1).await;
    shop.add(ALICE, "TEA-100", 1).await;

    for token in [None, Some(&CartToken::generate(&OsEntropy))] {
        let refused = shop.carts.add(&guest(token), None, by_sku("TEA-100"), units(1)).await;
        let Err(CartError::Throttled { retry_after }) = refused else { panic!("{refused:?}") };
        assert_eq!(retry_after, Duration::from_secs(7));
    }
    assert_eq!(shop.memory.state().guest_carts.len(), 1);
}

#[tokio::test]
async fn a_guests_cart_ends_30_days_after_its_last_edit() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    let token = shop.guest_with("TEA-100", 1).await;
    shop.clock.advance(TimeDelta::days(29));
    assert!(shop.seen_by(&token).await.is_some());
    shop.add_as_guest(Some(&token), "TEA-100", 1).await;
    shop.clock.advance(TimeDelta::days(30) - TimeDelta::microseconds(1));
    assert!(shop.seen_by(&token).await.is_some(), "editing begins the 30 days anew");
    shop.clock.advance(TimeDelta::microseconds(1));
    assert!(shop.seen_by(&token).await.is_none());

    let next = shop.add_as_guest(Some(&token), "TEA-100", 1).await;
    assert_ne!(next.token.as_ref(), Some(&token), "one that has ended does not come back");
    assert_eq!(contents(&view(&next)), [("TEA-100", 1)]);
}

#[test]
fn tokens_are_never_twice_the_same() {
    let entropy = CountingEntropy::default();
    let (one, other) = (CartToken::generate(&entropy), CartToken::generate(&entropy));
    let owner = |token: &CartToken| guest(Some(token)).owner();
    assert_ne!(owner(&one), owner(&other));
    assert_eq!(owner(&one), Some(CartOwner::Guest(one.hash())));
    assert_eq!(guest(None).owner(), None);
}
