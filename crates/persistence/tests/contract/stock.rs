//! Stock.

use crate::catalog::unbalanced;
use crate::shop::{Shop, Wanted, at, demand, name, new_variant};
use domain::catalog::{Availability, ListingQuery, MAX_STOCK, NewProduct, ProductStatus, Slug};
use domain::stock::{CountChange, Counted, Moved, Movement, MovementReason, Shortage};
use domain::{Change, VariantId};

pub(crate) async fn a_demand_is_taken_whole_or_every_shortage_is_told(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(1, 9), (1, 2), (1, 0), (1, 5)])).await;
    let ids: Vec<_> = tea.variants.iter().map(|variant| variant.id).collect();
    let mut work = shop.begin().await;
    let wanted = demand(&[(ids[3], 5), (ids[2], 1), (ids[0], 4), (ids[1], 3), (VariantId(999), 1)]);
    let short = work.stock().take(&wanted).await.unwrap().unwrap_err();
    let expected = [(ids[1], 3, 2), (ids[2], 1, 0), (VariantId(999), 1, 0)];
    let expected = expected.map(|(variant, requested, available)| Shortage { variant, requested, available });
    assert_eq!(short, expected);
    drop(work);
    assert_eq!(shop.view(tea.id).await.unwrap().stock, 16);

    // Demand of one variant is one demand, however it is spread over lines.
    let short = shop.begin().await.stock().take(&demand(&[(ids[0], 5), (ids[0], 5)])).await.unwrap();
    assert_eq!(short.unwrap_err()[0].requested, 10);
    shop.take(&[(ids[0], 4), (ids[0], 5), (ids[1], 1)]).await;
    let stock: Vec<_> =
        shop.view(tea.id).await.unwrap().variants.iter().map(|variant| variant.stock).collect();
    assert_eq!(stock, [0, 1, 0, 5]);
    assert_eq!(shop.view(tea.id).await.unwrap().version, tea.version, "stock moves are no edits");
}

pub(crate) async fn nothing_is_taken_of_what_is_archived(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(1, 9), (1, 9)])).await;
    let cup = shop.product(Wanted::simple("Cup", 1, 9)).await;
    shop.edit(tea.id, |tea| tea.variants[0].archived = true).await;
    shop.edit(cup.id, |cup| cup.status = ProductStatus::Archived).await;
    let (variant, product) = (tea.variants[0].id, cup.variants[0].id);
    let wanted = demand(&[(variant, 1), (tea.variants[1].id, 1), (product, 2)]);
    let short = shop.begin().await.stock().take(&wanted).await.unwrap().unwrap_err();
    assert_eq!(
        short.iter().map(|short| (short.variant, short.available)).collect::<Vec<_>>(),
        [(variant, 0), (product, 0)]
    );
}

pub(crate) async fn counts_change_within_their_bounds(shop: Shop) {
    let tea = shop.product(Wanted::simple("Tea", 1, 9)).await;
    let id = tea.variants[0].id;
    let count = async |change| {
        let mut work = shop.begin().await;
        let counted = work.stock().count(id, change).await.unwrap();
        work.commit().await.unwrap();
        counted
    };
    let replace = |expected, on_hand| CountChange::Replace { expected, on_hand };
    assert_eq!(count(CountChange::By(-10)).await, Counted::Refused { on_hand: 9 });
    assert_eq!(count(CountChange::By(MAX_STOCK)).await, Counted::Refused { on_hand: 9 });
    assert_eq!(count(CountChange::By(i64::MAX)).await, Counted::Refused { on_hand: 9 });
    assert_eq!(count(CountChange::By(i64::MIN)).await, Counted::Refused { on_hand: 9 });
    assert_eq!(count(replace(8, 4)).await, Counted::Refused { on_hand: 9 });
    assert_eq!(count(replace(9, -1)).await, Counted::Refused { on_hand: 9 });
    assert_eq!(count(replace(9, MAX_STOCK + 1)).await, Counted::Refused { on_hand: 9 });
    assert_eq!(count(replace(i64::MIN, i64::MAX)).await, Counted::Refused { on_hand: 9 });
    assert_eq!(count(CountChange::By(-9)).await, Counted::Moved(Moved { variant: id, before: 9, after: 0 }));
    assert_eq!(
        count(replace(0, MAX_STOCK)).await,
        Counted::Moved(Moved { variant: id, before: 0, after: MAX_STOCK })
    );
    assert_eq!(
        count(replace(MAX_STOCK, 4)).await,
        Counted::Moved(Moved { variant: id, before: MAX_STOCK, after: 4 })
    );
    assert_eq!(shop.view(tea.id).await.unwrap().stock, 4);
    let missing = shop.begin().await.stock().count(VariantId(999), CountChange::By(1)).await.unwrap();
    assert_eq!(missing, Counted::Missing);
}

pub(crate) async fn what_came_back_beyond_the_most_can_be_lessened(shop: Shop) {
    let tea = shop.product(Wanted::simple("Tea", 1, MAX_STOCK)).await;
    let id = tea.variants[0].id;
    let mut work = shop.begin().await;
    work.stock().give_back(&demand(&[(id, 9)])).await.unwrap();
    let refused = work.stock().count(id, CountChange::By(1)).await.unwrap();
    assert_eq!(refused, Counted::Refused { on_hand: MAX_STOCK + 9 });
    let confirmed = CountChange::Replace { expected: MAX_STOCK + 9, on_hand: MAX_STOCK + 9 };
    let confirmed = work.stock().count(id, confirmed).await.unwrap();
    let (before, after) = (MAX_STOCK + 9, MAX_STOCK + 9);
    assert_eq!(confirmed, Counted::Moved(Moved { variant: id, before, after }));
    let moved = work.stock().count(id, CountChange::By(-2)).await.unwrap();
    assert_eq!(moved, Counted::Moved(Moved { variant: id, before: MAX_STOCK + 9, after: MAX_STOCK + 7 }));
}

