//! Taking a guest's cart over into an account's.

use crate::guests::contents;
use crate::{ALICE, BOB, Shop, account, by_sku, only, patch, units, view};
use chrono::TimeDelta;
use domain::cart::{AdjustmentReason, CartMerge, CartService, CartToken, CartView, merge};
use domain::catalog::CatalogService;
use domain::stock::CountChange;
use domain::testing::{a_guest, usd};
use domain::{Clock, OsEntropy, RepositoryError, UserId, VariantId, Version};

impl Shop {
    /// Takes a guest's cart over, as signing in does.
    async fn merge(&self, customer: UserId, token: &CartToken) -> Option<CartMerge> {
        let (guest, now) = (token.hash(), self.clock.now());
        let attempt = move |mut work: Box<dyn domain::UnitOfWork>| async move {
            let merged = merge(work.as_mut(), customer, guest, now).await?;
            work.commit().await?;
            Ok::<_, RepositoryError>(merged)
        };
        self.memory.units().run(attempt).await.unwrap()
    }

    async fn cart_of(&self, customer: UserId) -> CartView {
        view(&self.carts.show(&account(customer)).await.unwrap())
    }

    /// Changes how many there are of something.
    async fn count(&self, variant: VariantId, delta: i64) {
        let attempt = move |mut work: Box<dyn domain::UnitOfWork>| async move {
            work.stock().count(variant, CountChange::By(delta)).await?;
            work.commit().await
        };
        self.memory.units().run(attempt).await.unwrap();
    }
}

/// Says in short what could not be taken over whole.
fn adjusted(merge: &CartMerge) -> Vec<(&str, u32, u32, AdjustmentReason)> {
    let line = |it: &domain::cart::CartAdjustment| (it.requested, it.quantity, it.reason);
    let lines = merge.adjustments.iter().map(|it| (it.sku.as_str(), line(it)));
    lines.map(|(sku, (requested, quantity, reason))| (sku, requested, quantity, reason)).collect()
}

#[tokio::test]
async fn of_each_thing_the_larger_quantity_is_kept() {
    let shop = Shop::open();
    for sku in ["A", "B", "C", "D"] {
        shop.stock(sku, "1.00", 50).await;
    }
    for (sku, quantity) in [("A", 5), ("B", 1), ("C", 2)] {
        shop.add(ALICE, sku, quantity).await;
    }
    let token = shop.guest_with("D", 4).await;
    for (sku, quantity) in [("C", 2), ("B", 3), ("A", 2)] {
        shop.add_as_guest(Some(&token), sku, quantity).await;
    }

    let merged = shop.merge(ALICE, &token).await.unwrap();

    assert_eq!(merged, CartMerge { merged: 2, adjustments: vec![] }, "B was raised and D is new");
    let cart = shop.cart_of(ALICE).await;
    assert_eq!(contents(&cart), [("A", 5), ("B", 3), ("C", 2), ("D", 4)]);
    assert_eq!(cart.version, Version(4));
    assert_eq!(shop.changed(), ["cart:1001"]);
    assert!(shop.memory.state().guest_carts.is_empty());
}

#[tokio::test]
async fn a_cart_is_taken_over_once() {
    let shop = Shop::open();
    shop.stock("A", "1.00", 50).await;
    let token = shop.guest_with("A", 4).await;
    assert_eq!(shop.merge(ALICE, &token).await.map(|merged| merged.merged), Some(1));
    for customer in [ALICE, BOB] {
        assert_eq!(shop.merge(customer, &token).await, None);
    }
    assert!(shop.cart_of(BOB).await.items.is_empty());
    assert_eq!(contents(&shop.cart_of(ALICE).await), [("A", 4)]);
}

#[tokio::test]
async fn a_token_of_no_cart_changes_nothing() {
    let shop = Shop::open();
    shop.stock("A", "1.00", 50).await;
    assert_eq!(shop.merge(ALICE, &CartToken::generate(&OsEntropy)).await, None);
    let token = shop.guest_with("A", 4).await;
    shop.clock.advance(TimeDelta::days(30));
    assert_eq!(shop.merge(ALICE, &token).await, None, "one that has ended is none");
    assert!(shop.memory.state().carts.is_empty() && shop.changed().is_empty());
}

