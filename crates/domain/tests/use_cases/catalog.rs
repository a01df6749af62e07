//! Making, editing, archiving and restoring products.

use crate::{STAFF, Shop, patch};
use domain::catalog::{
    CatalogError, CatalogService, NewProductInput, ProductName, ProductStatus, ProductView, Sku, Slug,
};
use domain::testing::{goods, usd, variant};
use domain::text::Line;
use domain::{Answered, Clock, Doc, ProductId, Sourced, Version};

fn view(answer: &Sourced<Doc<ProductView>>) -> ProductView {
    answer.value.decode().unwrap()
}

fn in_category(category: &str, new: NewProductInput) -> NewProductInput {
    NewProductInput { category: Line::parse(category).unwrap(), ..new }
}

#[tokio::test]
async fn a_new_product_is_sold_under_the_slug_of_its_name() {
    let shop = Shop::open();
    let Answered { id, document: made, .. } =
        shop.catalog.create(goods("Green Tea", "TEA-100", "12.50", 10), STAFF, None).await.unwrap();
    let made = view(&made);
    assert_eq!((made.id, made.slug.as_str(), made.version), (id, "green-tea", Version(1)));
    assert_eq!((made.price, made.stock, made.sku.as_deref()), (usd("12.50").view(), 10, Some("TEA-100")));
    assert_eq!((made.category.as_str(), made.category_slug.as_str()), ("Grocery", "grocery"));
    assert_eq!(made.created_at, shop.clock.now());
    assert_eq!(shop.changed(), ["listing:grocery", "product:green-tea"]);
}

#[tokio::test]
async fn equal_names_get_numbered_slugs() {
    let shop = Shop::open();
    let mut slugs = Vec::new();
    for number in 0..25 {
        let Answered { document: made, .. } =
            shop.catalog.create(goods("Tea", &format!("TEA-{number}"), "1", 1), STAFF, None).await.unwrap();
        slugs.push(view(&made).slug);
    }
    assert_eq!(slugs[..3], ["tea", "tea-2", "tea-3"]);
    assert_eq!(slugs[24], "tea-25");
}

#[tokio::test]
async fn a_slug_or_sku_that_is_taken_is_refused_and_leaves_nothing_behind() {
    let shop = Shop::open();
    shop.memory.stock(goods("Green tea", "TEA-100", "12.50", 10)).await;
    let slug = Some(Slug::parse("green-tea").unwrap());
    let new = NewProductInput { slug, ..in_category("New", goods("Other", "OTHER", "1", 1)) };
    let answer = shop.catalog.create(new, STAFF, None).await;
    assert!(
        matches!(&answer, Err(CatalogError::SlugTaken(slug)) if slug.as_str() == "green-tea"),
        "{answer:?}"
    );

    let answer = shop.catalog.create(goods("Other", "tea-100", "1", 1), STAFF, None).await;
    assert!(matches!(&answer, Err(CatalogError::SkuTaken(sku)) if sku.as_str() == "TEA-100"), "{answer:?}");

    let mut twins = goods("Twins", "TWIN", "1", 1);
    twins.variants.push(variant("TWIN", "1", 1));
    let answer = shop.catalog.create(twins, STAFF, None).await;
    assert!(matches!(&answer, Err(CatalogError::SkuTaken(sku)) if sku.as_str() == "TWIN"), "{answer:?}");
    assert_eq!((shop.memory.state().products.len(), shop.memory.state().categories.len()), (1, 1));
}

#[tokio::test]
async fn the_sku_of_what_is_archived_stays_taken() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.catalog.archive(tea.id, Some(tea.version)).await.unwrap();
    let answer = shop.catalog.create(goods("Other", "TEA-100", "1", 1), STAFF, None).await;
    assert!(matches!(answer, Err(CatalogError::SkuTaken(_))), "{answer:?}");
}

#[tokio::test]
async fn a_product_has_1_to_100_variants() {
    let shop = Shop::open();
    let none = NewProductInput { variants: vec![], ..goods("None", "X", "1", 1) };
    let answer = shop.catalog.create(none, STAFF, None).await;
    assert!(matches!(answer, Err(CatalogError::LastVariant)), "{answer:?}");

    let variants = |count| (0..count).map(|number| variant(&format!("V-{number}"), "1", 1)).collect();
    let many = NewProductInput { variants: variants(101), ..goods("Many", "X", "1", 1) };
    let answer = shop.catalog.create(many, STAFF, None).await;
    assert!(matches!(answer, Err(CatalogError::TooManyVariants)), "{answer:?}");

    let full = NewProductInput { variants: variants(100), ..goods("Full", "X", "1", 1) };
    let full = shop.memory.stock(full).await;
    let answer = shop.catalog.add_variant(full.id, None, variant("ONE-MORE", "1", 1), STAFF, None).await;
    assert!(matches!(answer, Err(CatalogError::TooManyVariants)), "{answer:?}");
}

