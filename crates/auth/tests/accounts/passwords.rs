//! Changing a password.

use crate::shop::{PASSWORD, Shop, client, password};
use auth::{AccountService, PasswordError, SignInError};

const NEW: &str = "a better password";

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_the_other_sessions() {
    let shop = Shop::open();
    shop.customer("ada").await;
    shop.customer("bob").await;
    let (phone, laptop) = (shop.sign_in("ada").await, shop.sign_in("ada").await);
    let bystander = shop.sign_in("bob").await;
    let actor = shop.actor(&phone).await;
    shop.accounts.change_password(&actor, password(PASSWORD), password(NEW), &client()).await.unwrap();

    assert!(shop.is_live(&phone).await);
    assert!(!shop.is_live(&laptop).await);
    assert!(shop.is_live(&bystander).await);
    assert!(matches!(shop.try_sign_in("ada", PASSWORD).await, Err(SignInError::Refused)));
    assert!(shop.try_sign_in("ada", NEW).await.is_ok());
}

#[tokio::test]
async fn whoever_does_not_know_the_password_changes_nothing() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let (phone, laptop) = (shop.sign_in("ada").await, shop.sign_in("ada").await);
    let before = shop.stored(ada).password;
    let actor = shop.actor(&phone).await;
    let outcome =
        shop.accounts.change_password(&actor, password("wrong horse"), password(NEW), &client()).await;
    assert!(matches!(outcome, Err(PasswordError::Wrong)));
    assert_eq!(shop.stored(ada).password, before);
    assert!(shop.is_live(&laptop).await);
}
