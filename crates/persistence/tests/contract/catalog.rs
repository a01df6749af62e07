//! Products, variants and categories.

use crate::shop::{Shop, Wanted, at, category, demand, name, new_variant, usd};
use domain::catalog::{
    Availability, CategoryClash, CategoryView, ListingQuery, Product, ProductReader, ProductStatus,
    ProductTaken, Sku, Slug,
};
use domain::stock::{CountChange, Counted, Moved};
use domain::{Change, ProductId, RepositoryError, VariantId, Version};

async fn categories(shop: &Shop) -> Vec<CategoryView> {
    shop.db.categories().await.unwrap().value.decode().unwrap().items
}

pub(crate) async fn a_product_is_read_by_id_and_slug_with_its_counts(shop: Shop) {
    let tea =
        Wanted { description: "Loose.\nGreen.", ..Wanted::with("Green tea", vec![(1250, 3), (990, 9)]) };
    let tea = shop.product(tea).await;
    let view = shop.view(tea.id).await.unwrap();
    assert_eq!((view.slug.as_str(), view.description.as_str()), ("green-tea", "Loose.\nGreen."));
    assert_eq!((view.price.amount.as_str(), view.stock, view.sku.as_deref()), ("9.90", 12, None));
    assert_eq!((view.availability, view.version), (Availability::InStock, Version(1)));
    assert_eq!(view.created_at, at(0));
    assert_eq!(view.variants[0].sku, "GREEN-TEA-0");
    assert_eq!(view.variants[0].options["sku"], "green-tea-0");

    let by_slug = shop.db.product_by_slug(&Slug::of("Green tea")).await.unwrap().unwrap();
    assert_eq!(by_slug.value.decode().unwrap(), view);
    assert!(by_slug.value.etag().starts_with("1."), "{}", by_slug.value.etag());
    assert!(shop.db.product(ProductId(999)).await.unwrap().is_none());
    assert!(shop.db.product_by_slug(&Slug::of("coffee")).await.unwrap().is_none());
    assert!(shop.db.archived(tea.id).await.unwrap().is_none());
    let mut work = shop.begin().await;
    assert_eq!(work.catalog().product_of(tea.variants[1].id).await.unwrap().as_ref(), Some(&tea));
    assert_eq!(work.catalog().product_of(VariantId(999)).await.unwrap(), None);
    assert_eq!(work.catalog().lock(tea.id).await.unwrap(), Some(tea));
    assert_eq!(work.catalog().lock(ProductId(999)).await.unwrap(), None);
}

pub(crate) async fn an_archived_product_is_found_by_staff_alone(shop: Shop) {
    assert!(shop.begin().await.catalog().is_empty().await.unwrap());
    let tea = shop.product(Wanted::simple("Green tea", 1250, 3)).await;
    shop.edit(tea.id, |tea| tea.status = ProductStatus::Archived).await;
    assert!(shop.view(tea.id).await.is_none());
    assert!(shop.db.product_by_slug(&tea.slug).await.unwrap().is_none());
    let archived = shop.db.archived(tea.id).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!((archived.status, archived.version), (ProductStatus::Archived, Version(2)));
    assert!(!shop.begin().await.catalog().is_empty().await.unwrap());
}

pub(crate) async fn edits_move_the_version_and_stale_ones_collide(shop: Shop) {
    let tea = shop.product(Wanted::simple("Green tea", 1250, 3)).await;
    let edit = |tea: &mut Product| {
        (tea.slug, tea.name, tea.updated_at) = (Slug::of("sencha"), name("Sencha"), at(60));
    };
    shop.edit(tea.id, edit).await;
    let view = shop.view(tea.id).await.unwrap();
    assert_eq!((view.version, view.updated_at, view.created_at), (Version(2), at(60), at(0)));
    assert_eq!((view.name.as_str(), view.slug.as_str()), ("Sencha", "sencha"));

    let mut work = shop.begin().await;
    let next = Product { version: tea.version.next(), ..tea.clone() };
    let stale = work.catalog().save(&tea, &next).await;
    assert!(matches!(stale, Err(RepositoryError::Contention(_))), "{stale:?}");
}

