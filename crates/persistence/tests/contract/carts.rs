//! Carts.

use crate::races::at_once;
use crate::shop::{Shop, Wanted, at, units, usd};
use domain::cart::{
    Cart, CartLine, CartOwner, CartReader, CartService, CartView, Carts, CartsOptions, Shopper, Target,
};
use domain::catalog::{Availability, ProductStatus, Sku};
use domain::throttle::Gate;
use domain::{Change, OsEntropy, ProductId, RepositoryError, SystemClock, UserId, VariantId, Version};
use std::sync::Arc;

/// Returns the real use cases on a shop's database.
pub(crate) fn service(shop: &Shop) -> Carts {
    Carts::new(CartsOptions {
        units: shop.units.clone(),
        reader: Arc::new(shop.db.clone()),
        source: shop.db.source(),
        currency: usd(),
        guest_carts: Gate::open(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
    })
}

async fn view(shop: &Shop, user: UserId) -> CartView {
    let cart = shop.db.cart(user).await.unwrap();
    assert_eq!(cart.source, shop.db.source());
    cart.value.decode().unwrap()
}

/// Returns a line that was added at 1.00.
pub(crate) fn line(variant: VariantId, quantity: u32) -> CartLine {
    CartLine { variant, quantity: units(quantity), price: usd().minor(100) }
}

/// Edits a customer's cart and returns it.
async fn edit(shop: &Shop, user: UserId, edit: impl FnOnce(&mut Cart)) -> Cart {
    let mut work = shop.begin().await;
    let before = work.carts().open(&CartOwner::User(user), at(0)).await.unwrap();
    let mut after = before.edited(at(0));
    edit(&mut after);
    work.carts().save(&before, &after).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [Change::Cart(user)]);
    after
}

pub(crate) async fn a_cart_that_was_never_filled_is_empty(shop: Shop) {
    let ada = shop.customer("ada").await;
    let owner = CartOwner::User(ada);
    let mut work = shop.begin().await;
    assert_eq!(work.carts().lock(&owner).await.unwrap(), None);
    assert_eq!(work.carts().priced(&owner).await.unwrap(), []);
    let cart = work.carts().open(&owner, at(0)).await.unwrap();
    assert_eq!(cart, Cart { owner, version: Version::NONE, expires_at: None, lines: vec![] });
    assert_eq!(work.carts().open(&owner, at(1)).await.unwrap(), cart);
    assert_eq!(work.carts().lock(&owner).await.unwrap(), Some(cart));
    assert_eq!(work.commit().await.unwrap().changes, []);
    let cart = view(&shop, ada).await;
    assert_eq!((cart.items.len(), cart.subtotal.amount.as_str(), cart.version), (0, "0.00", Version::NONE));
    assert_eq!(view(&shop, UserId(999)).await, cart);
}

pub(crate) async fn lines_keep_their_order_and_prices_are_live(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::with("Tea", vec![(100, 9), (150, 4)])).await;
    let cup = shop.product(Wanted::simple("Cup", 700, 0)).await;
    let [green, black, cup_id] = [tea.variants[0].id, tea.variants[1].id, cup.variants[0].id];
    for (variant, quantity) in [(cup_id, 1), (black, 2), (green, 3), (cup_id, 4)] {
        edit(&shop, ada, |cart| cart.add(line(variant, quantity)).unwrap()).await;
    }
    let cart = view(&shop, ada).await;
    let lines: Vec<_> = cart.items.iter().map(|item| (item.variant_id, item.quantity)).collect();
    assert_eq!(lines, [(cup_id, 5), (black, 2), (green, 3)]);
    assert_eq!((cart.subtotal.amount.as_str(), cart.version), ("41.00", Version(4)));
    let bands: Vec<_> = cart.items.iter().map(|item| item.availability).collect();
    assert_eq!(bands, [Availability::OutOfStock, Availability::LowStock, Availability::InStock]);
    assert_eq!((cart.items[1].name.as_str(), cart.items[1].sku.as_str()), ("Tea", "TEA-1"));

    shop.edit(tea.id, |tea| tea.variants[1].price = usd().minor(1_000)).await;
    edit(&shop, ada, |cart| assert!(cart.remove(cup_id) && cart.set(green, units(1)))).await;
    edit(&shop, ada, |cart| cart.add(line(cup_id, 1)).unwrap()).await;
    let cart = view(&shop, ada).await;
    let lines: Vec<_> = cart.items.iter().map(|item| (item.variant_id, item.quantity)).collect();
    assert_eq!(lines, [(black, 2), (green, 1), (cup_id, 1)]);
    assert_eq!(cart.subtotal.amount, "28.00");
    let mut work = shop.begin().await;
    let owner = CartOwner::User(ada);
    assert_eq!(
        work.carts().lock(&owner).await.unwrap().unwrap().lines,
        [line(black, 2), line(green, 1), line(cup_id, 1)]
    );
    let first = work.carts().priced(&owner).await.unwrap().remove(0);
    assert_eq!((first.product, first.available), (tea.id, 4));
    assert_eq!((first.unit_price, first.price_when_added), (usd().minor(1_000), usd().minor(100)));
}

