//! Accounts.

use crate::shop::{Shop, name, new_user};
use domain::account::{AccountReader, EmailAddress, PasswordHash, Role};
use domain::{Change, UserId};

pub(crate) async fn an_address_is_unique_without_case(shop: Shop) {
    let mut work = shop.begin().await;
    let ada = work.users().insert(&new_user("Ada@Example.org")).await.unwrap().unwrap();
    assert_eq!(work.users().insert(&new_user("aDA@example.ORG")).await.unwrap(), None);
    // The refusal spoils nothing of what else the unit of work does.
    let committed = work.commit().await.unwrap();
    assert_eq!(committed.changes, [Change::Account(ada.id)]);
    assert_eq!(committed.source, shop.db.source());
    let mut work = shop.begin().await;
    assert_eq!(work.users().insert(&new_user("ada@example.org")).await.unwrap(), None);
    assert_eq!(work.commit().await.unwrap().changes, []);
}

pub(crate) async fn credentials_are_found_by_address_and_by_id(shop: Shop) {
    let id = shop.customer("Ada").await;
    let email = EmailAddress::parse("ADA@EXAMPLE.ORG").unwrap();
    let found = shop.db.credentials(&email).await.unwrap().unwrap();
    assert_eq!((found.user.id, found.user.email.as_str()), (id, "Ada@example.org"));
    assert_eq!(found.password, PasswordHash("$2b$hash".to_owned()));
    assert_eq!(shop.db.credentials_of(id).await.unwrap().unwrap().user, found.user);
    assert!(shop.db.credentials_of(UserId(999)).await.unwrap().is_none());
    assert!(shop.db.profile(UserId(999)).await.unwrap().is_none());
    assert!(shop.db.state(UserId(999)).await.unwrap().is_none());
}

pub(crate) async fn saving_an_account_changes_what_is_read(shop: Shop) {
    let id = shop.customer("ada").await;
    let mut work = shop.begin().await;
    let mut user = work.users().lock(id).await.unwrap().unwrap().user;
    (user.name, user.role, user.disabled) = (name("Countess"), Role::Staff, true);
    work.users().save(&user).await.unwrap();
    work.users().set_password(id, &PasswordHash("$2b$other".to_owned())).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [Change::Account(id)]);

    let profile = shop.db.profile(id).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!((profile.name.as_str(), profile.role, profile.disabled), ("Countess", Role::Staff, true));
    let state = shop.db.state(id).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!((state.role, state.disabled, state.sessions.len()), (Role::Staff, true, 0));
    let found = shop.db.credentials_of(id).await.unwrap().unwrap();
    assert_eq!((found.user, found.password), (user, PasswordHash("$2b$other".to_owned())));
    assert!(shop.begin().await.users().lock(UserId(999)).await.unwrap().is_none());
}