pub(crate) async fn taken_slugs_and_skus_are_told(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Green tea", 1250, 3)).await;
    let cup = shop.product(Wanted::simple("Cup", 700, 3)).await;
    let mut work = shop.begin().await;
    let grocery = tea.category.clone();
    let mut new = Wanted::simple("Green tea", 1, 1).in_category(grocery.clone());
    let slug = Slug::of("Green tea");
    assert_eq!(work.catalog().insert(&new).await.unwrap(), Err(ProductTaken::Slug(slug.clone())));
    new.slug = Slug::of("other");
    let sku = Sku::parse("GREEN-TEA-0").unwrap();
    let taken = work.catalog().insert_many(std::slice::from_ref(&new)).await.unwrap();
    assert_eq!(taken, Err(ProductTaken::Sku(sku.clone())));
    let taken = work.catalog().add_variant(&tea, &new_variant("cup-0", 1, 1), ada).await.unwrap();
    assert_eq!(taken, Err(ProductTaken::Sku(Sku::parse("CUP-0").unwrap())));
    let free = work.catalog().taken_slugs(&[slug.clone(), Slug::of("free"), Slug::of("Cup")]).await.unwrap();
    assert_eq!(free, [slug.clone(), Slug::of("Cup")]);
    drop(work);

    let mut work = shop.begin().await;
    let before = work.catalog().lock(cup.id).await.unwrap().unwrap();
    let mut after = Product { version: Version(2), ..before.clone() };
    after.variants[0].sku = sku.clone();
    assert_eq!(work.catalog().save(&before, &after).await.unwrap(), Err(ProductTaken::Sku(sku)));
    drop(work);

    let mut work = shop.begin().await;
    let before = work.catalog().lock(cup.id).await.unwrap().unwrap();
    let after = Product { version: Version(2), slug: slug.clone(), ..before.clone() };
    assert_eq!(work.catalog().save(&before, &after).await.unwrap(), Err(ProductTaken::Slug(slug)));
}

pub(crate) async fn an_archived_variant_keeps_its_sku(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::with("Green tea", vec![(1250, 3), (990, 0)])).await;
    shop.edit(tea.id, |tea| tea.variants[0].archived = true).await;
    let view = shop.view(tea.id).await.unwrap();
    assert_eq!((view.variants.len(), view.sku.as_deref()), (1, Some("GREEN-TEA-1")));
    assert_eq!((view.availability, view.price.amount.as_str()), (Availability::OutOfStock, "9.90"));
    let mut work = shop.begin().await;
    let taken = work.catalog().add_variant(&tea, &new_variant("green-tea-0", 1, 1), ada).await.unwrap();
    assert_eq!(taken, Err(ProductTaken::Sku(Sku::parse("GREEN-TEA-0").unwrap())));
}

pub(crate) async fn names_of_one_slug_are_one_category(shop: Shop) {
    let mut work = shop.begin().await;
    let made = work.catalog().category(&category("Home & Kitchen")).await.unwrap().unwrap();
    assert_eq!(made.slug, Slug::of("home-kitchen"));
    assert_eq!(work.catalog().category(&category("Home & Kitchen")).await.unwrap(), Ok(made));
    let clash = work.catalog().category(&category("Home/Kitchen")).await.unwrap();
    assert_eq!(clash, Err(CategoryClash { existing: category("Home & Kitchen") }));
}

pub(crate) async fn categories_count_what_customers_find(shop: Shop) {
    shop.product(Wanted::simple("Tea", 1, 1)).await;
    shop.product(Wanted::simple("Milk", 1, 0)).await;
    let book = shop.product(Wanted { category: "Books", ..Wanted::simple("Novel", 1, 1) }).await;
    shop.edit(book.id, |book| book.status = ProductStatus::Archived).await;
    let counts: Vec<_> =
        categories(&shop).await.into_iter().map(|found| (found.name, found.products)).collect();
    assert_eq!(counts, [("Books".to_owned(), 0), ("Grocery".to_owned(), 2)]);
}

pub(crate) async fn an_added_variant_counts_at_once(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Green tea", 1250, 0)).await;
    let mut work = shop.begin().await;
    let before = work.catalog().lock(tea.id).await.unwrap().unwrap();
    let after = Product { version: Version(2), updated_at: at(60), ..before.clone() };
    let with = work.catalog().add_variant(&after, &new_variant("tin", 500, 9), ada).await.unwrap().unwrap();
    work.catalog().save(&before, &with).await.unwrap().unwrap();
    let changes = work.commit().await.unwrap().changes;
    assert!(changes.contains(&Change::Listing { category: Slug::of("Grocery") }), "{changes:?}");
    let view = shop.view(tea.id).await.unwrap();
    assert_eq!((view.stock, view.price.amount.as_str(), view.version), (9, "5.00", Version(2)));
    let item = &shop.list(ListingQuery::default()).await.items[0];
    assert_eq!((item.availability, item.price.amount.as_str()), (Availability::InStock, "5.00"));
    assert_eq!(shop.number("SELECT delta FROM stock_movements WHERE reason = 'opening'").await, 9);
}

