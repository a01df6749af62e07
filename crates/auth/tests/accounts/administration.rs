//! Profiles, roles and shutting out.

use crate::shop::{PASSWORD, Shop};
use auth::{AccountError, AccountPatch, AccountService, ProfilePatch, SignInError};
use domain::UserId;
use domain::account::{PersonName, Role};

#[tokio::test]
async fn a_profile_is_read_and_renamed() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let actor = shop.actor(&device).await;
    let patch = ProfilePatch { name: Some(PersonName::parse("Ada Lovelace").unwrap()) };
    let changed = shop.accounts.change_profile(&actor, patch).await.unwrap().value;
    assert_eq!(changed.decode().unwrap().name, "Ada Lovelace");
    let read = shop.accounts.profile(&actor).await.unwrap().value;
    assert_eq!((read.json(), read.etag()), (changed.json(), changed.etag()));
    assert!(shop.is_live(&device).await);
}

#[tokio::test]
async fn a_new_role_takes_effect_by_signing_in_again() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    shop.customer("bob").await;
    let (device, bystander) = (shop.sign_in("ada").await, shop.sign_in("bob").await);
    let promote = AccountPatch { role: Some(Role::Staff), disabled: None };
    let promoted = shop.accounts.administer(ada, promote).await.unwrap().value.decode().unwrap();
    assert_eq!(promoted.role, Role::Staff);
    assert!(!shop.is_live(&device).await);
    assert!(shop.is_live(&bystander).await);
    let again = shop.sign_in("ada").await;
    assert_eq!(shop.actor(&again).await.role(), Role::Staff);
}

#[tokio::test]
async fn whoever_is_shut_out_stays_out_until_let_in() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let set = |disabled| AccountPatch { role: None, disabled: Some(disabled) };
    assert!(shop.accounts.administer(ada, set(true)).await.unwrap().value.decode().unwrap().disabled);
    assert!(!shop.is_live(&device).await);
    assert!(matches!(shop.try_sign_in("ada", PASSWORD).await, Err(SignInError::Refused)));
    shop.accounts.administer(ada, set(false)).await.unwrap();
    assert!(!shop.is_live(&device).await, "what was ended stays ended");
    assert!(shop.try_sign_in("ada", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn what_changes_nothing_ends_nothing() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    for patch in [AccountPatch::default(), AccountPatch { role: Some(Role::Customer), disabled: Some(false) }]
    {
        shop.accounts.administer(ada, patch).await.unwrap();
        assert!(shop.is_live(&device).await);
        assert!(shop.memory.state().last_changes().is_empty(), "nothing cached is out of date");
    }
}

#[tokio::test]
async fn nobody_is_not_found() {
    let shop = Shop::open();
    let outcome = shop.accounts.administer(UserId(404), AccountPatch::default()).await;
    assert!(matches!(outcome, Err(AccountError::NotFound)));
}