#[tokio::test]
async fn what_cannot_be_had_is_told_and_the_account_loses_nothing() {
    let shop = Shop::open();
    let [gone, few, held, raised, archived] = ["GONE", "FEW", "HELD", "RAISED", "ARCHIVED"];
    let mut products = Vec::new();
    for sku in [gone, few, held, raised, archived] {
        products.push(shop.stock(sku, "1.00", 9).await);
    }
    shop.add(ALICE, held, 6).await;
    shop.add(ALICE, raised, 1).await;
    let token = shop.guest_with(gone, 1).await;
    for (sku, quantity) in [(few, 5), (held, 8), (raised, 7), (archived, 2)] {
        shop.add_as_guest(Some(&token), sku, quantity).await;
    }
    for (product, left) in products.iter().zip([0, 3, 2, 4]) {
        shop.count(only(product), left - 9).await;
    }
    shop.catalog.archive(products[4].id, Some(products[4].version)).await.unwrap();

    let merged = shop.merge(ALICE, &token).await.unwrap();

    assert_eq!(
        adjusted(&merged),
        [
            (gone, 1, 0, AdjustmentReason::OutOfStock),
            (few, 5, 3, AdjustmentReason::LimitedStock),
            (held, 8, 6, AdjustmentReason::LimitedStock),
            (raised, 7, 4, AdjustmentReason::LimitedStock),
            (archived, 2, 0, AdjustmentReason::OutOfStock),
        ]
    );
    assert_eq!(merged.merged, 2);
    assert_eq!(contents(&shop.cart_of(ALICE).await), [(held, 6), (raised, 4), (few, 3)]);
}

#[tokio::test]
async fn a_full_cart_takes_what_it_has_lines_for() {
    let shop = Shop::open();
    for number in 0..101 {
        shop.stock(&format!("S-{number}"), "1.00", 9).await;
    }
    for number in 0..99 {
        shop.add(ALICE, &format!("S-{number}"), 1).await;
    }
    let token = shop.guest_with("S-99", 1).await;
    shop.add_as_guest(Some(&token), "S-100", 2).await;
    shop.add_as_guest(Some(&token), "S-0", 3).await;

    let merged = shop.merge(ALICE, &token).await.unwrap();

    assert_eq!(adjusted(&merged), [("S-100", 2, 0, AdjustmentReason::CartFull)]);
    assert_eq!(merged.merged, 2);
    let cart = shop.cart_of(ALICE).await;
    assert_eq!((cart.items.len(), cart.items[0].quantity, cart.items[99].sku.as_str()), (100, 3, "S-99"));
}

#[tokio::test]
async fn each_line_keeps_the_price_it_was_first_added_at() {
    let shop = Shop::open();
    let mut products = vec![shop.stock("A", "1.00", 9).await, shop.stock("B", "1.00", 9).await];
    let token = shop.guest_with("A", 2).await;
    shop.add_as_guest(Some(&token), "B", 1).await;
    for product in &mut products {
        let edit = patch(|patch| patch.price = Some(usd("2.00")));
        shop.catalog.update(product.id, Some(product.version), edit).await.unwrap();
    }
    shop.add(ALICE, "A", 1).await;
    shop.merge(ALICE, &token).await.unwrap();
    let cart = shop.cart_of(ALICE).await;
    let prices: Vec<_> = cart.items.iter().map(|line| line.price_when_added.amount.as_str()).collect();
    assert_eq!((contents(&cart), prices), (vec![("A", 2), ("B", 1)], vec!["2.00", "1.00"]));
}

#[tokio::test]
async fn an_empty_cart_is_taken_over_as_well() {
    let shop = Shop::open();
    let tea = shop.stock("A", "1.00", 9).await;
    let token = shop.guest_with("A", 2).await;
    let guest = a_guest(Some(token.clone()));
    shop.carts.remove(&guest, None, only(&tea)).await.unwrap();
    assert_eq!(shop.merge(ALICE, &token).await, Some(CartMerge::default()));
    assert!(shop.memory.state().guest_carts.is_empty() && shop.changed().is_empty());
    let next = shop.carts.add(&guest, None, by_sku("A"), units(1)).await.unwrap();
    assert_ne!(next.token, Some(token));
}