pub(crate) async fn prices_and_bands_follow_edits(shop: Shop) {
    let tea = shop.product(Wanted::with("Green tea", vec![(500, 9), (900, 2)])).await;
    let item = async || shop.list(ListingQuery::default()).await.items.remove(0);
    assert_eq!(
        (item().await.price.amount.as_str(), item().await.availability),
        ("5.00", Availability::InStock)
    );
    shop.edit(tea.id, |tea| tea.variants[0].archived = true).await;
    assert_eq!(
        (item().await.price.amount.as_str(), item().await.availability),
        ("9.00", Availability::LowStock)
    );
    shop.take(&[(tea.variants[1].id, 2)]).await;
    assert_eq!(item().await.availability, Availability::OutOfStock);
    shop.edit(tea.id, |tea| tea.variants[0].archived = false).await;
    assert_eq!(
        (item().await.price.amount.as_str(), item().await.availability),
        ("5.00", Availability::InStock)
    );

    // An edit that was prepared before stock moved in the same unit of work does not undo what moved.
    let mut work = shop.begin().await;
    let before = work.catalog().lock(tea.id).await.unwrap().unwrap();
    let counted = work.stock().count(tea.variants[0].id, CountChange::By(-9)).await.unwrap();
    assert_eq!(counted, Counted::Moved(Moved { variant: tea.variants[0].id, before: 9, after: 0 }));
    let after = Product { version: before.version.next(), ..before.clone() };
    work.catalog().save(&before, &after).await.unwrap().unwrap();
    work.commit().await.unwrap();
    assert_eq!(item().await.availability, Availability::OutOfStock);
}

pub(crate) async fn edits_record_what_readers_see_differently(shop: Shop) {
    let tea = shop.product(Wanted::simple("Green tea", 1250, 10)).await;
    let (id, green, sencha) = (tea.id, Slug::of("Green tea"), Slug::of("sencha"));
    let grocery = Change::Listing { category: Slug::of("Grocery") };
    let changes = shop.edit(id, |tea| tea.updated_at = at(1)).await;
    assert_eq!(changes, [Change::Product { id, slugs: vec![green.clone()] }]);
    let changes = shop.edit(id, |tea| tea.slug = sencha.clone()).await;
    let both = Change::Product { id, slugs: vec![green, sencha] };
    assert_eq!(changes, [both, grocery.clone(), Change::Variants]);
    let changes = shop.edit(id, |tea| tea.variants[0].price = usd().minor(1)).await;
    assert_eq!(changes[1..], [grocery, Change::Variants]);
}

pub(crate) async fn many_products_are_made_as_one_would_be(shop: Shop) {
    let mut work = shop.begin().await;
    let grocery = work.catalog().category(&category("Grocery")).await.unwrap().unwrap();
    let wanted = Wanted::with("Green tea", vec![(1250, 3), (990, 9), (1, 0)]);
    let many = |count: u32| -> Vec<_> {
        let numbered = |number| {
            let mut new = wanted.in_category(grocery.clone());
            new.slug = new.slug.numbered(number);
            for variant in &mut new.variants {
                variant.sku = Sku::parse(&format!("{}-{number}", variant.sku)).unwrap();
            }
            new
        };
        (0..count).map(numbered).collect()
    };
    let mut products = many(5_000); // more than one statement holds
    work.catalog().insert_many(&products).await.unwrap().unwrap();
    assert_eq!(work.changes().len(), 5_001);
    work.commit().await.unwrap();

    let page = shop.list(ListingQuery::default()).await;
    assert_eq!((page.total, page.items[0].availability), (5_000, Availability::InStock));
    assert_eq!(
        (page.items[0].price.amount.as_str(), page.items[0].slug.as_str()),
        ("0.01", "green-tea-4999")
    );
    let view = shop.view(page.items[0].id).await.unwrap();
    assert_eq!(view.variants.iter().map(|variant| variant.stock).collect::<Vec<_>>(), [3, 9, 0]);
    assert_eq!(view.variants[0].sku, "GREEN-TEA-0-4999");
    assert_eq!(shop.number("SELECT COUNT(*) FROM stock_movements").await, 10_000);
    assert_eq!(unbalanced(&shop).await, 0);

    products.rotate_left(1);
    let taken = shop.begin().await.catalog().insert_many(&products).await.unwrap();
    assert_eq!(taken, Err(ProductTaken::Slug(products[0].slug.clone())));
    assert_eq!(shop.begin().await.stock().take(&demand(&[])).await.unwrap(), Ok(vec![]));
}

/// How many variants have another count than their movements add up to.
pub(crate) async fn unbalanced(shop: &Shop) -> i64 {
    shop.number(
        "SELECT COUNT(*) FROM variants WHERE on_hand <> COALESCE(
             (SELECT SUM(delta) FROM stock_movements WHERE variant_id = variants.id), 0)",
    )
    .await
}
