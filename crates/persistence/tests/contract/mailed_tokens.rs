//! Tokens of messages: one for a purpose, used once, and removed when they are over.

use crate::races::at_once;
use crate::shop::{Shop, at};
use domain::account::{AccountReader, KeptToken, MailedToken, MailedTokenHash, Purpose};
use domain::housekeeping::{Ending, Housekeeping};
use domain::{Change, OsEntropy, RepositoryError, Timestamp, UnitOfWork, Units, UserId};

use Purpose::{ResetPassword, VerifyEmail};

/// The seconds that a token for a new password is good for.
const GOOD_FOR: i64 = 60 * 60;

/// Keeps a new token, sent at a second.
async fn kept(shop: &Shop, user: UserId, purpose: Purpose, second: i64) -> MailedTokenHash {
    let token = KeptToken::of(&MailedToken::generate(&OsEntropy), user, purpose, at(second));
    let mut work = shop.begin().await;
    work.mailed_tokens().keep(&token).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [], "nobody keeps copies of it");
    token.hash
}

async fn use_up(units: Units, purpose: Purpose, hash: MailedTokenHash, now: Timestamp) -> bool {
    let attempt = move |mut work: Box<dyn UnitOfWork>| async move {
        let used = work.mailed_tokens().use_up(purpose, &hash, now).await?;
        work.commit().await?;
        Ok::<_, RepositoryError>(used)
    };
    units.run(attempt).await.unwrap()
}

pub(crate) async fn a_token_is_good_once_for_its_purpose_and_in_time(shop: Shop) {
    let (ada, units) = (shop.customer("ada").await, || shop.units.clone());
    let hash = kept(&shop, ada, ResetPassword, 0).await;
    assert_eq!(shop.begin().await.mailed_tokens().holder(ResetPassword, &hash).await.unwrap(), Some(ada));
    assert_eq!(shop.begin().await.mailed_tokens().holder(VerifyEmail, &hash).await.unwrap(), None);
    let other = MailedToken::generate(&OsEntropy).hash();
    assert_eq!(shop.begin().await.mailed_tokens().holder(ResetPassword, &other).await.unwrap(), None);

    assert!(!use_up(units(), ResetPassword, other, at(1)).await, "nobody made it");
    assert!(!use_up(units(), VerifyEmail, hash, at(1)).await, "it is good for something else");
    assert!(!use_up(units(), ResetPassword, hash, at(GOOD_FOR)).await, "it is over");
    let mut dropped = shop.begin().await;
    assert!(dropped.mailed_tokens().use_up(ResetPassword, &hash, at(1)).await.unwrap());
    drop(dropped);
    assert!(use_up(units(), ResetPassword, hash, at(GOOD_FOR - 1)).await);
    assert!(!use_up(units(), ResetPassword, hash, at(1)).await, "it was used");
    assert_eq!(shop.begin().await.mailed_tokens().holder(ResetPassword, &hash).await.unwrap(), None);
}

pub(crate) async fn a_newer_token_takes_the_place_of_the_one_before(shop: Shop) {
    let (ada, bob, units) = (shop.customer("ada").await, shop.customer("bob").await, || shop.units.clone());
    let older = kept(&shop, ada, ResetPassword, 0).await;
    let others = [
        (VerifyEmail, kept(&shop, ada, VerifyEmail, 0).await),
        (ResetPassword, kept(&shop, bob, ResetPassword, 0).await),
    ];
    let newer = kept(&shop, ada, ResetPassword, 1).await;
    assert!(!use_up(units(), ResetPassword, older, at(2)).await);
    let voided = kept(&shop, ada, ResetPassword, 1).await;
    assert!(!use_up(units(), ResetPassword, newer, at(2)).await);
    let mut work = shop.begin().await;
    work.mailed_tokens().void(ada, ResetPassword).await.unwrap();
    work.commit().await.unwrap();
    assert!(!use_up(units(), ResetPassword, voided, at(2)).await);
    for (purpose, hash) in others {
        assert!(use_up(units(), purpose, hash, at(2)).await, "it is another's, or for something else");
    }
}

pub(crate) async fn of_many_who_use_a_token_one_does(shop: Shop) {
    let ada = shop.customer("ada").await;
    for _ in 0..5 {
        let hash = kept(&shop, ada, ResetPassword, 0).await;
        let tries = (0..8).map(|_| use_up(shop.units.clone(), ResetPassword, hash, at(1)));
        let used = at_once(tries).await.into_iter().filter(|used| *used).count();
        assert_eq!(used, 1);
    }
}

pub(crate) async fn tokens_that_are_over_are_thrown_away(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    kept(&shop, ada, ResetPassword, 0).await;
    kept(&shop, ada, VerifyEmail, 0).await;
    kept(&shop, bob, ResetPassword, 1).await;
    let prune = async |now| shop.db.prune(Ending::MailedTokens, now).await.unwrap();
    assert_eq!((prune(at(GOOD_FOR - 1)).await, prune(at(GOOD_FOR)).await), (0, 1));
    assert_eq!(shop.number("SELECT COUNT(*) FROM mailed_tokens").await, 2);
    assert_eq!((prune(at(3 * 24 * GOOD_FOR - 1)).await, prune(at(3 * 24 * GOOD_FOR)).await), (1, 1));
}

pub(crate) async fn an_address_is_proven_from_a_moment_on(shop: Shop) {
    let ada = shop.customer("ada").await;
    let profile = async || shop.db.profile(ada).await.unwrap().unwrap().value.decode().unwrap();
    assert!(!profile().await.email_verified);
    let mut work = shop.begin().await;
    let mut user = work.users().lock(ada).await.unwrap().unwrap().user;
    user.email_verified_at = Some(at(7));
    work.users().save(&user).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [Change::Account(ada)]);
    assert!(profile().await.email_verified);
    assert_eq!(shop.db.credentials_of(ada).await.unwrap().unwrap().user.email_verified_at, Some(at(7)));
}
