//! Making accounts.

use crate::shop::{PASSWORD, Shop, client, sign_up};
use auth::{AccountService, SignUp, SignUpError, StaffError};
use domain::Clock;
use domain::account::{EmailAddress, Role};

#[tokio::test]
async fn a_new_account_is_a_customers_and_keeps_no_password() {
    let shop = Shop::open();
    let answer = shop.accounts.sign_up(sign_up("ada"), &client()).await.unwrap();
    let view = answer.value.decode().unwrap();
    assert_eq!((view.name.as_str(), view.email.as_str()), ("ada", "ada@example.org"));
    assert_eq!((view.role, view.disabled, view.created_at), (Role::Customer, false, shop.clock.now()));
    let stored = shop.stored(view.id).password;
    assert!(stored.0.starts_with("$2b$04$") && !stored.0.contains(PASSWORD));
}

#[tokio::test]
async fn an_address_has_one_account_in_whatever_case() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let shouted = SignUp { email: EmailAddress::parse("ADA@example.ORG").unwrap(), ..sign_up("eve") };
    let outcome = shop.accounts.sign_up(shouted, &client()).await;
    assert!(matches!(outcome, Err(SignUpError::EmailTaken)));
    assert_eq!(shop.stored(ada).user.name.as_str(), "ada");
}

#[tokio::test]
async fn operators_make_staff() {
    let shop = Shop::open();
    let made = shop.accounts.create_staff(sign_up("grace")).await.unwrap();
    assert_eq!(made.role, Role::Staff);
    let device = shop.sign_in("grace").await;
    assert_eq!(shop.actor(&device).await.role(), Role::Staff);
}

#[tokio::test]
async fn operators_learn_that_an_address_is_taken() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let refusal = shop.accounts.create_staff(sign_up("ada")).await.unwrap_err();
    assert!(matches!(refusal, StaffError::EmailTaken(_)));
    assert!(refusal.to_string().contains("ada@example.org"));
    assert_eq!(shop.stored(ada).user.role, Role::Customer);
}
