//! Too many tries.

use crate::shop::{PASSWORD, Shop, client, from, given, password, sign_up};
use auth::{AccountService, Client, PasswordError, SignInError, SignUpError, ThrottleLimits};
use chrono::TimeDelta;
use std::time::Duration;

async fn sign_in(shop: &Shop, name: &str, tried: &str, client: &Client) -> Result<(), SignInError> {
    shop.accounts.sign_in(given(name, tried), client).await.map(drop)
}

#[tokio::test]
async fn an_account_is_tried_so_often_a_minute_from_wherever() {
    let shop = Shop::with(ThrottleLimits { sign_in_per_account: 2, ..ThrottleLimits::NONE });
    shop.customer("ada").await;
    for address in ["192.0.2.1", "192.0.2.2"] {
        let outcome = sign_in(&shop, "ada", "wrong horse", &from(address)).await;
        assert!(matches!(outcome, Err(SignInError::Refused)));
    }
    let before = shop.passwords.rounds();
    let outcome = sign_in(&shop, "ada", PASSWORD, &from("192.0.2.3")).await;
    let Err(SignInError::Throttled { retry_after }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(retry_after, Duration::from_secs(30));
    assert_eq!(shop.passwords.rounds(), before, "whoever is throttled costs no work");

    shop.clock.advance(TimeDelta::seconds(30));
    assert!(sign_in(&shop, "ada", PASSWORD, &from("192.0.2.3")).await.is_ok());
}

#[tokio::test]
async fn unknown_accounts_are_throttled_alike() {
    let shop = Shop::with(ThrottleLimits { sign_in_per_account: 1, ..ThrottleLimits::NONE });
    assert!(matches!(sign_in(&shop, "nobody", PASSWORD, &client()).await, Err(SignInError::Refused)));
    let outcome = sign_in(&shop, "nobody", PASSWORD, &client()).await;
    assert!(matches!(outcome, Err(SignInError::Throttled { .. })));
}

#[tokio::test]
async fn an_address_tries_so_often_a_minute_at_whatever_account() {
    let shop = Shop::with(ThrottleLimits { sign_in_per_address: 2, ..ThrottleLimits::NONE });
    shop.customer("ada").await;
    for name in ["bob", "eve"] {
        assert!(matches!(sign_in(&shop, name, PASSWORD, &client()).await, Err(SignInError::Refused)));
    }
    let outcome = sign_in(&shop, "ada", PASSWORD, &client()).await;
    assert!(matches!(outcome, Err(SignInError::Throttled { .. })));
    assert!(sign_in(&shop, "ada", PASSWORD, &from("192.0.2.2")).await.is_ok());
}

#[tokio::test]
async fn one_throttled_address_does_not_use_up_an_accounts_tries() {
    let shop =
        Shop::with(ThrottleLimits { sign_in_per_account: 2, sign_in_per_address: 1, ..ThrottleLimits::NONE });
    shop.customer("ada").await;
    for _ in 0..5 {
        assert!(sign_in(&shop, "ada", "wrong horse", &client()).await.is_err());
    }
    assert!(sign_in(&shop, "ada", PASSWORD, &from("192.0.2.2")).await.is_ok());
}

#[tokio::test]
async fn changing_the_password_counts_as_trying_it() {
    let shop = Shop::with(ThrottleLimits { sign_in_per_account: 2, ..ThrottleLimits::NONE });
    shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let actor = shop.actor(&device).await;
    let here = client();
    let guess =
        || shop.accounts.change_password(&actor, password("wrong horse"), password("another horse"), &here);
    assert!(matches!(guess().await, Err(PasswordError::Wrong)));
    assert!(matches!(guess().await, Err(PasswordError::Throttled { .. })));
    assert!(matches!(shop.try_sign_in("ada", PASSWORD).await, Err(SignInError::Throttled { .. })));
}

#[tokio::test]
async fn an_address_makes_so_many_accounts_a_minute() {
    let shop = Shop::with(ThrottleLimits { sign_up_per_address: 1, ..ThrottleLimits::NONE });
    shop.customer("ada").await;
    let outcome = shop.accounts.sign_up(sign_up("bob"), &client()).await;
    let Err(SignUpError::Throttled { retry_after }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(retry_after, Duration::from_mins(1));
    assert!(shop.accounts.sign_up(sign_up("bob"), &from("2001:db8::1")).await.is_ok());
    assert!(shop.accounts.create_staff(sign_up("grace")).await.is_ok(), "operators are not throttled");
}
