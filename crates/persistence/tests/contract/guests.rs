//! Carts of guests: found by the hash of a token, taken over once, and removed when they have ended.

use crate::carts::{line, service};
use crate::races::at_once;
use crate::shop::{Shop, Wanted, at, units};
use domain::cart::{
    Cart, CartMerge, CartOwner, CartReader, CartService, CartToken, CartTokenHash, Target, merge,
};
use domain::housekeeping::{Ending, Housekeeping};
use domain::testing::a_guest;
use domain::{Clock, OsEntropy, RepositoryError, SystemClock, Timestamp, Units, UserId, VariantId, Version};

/// The seconds that a guest's cart is kept after its last edit: 30 days.
pub(crate) const KEPT: i64 = 30 * 24 * 60 * 60;

/// Returns a new token, as a guest sends it.
fn token() -> CartToken {
    CartToken::generate(&OsEntropy)
}

/// Makes a guest's cart that is last edited at a second, with a line of each variant.
async fn guest(shop: &Shop, second: i64, variants: &[VariantId]) -> Cart {
    let owner = CartOwner::Guest(token().hash());
    let mut work = shop.begin().await;
    let before = work.carts().open(&owner, at(second)).await.unwrap();
    let mut after = before.edited(at(second));
    for variant in variants {
        after.add(line(*variant, 2)).unwrap();
    }
    work.carts().save(&before, &after).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [], "nobody keeps copies of it");
    after
}

fn hash_of(cart: &Cart) -> CartTokenHash {
    let CartOwner::Guest(hash) = cart.owner else { panic!("it is a guest's") };
    hash
}

async fn take_over(units: Units, user: UserId, guest: CartTokenHash, now: Timestamp) -> Option<CartMerge> {
    let attempt = move |mut work: Box<dyn domain::UnitOfWork>| async move {
        let merged = merge(work.as_mut(), user, guest, now).await?;
        work.commit().await?;
        Ok::<_, RepositoryError>(merged)
    };
    units.run(attempt).await.unwrap()
}

pub(crate) async fn a_guests_cart_is_there_until_it_ends(shop: Shop) {
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    let cart = guest(&shop, 0, &[tea.variants[0].id]).await;
    let (hash, end) = (hash_of(&cart), at(KEPT));
    assert_eq!(cart.expires_at, Some(end));
    let mut work = shop.begin().await;
    assert_eq!(work.carts().lock(&cart.owner).await.unwrap(), Some(cart.clone()));
    drop(work);

    let read = shop.db.guest_cart(hash, at(KEPT - 1)).await.unwrap().unwrap();
    assert_eq!(read.source, shop.db.source());
    let view = read.value.decode().unwrap();
    let item = &view.items[0];
    assert_eq!((view.version, item.quantity, item.price_changed), (Version(1), 2, true));
    assert_eq!((item.unit_price.amount.as_str(), item.price_when_added.amount.as_str()), ("1.25", "1.00"));
    assert!(shop.db.guest_cart(hash, end).await.unwrap().is_none(), "it has ended");
    assert!(shop.db.guest_cart(token().hash(), at(0)).await.unwrap().is_none(), "nobody has it");

    let mut work = shop.begin().await;
    work.carts().remove(hash).await.unwrap();
    work.commit().await.unwrap();
    assert!(shop.db.guest_cart(hash, at(0)).await.unwrap().is_none());
    assert_eq!(shop.number("SELECT COUNT(*) FROM cart_lines").await, 0);
}

pub(crate) async fn guests_who_add_at_once_lose_no_line(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(100, 99); 21])).await;
    let carts = service(&shop);
    let first = Target::Variant(tea.variants[0].id);
    let token = carts.add(&a_guest(None), None, first, units(1)).await.unwrap().token;
    let added = at_once(tea.variants[1..].iter().map(|variant| {
        let (carts, shopper) = (carts.clone(), a_guest(token.clone()));
        let target = Target::Variant(variant.id);
        async move { carts.add(&shopper, None, target, units(1)).await.map(|shown| shown.token) }
    }));
    assert!(added.await.into_iter().all(|added| added.unwrap() == token));
    let shown = carts.show(&a_guest(token)).await.unwrap().cart.value.decode().unwrap();
    assert_eq!((shown.items.len(), shown.version), (21, Version(21)));

    let begun = at_once((0..8).map(|_| {
        let (carts, target) = (carts.clone(), Target::Variant(tea.variants[0].id));
        async move { carts.add(&a_guest(None), None, target, units(1)).await.unwrap().token.unwrap() }
    }));
    let mut begun: Vec<_> = begun.await.iter().map(CartToken::hash).collect();
    begun.sort();
    begun.dedup();
    assert_eq!(begun.len(), 8, "guests who come without a token are as many guests");
}

