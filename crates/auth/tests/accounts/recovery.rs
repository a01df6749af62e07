//! Forgotten passwords, and addresses that are confirmed.

use crate::shop::{PASSWORD, Shop, client, email, from, password, token_in};
use auth::{
    AccountPatch, AccountService, MessageError, RecoveryService, SignInError, ThrottleLimits, TokenError,
    Verification,
};
use chrono::TimeDelta;
use domain::account::{MailedToken, Purpose};
use domain::{OsEntropy, RepositoryError, UnitsOfWork, UserId};

const NEW: &str = "a better password";

async fn forget(shop: &Shop, name: &str) {
    shop.accounts.forget_password(email(name), &client()).await.expect("nothing is throttled");
}

async fn reset(shop: &Shop, token: &MailedToken) -> Result<(), TokenError> {
    shop.accounts.reset_password(token.clone(), password(NEW), &client()).await
}

async fn verify(shop: &Shop, token: &MailedToken) -> Result<(), TokenError> {
    shop.accounts.verify_email(token.clone(), &client()).await
}

fn is_proven(shop: &Shop, user: UserId) -> bool {
    shop.stored(user).user.email_verified_at.is_some()
}

/// Asserts that a token is worth nothing and changed nothing.
async fn unusable(shop: &Shop, token: &MailedToken) {
    let before = shop.memory.state();
    for refused in [reset(shop, token).await, verify(shop, token).await] {
        assert!(matches!(refused, Err(TokenError::Unusable)), "{refused:?}");
    }
    assert_eq!(format!("{:?}", shop.memory.state().users), format!("{:?}", before.users));
    assert_eq!(shop.memory.state().sessions, before.sessions);
}

#[tokio::test]
async fn a_new_password_takes_the_place_of_a_forgotten_one_and_ends_every_session() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    shop.customer("bob").await;
    let (phone, bystander) = (shop.sign_in("ada").await, shop.sign_in("bob").await);
    for _ in ["ada", "bob"] {
        shop.mailer.next().await;
    }
    forget(&shop, "ada").await;
    let letter = shop.mailer.next().await;
    assert_eq!((letter.to.as_str(), letter.subject), ("ada@example.org", "Choose a new password"));
    assert!(!is_proven(&shop, ada));

    reset(&shop, &token_in(&letter)).await.unwrap();
    assert!(!shop.is_live(&phone).await && shop.is_live(&bystander).await);
    assert!(matches!(shop.try_sign_in("ada", PASSWORD).await, Err(SignInError::Refused)));
    assert!(shop.try_sign_in("ada", NEW).await.is_ok());
    assert!(is_proven(&shop, ada), "whoever read the message reads the address");
    unusable(&shop, &token_in(&letter)).await;
}

#[tokio::test]
async fn signing_up_sends_a_token_that_confirms_the_address_once() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let letter = shop.mailer.next().await;
    assert_eq!((letter.to.as_str(), letter.subject), ("ada@example.org", "Confirm your e-mail address"));
    let token = token_in(&letter);
    assert!(matches!(reset(&shop, &token).await, Err(TokenError::Unusable)), "it is good for nothing else");
    verify(&shop, &token).await.unwrap();
    assert_eq!(shop.stored(ada).user.email_verified_at, Some(domain::Clock::now(shop.clock.as_ref())));
    unusable(&shop, &token).await;
}

#[tokio::test]
async fn the_answer_to_a_forgotten_password_waits_for_nothing_that_depends_on_the_account() {
    let shop = Shop::open();
    shop.customer("ada").await;
    // Nobody can read, and nobody else can write.
    let _at_work = shop.memory.begin().await.unwrap();
    for name in ["nobody", "ada"] {
        shop.memory.fail_next_read_with(RepositoryError::Unavailable("gone".to_owned()));
        forget(&shop, name).await;
    }
}

#[tokio::test]
async fn nobody_is_written_to_who_is_not_there_or_is_shut_out() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    shop.mailer.next().await;
    let disabled = AccountPatch { disabled: Some(true), ..AccountPatch::default() };
    shop.accounts.administer(ada, disabled).await.unwrap();
    forget(&shop, "nobody").await;
    forget(&shop, "ada").await;
    let memory = shop.memory.clone();
    assert_eq!(shop.close().await.len(), 0);
    assert!(!memory.state().mailed_tokens.contains_key(&(ada, Purpose::ResetPassword)));
}

#[tokio::test]
async fn tokens_are_over_in_time() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let verification = shop.token().await;
    forget(&shop, "ada").await;
    let forgotten = shop.token().await;
    shop.clock.advance(TimeDelta::hours(1));
    unusable(&shop, &forgotten).await;
    shop.clock.advance(TimeDelta::hours(71) - TimeDelta::microseconds(1));
    verify(&shop, &verification).await.unwrap();

    shop.customer("bob").await;
    let verification = shop.token().await;
    shop.clock.advance(TimeDelta::days(3));
    unusable(&shop, &verification).await;
}

