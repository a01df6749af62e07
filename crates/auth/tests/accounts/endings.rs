//! The list of sessions and the ways to end them.

use crate::shop::Shop;
use auth::{AccountError, AccountService};
use chrono::TimeDelta;
use domain::{OsEntropy, SessionId};

#[tokio::test]
async fn signing_out_ends_one_session() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let (phone, laptop) = (shop.sign_in("ada").await, shop.sign_in("ada").await);
    let actor = shop.actor(&phone).await;
    shop.accounts.sign_out(&actor).await.unwrap();
    assert!(!shop.is_live(&phone).await);
    assert!(shop.is_live(&laptop).await);
    assert!(shop.accounts.sign_out(&actor).await.is_ok(), "what has ended may end again");
}

#[tokio::test]
async fn signing_out_everywhere_ends_the_accounts_sessions() {
    let shop = Shop::open();
    shop.customer("ada").await;
    shop.customer("bob").await;
    let (phone, laptop) = (shop.sign_in("ada").await, shop.sign_in("ada").await);
    let other = shop.sign_in("bob").await;
    shop.accounts.sign_out_all(&shop.actor(&phone).await).await.unwrap();
    assert!(!shop.is_live(&phone).await);
    assert!(!shop.is_live(&laptop).await);
    assert!(shop.is_live(&other).await);
}

#[tokio::test]
async fn live_sessions_are_listed_with_the_asking_one_marked() {
    let shop = Shop::open();
    shop.customer("ada").await;
    shop.customer("bob").await;
    shop.sign_in("bob").await;
    shop.sign_in("ada").await;
    shop.clock.advance(TimeDelta::days(7));
    let phone = shop.sign_in("ada").await;
    shop.clock.advance(TimeDelta::hours(1));
    let laptop = shop.sign_in("ada").await;

    let listed = shop.accounts.sessions(&shop.actor(&phone).await).await.unwrap().value;
    let listed: Vec<_> = listed.iter().map(|session| (session.expires_at, session.current)).collect();
    assert_eq!(listed, [(laptop.expires_at, false), (phone.expires_at, true)]);
}

#[tokio::test]
async fn a_session_is_ended_by_its_account_alone() {
    let shop = Shop::open();
    shop.customer("ada").await;
    shop.customer("bob").await;
    let (phone, laptop) = (shop.sign_in("ada").await, shop.sign_in("ada").await);
    let other = shop.sign_in("bob").await;
    let actor = shop.actor(&phone).await;
    let foreign = shop.actor(&other).await.session().clone();

    for absent in [foreign, SessionId::generate(&OsEntropy)] {
        let outcome = shop.accounts.end_session(&actor, absent).await;
        assert!(matches!(outcome, Err(AccountError::NotFound)));
    }
    assert!(shop.is_live(&other).await);
    let own = shop.actor(&laptop).await.session().clone();
    shop.accounts.end_session(&actor, own).await.unwrap();
    assert!(!shop.is_live(&laptop).await);
    assert!(shop.is_live(&phone).await);
}