pub(crate) async fn what_is_given_back_counts_again(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(1, 3), (1, 0)])).await;
    let id = tea.variants[0].id;
    shop.take(&[(id, 3)]).await;
    shop.edit(tea.id, |tea| tea.variants[1].archived = true).await;
    let give_back = async |wanted: &[(VariantId, u32)]| {
        let mut work = shop.begin().await;
        work.stock().give_back(&demand(wanted)).await.unwrap();
        work.commit().await.unwrap().changes
    };
    // To an archived variant too, whose units nobody sees.
    let changes = give_back(&[(tea.variants[1].id, 2)]).await;
    assert_eq!(changes, [Change::Product { id: tea.id, slugs: vec![tea.slug.clone()] }]);
    assert_eq!(shop.view(tea.id).await.unwrap().availability, Availability::OutOfStock);
    let changes = give_back(&[(id, 3)]).await;
    assert!(changes.contains(&Change::Variants) && changes.len() == 3, "{changes:?}");
    assert_eq!(shop.list(ListingQuery::default()).await.items[0].availability, Availability::LowStock);
    shop.edit(tea.id, |tea| tea.variants[1].archived = false).await;
    assert_eq!(shop.view(tea.id).await.unwrap().stock, 5);
}

pub(crate) async fn bands_are_told_when_they_are_crossed(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(1, 9), (1, 7)])).await;
    let cup = shop.product(Wanted::simple("Cup", 1, 6)).await;
    let [green, black] = [tea.variants[0].id, tea.variants[1].id];
    let product = || Change::Product { id: tea.id, slugs: vec![tea.slug.clone()] };
    let listing = || Change::Listing { category: Slug::of("Grocery") };
    let band_of = async |id| {
        let items = shop.list(ListingQuery::default()).await.items;
        items.iter().find(|item| item.id == id).unwrap().availability
    };
    let band = async || band_of(tea.id).await;
    assert_eq!(shop.take(&[(green, 3)]).await, [product()]); // 6, 7
    assert_eq!(shop.take(&[(green, 1)]).await, [Change::Variants, product()]); // 5, 7
    assert_eq!(band().await, Availability::InStock);
    assert_eq!(shop.take(&[(black, 2)]).await, [Change::Variants, product(), listing()]); // 5, 5
    assert_eq!(band().await, Availability::LowStock);
    assert_eq!(shop.take(&[(green, 5)]).await, [Change::Variants, product()]); // 0, 5
    assert_eq!(band().await, Availability::LowStock);
    assert_eq!(shop.take(&[(black, 5)]).await, [Change::Variants, product(), listing()]); // 0, 0
    assert_eq!(band().await, Availability::OutOfStock);
    assert_eq!(band_of(cup.id).await, Availability::InStock, "its own is another product's business");
    shop.edit(tea.id, |tea| tea.status = ProductStatus::Archived).await;
    let mut work = shop.begin().await;
    work.stock().count(green, CountChange::By(9)).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [product()]);
    shop.edit(tea.id, |tea| tea.status = ProductStatus::Active).await;
    assert_eq!(band().await, Availability::InStock);
}

pub(crate) async fn the_ledger_adds_up(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::with("Tea", vec![(1, 9), (1, 0)])).await;
    let variant = tea.variants[0].id;
    let mut work = shop.begin().await;
    work.stock().count(variant, CountChange::By(-4)).await.unwrap();
    let note = Some(name("broken cups"));
    let reason = MovementReason::Adjustment;
    let movement = Movement { variant, delta: -4, reason, order: None, note, by: Some(ada), at: at(9) };
    work.stock().record(&[movement]).await.unwrap();
    work.stock().record(&[]).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(unbalanced(&shop).await, 0);
    let row = format!(
        "SELECT COUNT(*) FROM stock_movements WHERE variant_id = {variant} AND delta = -4 AND reason = 'adjustment'
            AND note = 'broken cups' AND user_id = {ada} AND order_id IS NULL"
    );
    assert_eq!((shop.number(&row).await, shop.number("SELECT COUNT(*) FROM stock_movements").await), (1, 2));
}

pub(crate) async fn opening_stock_has_the_author_who_brought_it(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let grocery = shop.product_category().await;
    let by_ada = NewProduct {
        by: Some(ada),
        ..Wanted::with("Tea", vec![(1, 9), (1, 0), (1, 4)]).in_category(grocery.clone())
    };
    let by_nobody = Wanted::simple("Cup", 1, 7).in_category(grocery);
    let mut work = shop.begin().await;
    let tea = work.catalog().insert(&by_ada).await.unwrap().unwrap();
    work.catalog().add_variant(&tea, &new_variant("tin", 1, 2), bob).await.unwrap().unwrap();
    work.catalog().insert_many(&[by_nobody]).await.unwrap().unwrap();
    work.commit().await.unwrap();
    let brought = async |by: &str| {
        let sum =
            "SELECT CAST(COALESCE(SUM(delta), 0) AS BIGINT) FROM stock_movements WHERE reason = 'opening'";
        shop.number(&format!("{sum} AND user_id {by}")).await
    };
    let figures = [brought(&format!("= {ada}")).await, brought(&format!("= {bob}")).await];
    assert_eq!((figures, brought("IS NULL").await), ([13, 2], 7));
}