#[tokio::test]
async fn category_names_that_share_a_slug_clash_unless_they_are_the_same() {
    let shop = Shop::open();
    shop.catalog.create(in_category("Home & Kitchen", goods("A", "A", "1", 1)), STAFF, None).await.unwrap();
    let same = shop
        .catalog
        .create(in_category("Home & Kitchen", goods("B", "B", "1", 1)), STAFF, None)
        .await
        .unwrap();
    assert_eq!(view(&same.document).category, "Home & Kitchen");
    for name in ["Home Kitchen", "HOME & KITCHEN"] {
        let answer = shop.catalog.create(in_category(name, goods("C", "C", "1", 1)), STAFF, None).await;
        let Err(CatalogError::CategoryClash { existing }) = answer else { panic!("the slugs are the same") };
        assert_eq!(existing.as_str(), "Home & Kitchen");
    }
}

#[tokio::test]
async fn an_edit_changes_what_it_names_and_counts() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.clock.advance(chrono::TimeDelta::hours(1));
    let edit = patch(|patch| {
        patch.name = Some(ProductName::parse("Black tea").unwrap());
        patch.price = Some(usd("9.99"));
        patch.sku = Some(Sku::parse("TEA-200").unwrap());
    });
    let after = view(&shop.catalog.update(tea.id, Some(tea.version), edit).await.unwrap());
    assert_eq!((after.name.as_str(), after.slug.as_str()), ("Black tea", "product-tea-100"), "links stay");
    assert_eq!(
        (after.price.amount.as_str(), after.sku.as_deref(), after.stock),
        ("9.99", Some("TEA-200"), 10)
    );
    assert_eq!((after.version, after.updated_at), (Version(2), shop.clock.now()));
    assert_eq!(ProductView::from(&shop.product(tea.id)), after);
    assert_eq!(shop.changed(), ["listing:grocery", "product:product-tea-100", "variants"]);
}

#[tokio::test]
async fn a_new_slug_and_a_move_reach_both_addresses_and_both_categories() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    let edit = patch(|patch| {
        patch.slug = Some(Slug::parse("fine-tea").unwrap());
        patch.category = Some(Line::parse("Drinks").unwrap());
    });
    shop.catalog.update(tea.id, Some(tea.version), edit).await.unwrap();
    let changed = shop.changed();
    assert_eq!(
        changed,
        ["listing:drinks", "listing:grocery", "product:fine-tea:product-tea-100", "variants"]
    );
}

#[tokio::test]
async fn a_category_that_is_new_shows_even_where_what_is_in_it_does_not() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.catalog.archive(tea.id, Some(tea.version)).await.unwrap();
    let edit = patch(|patch| patch.category = Some(Line::parse("Drinks").unwrap()));
    shop.catalog.update(tea.id, Some(tea.version.next()), edit).await.unwrap();
    assert!(shop.changed().contains(&"listing:drinks".to_owned()), "{:?}", shop.changed());
}

#[tokio::test]
async fn an_edit_of_what_somebody_else_has_edited_is_refused_unless_any_version_will_do() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    let edit = || patch(|patch| patch.price = Some(usd("9.99")));
    shop.catalog.update(tea.id, Some(tea.version), edit()).await.unwrap();
    let answers = [
        shop.catalog.update(tea.id, Some(tea.version), edit()).await.map(drop),
        shop.catalog.archive(tea.id, Some(tea.version)).await,
        shop.catalog
            .add_variant(tea.id, Some(tea.version), variant("V", "1", 1), STAFF, None)
            .await
            .map(drop),
    ];
    for answer in answers {
        assert!(matches!(answer, Err(CatalogError::Stale { current: Version(2) })), "{answer:?}");
    }
    shop.catalog.update(tea.id, None, edit()).await.unwrap();
    shop.catalog.archive(tea.id, None).await.unwrap();
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_edited() {
    let shop = Shop::open();
    let nothing = ProductId(404);
    let answer = shop.catalog.update(nothing, Some(Version(1)), patch(|_| ())).await;
    assert!(matches!(answer, Err(CatalogError::NotFound)), "{answer:?}");
    let answer = shop.catalog.archive(nothing, Some(Version(1))).await;
    assert!(matches!(answer, Err(CatalogError::NotFound)), "{answer:?}");
}

#[tokio::test]
async fn an_archived_product_can_be_restored() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    shop.catalog.archive(tea.id, Some(tea.version)).await.unwrap();
    assert_eq!(shop.product(tea.id).status, ProductStatus::Archived);
    assert_eq!(shop.changed(), ["listing:grocery", "product:product-tea-100", "variants"]);
    let edit = patch(|patch| patch.status = Some(ProductStatus::Active));
    let restored = view(&shop.catalog.update(tea.id, Some(Version(2)), edit).await.unwrap());
    assert_eq!((restored.status, restored.stock, restored.version), (ProductStatus::Active, 10, Version(3)));
    assert_eq!(shop.changed(), ["listing:grocery", "product:product-tea-100", "variants"]);
}