pub(crate) async fn of_many_who_take_a_cart_over_one_does(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(100, 9), (100, 1), (100, 9)])).await;
    let ids: Vec<_> = tea.variants.iter().map(|variant| variant.id).collect();
    let mut customers = Vec::new();
    for number in 0..4 {
        customers.push(shop.customer(&format!("customer{number}")).await);
    }
    for _ in 0..5 {
        let cart = guest(&shop, 0, &ids[..2]).await;
        // Two sign-ins of each account, all at once.
        let sign_ins = customers.iter().chain(&customers);
        let merges = sign_ins.map(|user| take_over(shop.units.clone(), *user, hash_of(&cart), at(1)));
        let done: Vec<_> = at_once(merges).await.into_iter().flatten().collect();
        assert_eq!(done.len(), 1, "{done:?}");
        assert!(shop.db.guest_cart(hash_of(&cart), at(1)).await.unwrap().is_none());
    }
    assert_eq!(shop.number("SELECT COUNT(*) FROM carts WHERE user_id IS NULL").await, 0);
    let held = "SELECT COUNT(*) FROM cart_lines WHERE quantity > 2";
    assert_eq!(shop.number(held).await, 0, "the larger quantity is kept, and nothing is added up");
}

pub(crate) async fn what_is_added_meanwhile_is_not_lost(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::with("Tea", vec![(100, 9); 12])).await;
    let carts = service(&shop);
    let begin = Target::Variant(tea.variants[0].id);
    let token = carts.add(&a_guest(None), None, begin, units(1)).await.unwrap().token.unwrap();
    let adding = tea.variants[1..].iter().map(|variant| {
        let (carts, shopper) = (carts.clone(), a_guest(Some(token.clone())));
        let target = Target::Variant(variant.id);
        async move { carts.add(&shopper, None, target, units(1)).await.map(drop) }
    });
    let running: Vec<_> = adding.map(tokio::spawn).collect();
    let merged = take_over(shop.units.clone(), ada, token.hash(), SystemClock.now()).await.unwrap();
    for added in running {
        added.await.unwrap().unwrap();
    }
    // Whoever came too late for this cart began another one; every line is in exactly one cart.
    assert_eq!(shop.number("SELECT COUNT(*) FROM cart_lines").await, 12);
    assert_eq!(shop.number("SELECT COUNT(DISTINCT variant_id) FROM cart_lines").await, 12);
    let kept = shop.db.cart(ada).await.unwrap().value.decode().unwrap().items.len();
    assert_eq!(u32::try_from(kept), Ok(merged.merged));
}

pub(crate) async fn what_has_ended_is_removed_and_nothing_else(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    let (old, young) =
        (guest(&shop, 0, &[tea.variants[0].id]).await, guest(&shop, 1, &[tea.variants[0].id]).await);
    let mut work = shop.begin().await;
    work.carts().open(&CartOwner::User(ada), at(0)).await.unwrap();
    work.commit().await.unwrap();

    let prune = async |now| shop.db.prune(Ending::GuestCarts, now).await.unwrap();
    assert_eq!(prune(at(KEPT - 1)).await, 0);
    assert_eq!(prune(at(KEPT)).await, 1);
    assert_eq!(prune(at(KEPT)).await, 0);
    let mut work = shop.begin().await;
    assert!(work.carts().lock(&old.owner).await.unwrap().is_none());
    assert_eq!(work.carts().lock(&young.owner).await.unwrap(), Some(young));
    work.commit().await.unwrap(); // what is held is not thrown away
    assert_eq!(shop.number("SELECT COUNT(*) FROM cart_lines").await, 1);
    assert_eq!(prune(at(10 * KEPT)).await, 1);
    assert!(shop.begin().await.carts().lock(&CartOwner::User(ada)).await.unwrap().is_some());
}

pub(crate) async fn thousands_that_have_ended_are_removed(shop: Shop) {
    guest(&shop, 0, &[]).await;
    let more = "INSERT INTO carts (token_hash, expires_at, version)
        WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 2500)
        SELECT token_hash || number, expires_at, version FROM carts, numbers";
    shop.sql(more).await.unwrap();
    let both = (shop.db.clone(), shop.again(crate::shop::usd(), 2).await);
    let end = at(KEPT);
    let (one, other) =
        tokio::join!(both.0.prune(Ending::GuestCarts, end), both.1.prune(Ending::GuestCarts, end));
    assert_eq!(one.unwrap() + other.unwrap(), 2_501, "each is removed by one of them");
    assert_eq!(shop.number("SELECT COUNT(*) FROM carts").await, 0);
}