pub(crate) async fn a_stale_cart_collides(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 100, 9)).await;
    let first = edit(&shop, ada, |cart| cart.add(line(tea.variants[0].id, 1)).unwrap()).await;
    edit(&shop, ada, |cart| cart.lines.clear()).await;
    let mut work = shop.begin().await;
    work.carts().lock(&first.owner).await.unwrap();
    let next = Cart { version: first.version.next(), ..first.clone() };
    let stale = work.carts().save(&first, &next).await;
    assert!(matches!(stale, Err(RepositoryError::Contention(_))), "{stale:?}");
}

pub(crate) async fn offers_are_what_is_sold(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(100, 9), (150, 4), (1, 1)])).await;
    let cup = shop.product(Wanted::simple("Cup", 700, 0)).await;
    shop.edit(tea.id, |tea| tea.variants[2].archived = true).await;
    let offers = async |target| -> Vec<(VariantId, i64)> {
        let mut work = shop.begin().await;
        let offers = work.carts().offers(&target).await.unwrap();
        assert!(offers.iter().all(|offer| offer.price.minor() > 0));
        offers.into_iter().map(|offer| (offer.variant, offer.on_hand)).collect()
    };
    let ids: Vec<_> = tea.variants.iter().map(|variant| variant.id).collect();
    let cup_id = cup.variants[0].id;
    assert_eq!(offers(Target::Product(tea.id)).await, [(ids[0], 9), (ids[1], 4)]);
    assert_eq!(offers(Target::Variant(ids[1])).await, [(ids[1], 4)]);
    assert_eq!(offers(Target::Variant(ids[2])).await, []);
    assert_eq!(offers(Target::Sku(Sku::parse("cup-0").unwrap())).await, [(cup_id, 0)]);
    assert_eq!(offers(Target::Product(ProductId(999))).await, []);
    shop.edit(cup.id, |cup| cup.status = ProductStatus::Archived).await;
    for target in [Target::Product(cup.id), Target::Variant(cup_id), Target::Sku(cup.variants[0].sku.clone())]
    {
        assert_eq!(offers(target).await, []);
    }
}

pub(crate) async fn a_line_of_what_is_no_longer_sold_stays(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::with("Tea", vec![(100, 9), (150, 9)])).await;
    let cup = shop.product(Wanted::simple("Cup", 700, 9)).await;
    for variant in [tea.variants[0].id, tea.variants[1].id, cup.variants[0].id] {
        edit(&shop, ada, |cart| cart.add(line(variant, 1)).unwrap()).await;
    }
    shop.edit(tea.id, |tea| tea.variants[0].archived = true).await;
    shop.edit(cup.id, |cup| cup.status = ProductStatus::Archived).await;
    let bands: Vec<_> = view(&shop, ada).await.items.iter().map(|item| item.availability).collect();
    assert_eq!(bands, [Availability::OutOfStock, Availability::InStock, Availability::OutOfStock]);
    let priced = shop.begin().await.carts().priced(&CartOwner::User(ada)).await.unwrap();
    assert_eq!(priced.iter().map(|line| line.available).collect::<Vec<_>>(), [0, 9, 0]);
}

pub(crate) async fn the_first_things_of_a_cart_are_added_at_once(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::with("Tea", vec![(100, 99); 20])).await;
    let carts = service(&shop);
    let added = at_once(tea.variants.iter().map(|variant| {
        let (carts, target) = (carts.clone(), Target::Variant(variant.id));
        async move { carts.add(&Shopper::Account(ada), None, target, units(1)).await.map(drop) }
    }));
    added.await.into_iter().for_each(|added| added.unwrap());
    let cart = view(&shop, ada).await;
    assert_eq!((cart.items.len(), cart.version), (20, Version(20)));
    assert_eq!(shop.number("SELECT COUNT(*) FROM carts").await, 1);
}
