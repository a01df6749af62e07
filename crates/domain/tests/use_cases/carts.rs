//! Filling, changing and emptying carts.

use crate::{ALICE, Shop, account, by_sku, only, patch, units, view};
use domain::cart::{CartError, CartFull, CartService, CartView, Target};
use domain::catalog::{Availability, CatalogService};
use domain::testing::{goods, usd, variant};
use domain::{ProductId, Source, VariantId, Version};

#[tokio::test]
async fn a_cart_shows_lines_in_order_with_live_prices() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.stock("MUG-1", "7.25", 3).await;
    shop.add(ALICE, "TEA-100", 1).await;
    shop.add(ALICE, "MUG-1", 2).await;
    shop.catalog
        .update(tea.id, Some(tea.version), patch(|patch| patch.price = Some(usd("10.00"))))
        .await
        .unwrap();

    let cart = shop.add(ALICE, "TEA-100", 2).await;

    let lines: Vec<_> = cart
        .items
        .iter()
        .map(|line| (line.sku.as_str(), line.quantity, line.line_total.amount.as_str(), line.availability))
        .collect();
    assert_eq!(
        lines,
        [("TEA-100", 3, "30.00", Availability::InStock), ("MUG-1", 2, "14.50", Availability::LowStock)]
    );
    assert_eq!(cart.subtotal, usd("44.50").view());
    assert_eq!(cart.version, Version(3));
    assert_eq!(shop.changed(), ["cart:1001"]);
}

#[tokio::test]
async fn product_variant_and_sku_name_the_same_thing() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    for target in [Target::Product(tea.id), Target::Variant(only(&tea)), by_sku("tea-100")] {
        shop.carts.add(&account(ALICE), None, target, units(1)).await.unwrap();
    }
    let cart = &shop.memory.state().carts[&ALICE];
    assert_eq!(cart.quantity_of(only(&tea)), Some(units(3)));
    assert_eq!(cart.lines.len(), 1);
}

#[tokio::test]
async fn a_product_with_several_variants_needs_a_choice() {
    let shop = Shop::open();
    let mut shirt = goods("Shirt", "SHIRT-S", "20.00", 5);
    shirt.variants.push(variant("SHIRT-L", "20.00", 5));
    let shirt = shop.memory.stock(shirt).await;
    let answer = shop.carts.add(&account(ALICE), None, Target::Product(shirt.id), units(1)).await;
    let Err(CartError::VariantRequired { choices }) = answer else { panic!("nobody can tell which") };
    assert_eq!(choices, shirt.variants.iter().map(|variant| variant.id).collect::<Vec<_>>());
    shop.carts.add(&account(ALICE), None, Target::Variant(choices[1]), units(1)).await.unwrap();
}

#[tokio::test]
async fn what_is_not_sold_cannot_be_put_into_a_cart() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.catalog.archive(tea.id, Some(tea.version)).await.unwrap();
    let targets = [
        Target::Product(tea.id),
        Target::Variant(only(&tea)),
        by_sku("TEA-100"),
        Target::Product(ProductId(404)),
        Target::Variant(VariantId(404)),
        by_sku("NOTHING"),
    ];
    for target in targets {
        let answer = shop.carts.add(&account(ALICE), None, target.clone(), units(1)).await;
        assert!(matches!(answer, Err(CartError::NoSuchThing)), "{target:?}: {answer:?}");
    }
}

#[tokio::test]
async fn more_than_there_is_is_refused_with_the_figures() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 8).await;
    let answer = shop.carts.add(&account(ALICE), None, by_sku("TEA-100"), units(3)).await;
    let Err(CartError::OutOfStock { sku, requested, available }) = answer else { panic!("there are 10") };
    assert_eq!((sku.as_str(), requested, available), ("TEA-100", 11, 10));
    assert_eq!(shop.memory.state().carts[&ALICE].version, Version(1), "a refusal changes nothing");
}

#[tokio::test]
async fn bounds_of_a_cart_are_told() {
    let shop = Shop::open();
    shop.stock("TEA-100", "12.50", 5_000).await;
    shop.add(ALICE, "TEA-100", 999).await;
    let answer = shop.carts.add(&account(ALICE), None, by_sku("TEA-100"), units(1)).await;
    assert!(matches!(answer, Err(CartError::Full(CartFull::Quantity))), "{answer:?}");
}

#[tokio::test]
async fn a_quantity_is_set_and_not_added() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 5).await;
    shop.carts.set(&account(ALICE), None, only(&tea), units(2)).await.unwrap();
    assert_eq!(shop.memory.state().carts[&ALICE].quantity_of(only(&tea)), Some(units(2)));

    let beyond = shop.carts.set(&account(ALICE), None, only(&tea), units(11)).await;
    assert!(matches!(beyond, Err(CartError::OutOfStock { requested: 11, available: 10, .. })), "{beyond:?}");
    let absent = shop.carts.set(&account(ALICE), None, VariantId(404), units(1)).await;
    assert!(matches!(absent, Err(CartError::NoSuchLine)), "{absent:?}");
}

