//! Signing in: what begins, and what is refused alike.

use crate::shop::{PASSWORD, Shop, client, given};
use auth::{AccountPatch, AccountService, AuthenticationError, Authenticator, SignIn, SignInError};
use chrono::TimeDelta;
use domain::account::{EmailAddress, MAX_LIVE_SESSIONS, Role};
use domain::{Clock, RepositoryError, Source};
use secrecy::ExposeSecret;

#[tokio::test]
async fn signing_in_begins_a_session_of_seven_days() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let signed_in = shop.accounts.sign_in(given("ada", PASSWORD), &client()).await.unwrap();
    assert_eq!(signed_in.source, Source::Sqlite);
    let device = signed_in.value;
    assert_eq!(device.user.id, ada);
    assert_eq!(device.expires_at, shop.clock.now() + TimeDelta::days(7));

    let actor = shop.actor(&device).await;
    assert_eq!((actor.user(), actor.role()), (ada, Role::Customer));
    let session = &shop.memory.state().sessions[actor.session()];
    assert_eq!((session.user, session.expires_at), (ada, device.expires_at));
    assert_eq!((session.created_at, session.last_seen_at), (shop.clock.now(), shop.clock.now()));
    assert_eq!(session.user_agent.as_deref(), Some("a test"));
    assert_eq!(session.address.as_deref(), Some("192.0.2.1"));
}

#[tokio::test]
async fn the_address_may_be_written_in_any_case() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let email = EmailAddress::parse("ADA@EXAMPLE.ORG").unwrap();
    let shouted = SignIn { email, ..given("ada", PASSWORD) };
    assert!(shop.accounts.sign_in(shouted, &client()).await.is_ok());
}

#[tokio::test]
async fn unknown_wrong_and_disabled_are_refused_after_the_same_work() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let bob = shop.customer("bob").await;
    let shut_out = AccountPatch { disabled: Some(true), role: None };
    shop.accounts.administer(bob, shut_out).await.unwrap();

    for (name, tried) in [("nobody", PASSWORD), ("ada", "wrong horse"), ("bob", PASSWORD)] {
        let before = shop.passwords.rounds();
        let outcome = shop.try_sign_in(name, tried).await;
        assert!(matches!(outcome, Err(SignInError::Refused)), "{name}: {outcome:?}");
        assert_eq!(shop.passwords.rounds() - before, 16, "{name}: one check at cost 4");
    }
    assert!(shop.memory.state().sessions.is_empty());
}

#[tokio::test]
async fn a_hash_of_another_cost_is_replaced() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let shop = shop.at_cost(5);
    assert!(shop.try_sign_in("ada", "wrong horse").await.is_err());
    assert!(shop.stored(ada).password.0.starts_with("$2b$04$"), "only the right password can be hashed anew");
    shop.sign_in("ada").await;
    let renewed = shop.stored(ada).password;
    assert!(renewed.0.starts_with("$2b$05$"));
    shop.sign_in("ada").await;
    assert_eq!(shop.stored(ada).password, renewed);
}

#[tokio::test]
async fn the_hash_of_a_disabled_account_is_not_replaced() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    shop.accounts.administer(ada, AccountPatch { disabled: Some(true), role: None }).await.unwrap();
    let shop = shop.at_cost(5);
    assert!(matches!(shop.try_sign_in("ada", PASSWORD).await, Err(SignInError::Refused)));
    assert_eq!(shop.passwords.rounds(), 16, "more work would tell that the password was right");
}

#[tokio::test]
async fn the_oldest_session_ends_when_there_are_too_many() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let mut devices = Vec::new();
    for _ in 0..=MAX_LIVE_SESSIONS {
        devices.push(shop.sign_in("ada").await);
        shop.clock.advance(TimeDelta::seconds(1));
    }
    assert!(!shop.is_live(&devices[0]).await);
    for device in &devices[1..] {
        assert!(shop.is_live(device).await);
    }
}

#[tokio::test]
async fn a_session_ends_with_its_token() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let verified = shop.sessions.verify(device.token.expose_secret()).unwrap();
    for _ in 0..6 {
        shop.clock.advance(TimeDelta::days(1));
        assert!(shop.uses(&device).await);
    }
    shop.clock.set(device.expires_at - TimeDelta::microseconds(1));
    assert!(shop.is_live(&device).await);
    shop.clock.set(device.expires_at);
    assert!(matches!(shop.admit(&device).await, Err(AuthenticationError::InvalidToken(_))));
    assert!(matches!(shop.sessions.admit(&verified).await, Err(AuthenticationError::SessionEnded)));
}

#[tokio::test]
async fn a_store_that_fails_is_no_refusal() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let outage = || RepositoryError::Unavailable("gone".to_owned());
    shop.memory.fail_next_read_with(outage());
    let outcome = shop.try_sign_in("ada", PASSWORD).await;
    assert!(matches!(outcome, Err(SignInError::Repository(RepositoryError::Unavailable(_)))));
    shop.memory.fail_next_read_with(outage());
    let outcome = shop.admit(&device).await;
    assert!(matches!(outcome, Err(AuthenticationError::Repository(RepositoryError::Unavailable(_)))));
}
