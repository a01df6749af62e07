//! Signing in with a guest's cart: session and cart change in one transaction, or neither does.

use crate::shop::{PASSWORD, Shop, client, given};
use auth::{AccountService, SignIn, SignInError, SignedIn};
use domain::cart::{CartMerge, CartService, CartToken, Carts, CartsOptions, Quantity, Target};
use domain::testing::{a_guest, goods};
use domain::throttle::Gate;
use domain::{Change, OsEntropy, RepositoryError, Source, UserId};
use std::sync::Arc;

impl Shop {
    fn carts(&self) -> Carts {
        Carts::new(CartsOptions {
            units: self.memory.units(),
            reader: Arc::new(self.memory.clone()),
            source: Source::Sqlite,
            currency: self.memory.currency(),
            guest_carts: Gate::open(),
            clock: self.clock.clone(),
            entropy: Arc::new(OsEntropy),
        })
    }

    /// Fills a cart with a number of a new thing, as a guest, and returns its token.
    async fn fill_a_cart(&self, sku: &str, quantity: u32) -> CartToken {
        let product = self.memory.stock(goods(sku, sku, "1.00", 50)).await;
        let (target, quantity) = (Target::Product(product.id), Quantity::new(quantity).expect("it is one"));
        let shown = self.carts().add(&a_guest(None), None, target, quantity).await;
        shown.expect("there is enough").token.expect("a guest has a token")
    }

    async fn sign_in_with(&self, password: &str, cart: &CartToken) -> Result<SignedIn, SignInError> {
        let given = SignIn { guest_cart: Some(cart.hash()), ..given("ada", password) };
        self.accounts.sign_in(given, &client()).await.map(|signed_in| signed_in.value)
    }

    fn units_in_cart(&self, user: UserId) -> Vec<u32> {
        let carts = self.memory.state().carts;
        carts.get(&user).into_iter().flat_map(|cart| &cart.lines).map(|line| line.quantity.get()).collect()
    }
}

#[tokio::test]
async fn a_guests_cart_comes_along_once() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let token = shop.fill_a_cart("TEA", 3).await;

    let device = shop.sign_in_with(PASSWORD, &token).await.unwrap();

    assert_eq!(device.cart_merge, Some(CartMerge { merged: 1, adjustments: vec![] }));
    assert_eq!(shop.memory.state().last_changes(), [Change::Account(ada), Change::Cart(ada)]);
    assert!(shop.is_live(&device).await);
    assert_eq!(shop.sign_in_with(PASSWORD, &token).await.unwrap().cart_merge, None, "it is gone");
    assert_eq!(shop.sign_in("ada").await.cart_merge, None);
    assert_eq!(shop.units_in_cart(ada), [3]);
}

#[tokio::test]
async fn whoever_is_not_let_in_takes_nothing_over() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let token = shop.fill_a_cart("TEA", 3).await;
    let refused = shop.sign_in_with("wrong horse", &token).await;
    assert!(matches!(refused, Err(SignInError::Refused)), "{refused:?}");
    assert!(shop.units_in_cart(ada).is_empty() && shop.memory.state().guest_carts.len() == 1);
}

#[tokio::test]
async fn session_and_cart_come_together_or_not_at_all() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let token = shop.fill_a_cart("TEA", 3).await;
    let lost = || RepositoryError::Unavailable("gone".to_owned());
    shop.memory.fail_next_commit_with(lost());
    assert!(matches!(shop.sign_in_with(PASSWORD, &token).await, Err(SignInError::Repository(_))));
    let state = shop.memory.state();
    assert!(state.sessions.is_empty() && state.guest_carts.len() == 1 && shop.units_in_cart(ada).is_empty());

    shop.memory.fail_next_commit_with(RepositoryError::Contention("two at once".to_owned()));
    let device = shop.sign_in_with(PASSWORD, &token).await.unwrap();
    assert_eq!(
        device.cart_merge.map(|merged| merged.merged),
        Some(1),
        "a second try starts from the beginning"
    );
    assert_eq!(shop.units_in_cart(ada), [3]);
}

#[tokio::test]
async fn of_many_sign_ins_at_once_one_takes_the_cart_over() {
    let shop = Arc::new(Shop::open());
    let ada = shop.customer("ada").await;
    let token = shop.fill_a_cart("TEA", 3).await;
    let sign_ins = (0..8).map(|_| {
        let (shop, token) = (Arc::clone(&shop), token.clone());
        tokio::spawn(async move { shop.sign_in_with(PASSWORD, &token).await.unwrap().cart_merge })
    });
    let mut merges = Vec::new();
    for sign_in in sign_ins.collect::<Vec<_>>() {
        merges.extend(sign_in.await.unwrap());
    }
    assert_eq!((merges.len(), shop.units_in_cart(ada)), (1, vec![3]));
}