#[tokio::test]
async fn lines_are_removed_one_by_one_or_all_at_once() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    for sku in ["A", "B"] {
        shop.stock(sku, "1.00", 5).await;
        shop.add(ALICE, sku, 1).await;
    }
    shop.add(ALICE, "TEA-100", 1).await;

    let cart = view(&shop.carts.remove(&account(ALICE), None, only(&tea)).await.unwrap());
    assert_eq!(cart.items.iter().map(|line| line.sku.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    let again = shop.carts.remove(&account(ALICE), None, only(&tea)).await;
    assert!(matches!(again, Err(CartError::NoSuchLine)), "{again:?}");

    let cart = view(&shop.carts.clear(&account(ALICE), None).await.unwrap());
    assert!(cart.items.is_empty());
    assert_eq!(cart.subtotal, usd("0").view());
    assert_eq!(shop.changed(), ["cart:1001"]);
}

#[tokio::test]
async fn an_archived_line_can_be_removed() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 1).await;
    shop.catalog.archive(tea.id, Some(tea.version)).await.unwrap();
    let cart = view(&shop.carts.clear(&account(ALICE), None).await.unwrap());
    assert!(cart.items.is_empty());
}

#[tokio::test]
async fn an_edit_of_a_cart_that_has_changed_is_refused() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.add(ALICE, "TEA-100", 1).await;
    let seen = Some(Version(0));
    let edits = [
        shop.carts.add(&account(ALICE), seen, by_sku("TEA-100"), units(1)).await,
        shop.carts.set(&account(ALICE), seen, only(&tea), units(1)).await,
        shop.carts.remove(&account(ALICE), seen, only(&tea)).await,
        shop.carts.clear(&account(ALICE), seen).await,
    ];
    for edit in edits {
        assert!(matches!(edit, Err(CartError::Stale { current: Version(1) })), "{edit:?}");
    }
    shop.carts.clear(&account(ALICE), Some(Version(1))).await.unwrap();
}

#[tokio::test]
async fn a_line_remembers_its_first_price_and_tells_when_it_is_another() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    let priced = |cart: CartView| {
        let line = &cart.items[0];
        (line.unit_price.amount.clone(), line.price_when_added.amount.clone(), line.price_changed)
    };
    let unchanged = ("12.50".to_owned(), "12.50".to_owned(), false);
    assert_eq!(priced(shop.add(ALICE, "TEA-100", 1).await), unchanged);

    let dearer = patch(|patch| patch.price = Some(usd("15.00")));
    shop.catalog.update(tea.id, Some(tea.version), dearer).await.unwrap();
    let changed = ("15.00".to_owned(), "12.50".to_owned(), true);
    assert_eq!(priced(view(&shop.carts.show(&account(ALICE)).await.unwrap())), changed);
    assert_eq!(priced(shop.add(ALICE, "TEA-100", 1).await), changed, "adding more keeps the first price");
    let set = shop.carts.set(&account(ALICE), None, only(&tea), units(5)).await.unwrap();
    assert_eq!(priced(view(&set)), changed, "so does setting");

    shop.carts.remove(&account(ALICE), None, only(&tea)).await.unwrap();
    let again = ("15.00".to_owned(), "15.00".to_owned(), false);
    assert_eq!(priced(shop.add(ALICE, "TEA-100", 1).await), again, "a line that is added anew has a new one");
}

#[tokio::test]
async fn neither_looking_nor_a_refusal_makes_a_cart() {
    let shop = Shop::open();
    let shown = shop.carts.show(&account(ALICE)).await.unwrap();
    assert_eq!((shown.cart.source, shown.token.is_some()), (Source::Sqlite, false));
    assert_eq!(view(&shown).version, Version::NONE);
    let cleared = shop.carts.clear(&account(ALICE), Some(Version::NONE)).await.unwrap();
    assert_eq!(view(&cleared).version, Version::NONE);
    let refusals = [
        shop.carts.add(&account(ALICE), None, by_sku("NOTHING"), units(1)).await,
        shop.carts.set(&account(ALICE), None, VariantId(1), units(1)).await,
        shop.carts.remove(&account(ALICE), None, VariantId(1)).await,
    ];
    for refused in refusals {
        assert!(matches!(refused, Err(CartError::NoSuchThing | CartError::NoSuchLine)), "{refused:?}");
    }
    let stale = shop.carts.clear(&account(ALICE), Some(Version(1))).await;
    assert!(matches!(stale, Err(CartError::Stale { current: Version::NONE })), "{stale:?}");
    assert!(shop.memory.state().carts.is_empty());
}