#[tokio::test]
async fn what_the_shop_never_made_is_worth_nothing_and_costs_no_hash() {
    let shop = Shop::open();
    shop.customer("ada").await;
    forget(&shop, "ada").await;
    let before = shop.passwords.rounds();
    for _ in 0..3 {
        unusable(&shop, &MailedToken::generate(&OsEntropy)).await;
    }
    assert_eq!(shop.passwords.rounds(), before, "whoever makes tokens up keeps the shop busy");
}

#[tokio::test]
async fn a_new_password_that_is_easy_to_guess_is_refused_and_the_token_stays_good() {
    let shop = Shop::open();
    shop.customer("ada").await;
    shop.mailer.next().await;
    forget(&shop, "ada").await;
    let token = shop.token().await;
    for weak in ["password", "ada@example.org"] {
        let refused = shop.accounts.reset_password(token.clone(), password(weak), &client()).await;
        assert!(matches!(refused, Err(TokenError::Guessable(_))), "{weak}: {refused:?}");
    }
    assert!(shop.try_sign_in("ada", PASSWORD).await.is_ok(), "the old one is gone");
    reset(&shop, &token).await.unwrap();
}

#[tokio::test]
async fn a_token_for_a_new_password_is_void_once_there_is_a_newer_one_or_another_password() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    shop.mailer.next().await;
    forget(&shop, "ada").await;
    let first = shop.token().await;
    forget(&shop, "ada").await;
    let second = shop.token().await;
    unusable(&shop, &first).await;

    let actor = shop.actor(&shop.sign_in("ada").await).await;
    shop.accounts.change_password(&actor, password(PASSWORD), password(NEW), &client()).await.unwrap();
    unusable(&shop, &second).await;

    forget(&shop, "ada").await;
    let third = shop.token().await;
    for disabled in [true, false] {
        let patch = AccountPatch { disabled: Some(disabled), ..AccountPatch::default() };
        shop.accounts.administer(ada, patch).await.unwrap();
        unusable(&shop, &third).await;
    }
}

#[tokio::test]
async fn an_account_that_is_disabled_meanwhile_is_not_let_in_by_a_message() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let verification = shop.token().await;
    let patch = AccountPatch { disabled: Some(true), ..AccountPatch::default() };
    shop.accounts.administer(ada, patch).await.unwrap();
    unusable(&shop, &verification).await;
}

#[tokio::test]
async fn another_message_is_sent_until_the_address_is_confirmed() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let first = shop.token().await;
    let actor = shop.actor(&shop.sign_in("ada").await).await;
    let asked = shop.accounts.ask_verification(&actor, &client()).await.unwrap();
    assert_eq!(asked, Verification::Follows);
    let second = shop.token().await;
    assert!(matches!(verify(&shop, &first).await, Err(TokenError::Unusable)), "a newer one took its place");
    verify(&shop, &second).await.unwrap();
    assert_eq!(shop.accounts.ask_verification(&actor, &client()).await.unwrap(), Verification::IsDone);
    assert_eq!(shop.close().await.len(), 0);
}

#[tokio::test]
async fn messages_and_tokens_are_throttled() {
    let limits = ThrottleLimits { reset_per_account: 1, verification_per_account: 1, ..ThrottleLimits::NONE };
    let shop = Shop::with(limits);
    shop.customer("ada").await;
    for name in ["ada", "nobody"] {
        forget(&shop, name).await;
        let again = shop.accounts.forget_password(email(name), &from("192.0.2.9")).await;
        assert!(matches!(again, Err(MessageError::Throttled { .. })), "{name}: {again:?}");
    }
    let actor = shop.actor(&shop.sign_in("ada").await).await;
    shop.accounts.ask_verification(&actor, &client()).await.unwrap();
    let again = shop.accounts.ask_verification(&actor, &client()).await;
    assert!(matches!(again, Err(MessageError::Throttled { .. })), "{again:?}");

    let shop = Shop::with(ThrottleLimits { reset_per_address: 1, ..ThrottleLimits::NONE });
    let token = MailedToken::generate(&OsEntropy);
    assert!(matches!(reset(&shop, &token).await, Err(TokenError::Unusable)));
    for again in [reset(&shop, &token).await, verify(&shop, &token).await] {
        assert!(matches!(again, Err(TokenError::Throttled { .. })), "{again:?}");
    }
    let again = shop.accounts.forget_password(email("ada"), &client()).await;
    assert!(matches!(again, Err(MessageError::Throttled { .. })), "{again:?}");
}
