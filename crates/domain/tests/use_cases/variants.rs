//! Variants and their counts.

use crate::{STAFF, Shop, only, patch};
use domain::catalog::{
    CatalogError, CatalogService, MAX_STOCK, Product, StockChange, VariantPatch, VariantTitle,
};
use domain::stock::{CountChange, StockNote};
use domain::testing::{goods, usd, variant};
use domain::{VariantId, Version};

async fn a_shirt(shop: &Shop) -> Product {
    let mut shirt = goods("Shirt", "SHIRT-S", "20.00", 5);
    shirt.variants.push(variant("SHIRT-L", "25.00", 7));
    shop.memory.stock(shirt).await
}

fn archived(archived: bool) -> VariantPatch {
    VariantPatch { archived: Some(archived), ..VariantPatch::default() }
}

fn count(change: CountChange) -> StockChange {
    StockChange { change, note: None }
}

#[tokio::test]
async fn several_variants_make_one_product() {
    let shop = Shop::open();
    let shirt = a_shirt(&shop).await;
    let added = shop
        .catalog
        .add_variant(shirt.id, Some(shirt.version), variant("SHIRT-XL", "15.00", 1), STAFF, None)
        .await;
    let view = added.unwrap().document.value.decode().unwrap();
    assert_eq!((view.price.amount.as_str(), view.stock, view.sku), ("15.00", 13, None));
    assert_eq!((view.variants.len(), view.version), (3, Version(2)));
    assert_eq!(shop.ledger(view.variants[2].id), [(1, "opening")]);
    assert_eq!(shop.memory.state().movements.pop().unwrap().by, Some(STAFF));
    assert_eq!(shop.product(shirt.id).variants.len(), 3);
    assert_eq!(shop.changed(), ["listing:grocery", "product:shirt"], "the lowest price has changed");
}

#[tokio::test]
async fn a_variant_that_changes_no_listing_empties_none() {
    let shop = Shop::open();
    let shirt = a_shirt(&shop).await;
    shop.catalog.add_variant(shirt.id, None, variant("SHIRT-XL", "30.00", 1), STAFF, None).await.unwrap();
    assert_eq!(shop.changed(), ["product:shirt"]);
}

#[tokio::test]
async fn variants_are_edited_one_by_one() {
    let shop = Shop::open();
    let shirt = a_shirt(&shop).await;
    let (small, large) = (shirt.variants[0].id, shirt.variants[1].id);
    let edit = VariantPatch {
        price: Some(usd("18.00")),
        title: Some(VariantTitle::parse("Small").unwrap()),
        ..VariantPatch::default()
    };
    let answer = shop.catalog.update_variant(shirt.id, small, Some(shirt.version), edit.clone()).await;
    let view = answer.unwrap().value.decode().unwrap();
    assert_eq!((view.variants[0].title.as_str(), view.price.amount.as_str()), ("Small", "18.00"));
    assert_eq!(view.variants[1].price.amount, "25.00");

    let stale = shop.catalog.update_variant(shirt.id, large, Some(shirt.version), edit.clone()).await;
    assert!(matches!(stale, Err(CatalogError::Stale { current: Version(2) })), "{stale:?}");
    let other = shop.stock("TEA-100", "12.50", 10).await;
    let foreign = shop.catalog.update_variant(shirt.id, only(&other), Some(Version(2)), edit).await;
    assert!(matches!(foreign, Err(CatalogError::NotFound)), "{foreign:?}");
}

#[tokio::test]
async fn the_last_variant_that_is_sold_cannot_be_archived() {
    let shop = Shop::open();
    let shirt = a_shirt(&shop).await;
    let (small, large) = (shirt.variants[0].id, shirt.variants[1].id);
    let answer = shop.catalog.update_variant(shirt.id, small, Some(Version(1)), archived(true)).await;
    let view = answer.unwrap().value.decode().unwrap();
    assert_eq!((view.sku.as_deref(), view.stock), (Some("SHIRT-L"), 7), "it is simple now");

    let last = shop.catalog.update_variant(shirt.id, large, Some(Version(2)), archived(true)).await;
    assert!(matches!(last, Err(CatalogError::LastVariant)), "{last:?}");
    shop.catalog.update_variant(shirt.id, small, Some(Version(2)), archived(false)).await.unwrap();
}

#[tokio::test]
async fn price_and_sku_of_several_variants_are_not_the_products_to_set() {
    let shop = Shop::open();
    let shirt = a_shirt(&shop).await;
    let edit = patch(|patch| patch.price = Some(usd("1.00")));
    let answer = shop.catalog.update(shirt.id, Some(shirt.version), edit).await;
    assert!(matches!(answer, Err(CatalogError::NotSimple)), "{answer:?}");
}

#[tokio::test]
async fn a_count_moves_by_a_difference_and_the_ledger_knows_why() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    let note = Some(StockNote::parse("delivery of May").unwrap());
    let change = StockChange { change: CountChange::By(15), note: note.clone() };
    let view = shop
        .catalog
        .change_stock(only(&tea), change, STAFF, None)
        .await
        .unwrap()
        .document
        .value
        .decode()
        .unwrap();
    assert_eq!((view.stock, view.version), (25, tea.version), "stock moves are no edits");
    assert_eq!(shop.on_hand(&tea), 25);
    assert_eq!(shop.ledger(only(&tea)), [(10, "opening"), (15, "adjustment")]);
    let movement = shop.memory.state().movements.pop().unwrap();
    assert_eq!((movement.note, movement.by), (note, Some(STAFF)));
    assert_eq!(shop.changed(), ["product:product-tea-100"]);
}

#[tokio::test]
async fn a_count_is_replaced_only_while_it_is_what_was_seen() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    let replace = |expected| count(CountChange::Replace { expected, on_hand: 0 });
    let answer = shop.catalog.change_stock(only(&tea), replace(9), STAFF, None).await;
    assert!(matches!(answer, Err(CatalogError::StockConflict { on_hand: 10 })), "{answer:?}");
    let view = shop
        .catalog
        .change_stock(only(&tea), replace(10), STAFF, None)
        .await
        .unwrap()
        .document
        .value
        .decode()
        .unwrap();
    assert_eq!(view.stock, 0);
    assert_eq!(shop.ledger(only(&tea)), [(10, "opening"), (-10, "adjustment")]);
    assert_eq!(shop.changed(), ["listing:grocery", "product:product-tea-100", "variants"]);
}

#[tokio::test]
async fn a_count_stays_within_its_bounds() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    for delta in [-11, MAX_STOCK, i64::MAX, i64::MIN] {
        let answer = shop.catalog.change_stock(only(&tea), count(CountChange::By(delta)), STAFF, None).await;
        assert!(matches!(answer, Err(CatalogError::StockConflict { on_hand: 10 })), "{delta}: {answer:?}");
    }
    let answer = shop.catalog.change_stock(VariantId(404), count(CountChange::By(1)), STAFF, None).await;
    assert!(matches!(answer, Err(CatalogError::NotFound)), "{answer:?}");
}
