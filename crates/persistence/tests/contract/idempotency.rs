//! Keys of requests that may be sent again, and the answers that are kept under them.

use crate::shop::{Shop, at};
use chrono::TimeDelta;
use domain::housekeeping::{Ending, Housekeeping};
use domain::idempotency::{Claim, Fingerprint, KEPT, Keyed, Remembered};
use domain::{IdempotencyKey, RepositoryError, UserId};

pub(crate) fn keyed(caller: UserId, body: &str) -> Keyed {
    let fingerprint = Fingerprint::of("POST", "/api/v1/orders", body.as_bytes());
    Keyed { caller, key: IdempotencyKey::parse("k").unwrap(), fingerprint }
}

fn answer(id: i64) -> Remembered {
    Remembered { id, etag: "1.00000000deadbeef".to_owned(), json: r#"{"name":"Grüner Tee"}"#.into() }
}

/// Claims a key in a unit of work that does nothing else, and keeps an answer if it was fresh.
async fn ask(shop: &Shop, keyed: &Keyed, after: TimeDelta, id: i64) -> Claim {
    let mut work = shop.begin().await;
    let claim = work.idempotency().claim(keyed, at(0) + after).await.unwrap();
    if claim == Claim::Fresh {
        work.idempotency().remember(keyed, &answer(id)).await.unwrap();
        work.commit().await.unwrap();
    }
    claim
}

pub(crate) async fn an_answer_is_kept_under_the_key_of_its_caller(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let soon = TimeDelta::zero();
    assert_eq!(ask(&shop, &keyed(ada, ""), soon, 7).await, Claim::Fresh);
    assert_eq!(ask(&shop, &keyed(ada, ""), soon, 8).await, Claim::Answered(answer(7)));
    assert_eq!(ask(&shop, &keyed(ada, "{}"), soon, 8).await, Claim::Reused);
    assert_eq!(ask(&shop, &keyed(bob, "{}"), soon, 9).await, Claim::Fresh);
    assert_eq!(ask(&shop, &keyed(bob, "{}"), soon, 8).await, Claim::Answered(answer(9)));
    assert_eq!(ask(&shop, &keyed(ada, ""), soon, 8).await, Claim::Answered(answer(7)));
}

pub(crate) async fn what_was_not_committed_was_never_claimed(shop: Shop) {
    let ada = shop.customer("ada").await;
    let mut work = shop.begin().await;
    assert_eq!(work.idempotency().claim(&keyed(ada, ""), at(0)).await.unwrap(), Claim::Fresh);
    work.idempotency().remember(&keyed(ada, ""), &answer(7)).await.unwrap();
    drop(work);
    assert_eq!(ask(&shop, &keyed(ada, "{}"), TimeDelta::zero(), 8).await, Claim::Fresh);
}

pub(crate) async fn an_answer_is_good_for_a_day(shop: Shop) {
    let ada = shop.customer("ada").await;
    assert_eq!(ask(&shop, &keyed(ada, ""), TimeDelta::zero(), 7).await, Claim::Fresh);
    let nearly = KEPT - TimeDelta::microseconds(1);
    assert_eq!(ask(&shop, &keyed(ada, ""), nearly, 8).await, Claim::Answered(answer(7)));
    assert_eq!(ask(&shop, &keyed(ada, "{}"), KEPT, 8).await, Claim::Fresh);
    assert_eq!(
        ask(&shop, &keyed(ada, "{}"), KEPT * 2 - TimeDelta::microseconds(1), 9).await,
        Claim::Answered(answer(8))
    );
}

pub(crate) async fn answers_need_a_claim(shop: Shop) {
    let ada = shop.customer("ada").await;
    let mut work = shop.begin().await;
    let kept = work.idempotency().remember(&keyed(ada, ""), &answer(7)).await;
    assert!(matches!(kept, Err(RepositoryError::Unexpected(_))), "{kept:?}");
}

pub(crate) async fn a_store_that_fails_is_no_request_in_flight(shop: Shop) {
    let ada = shop.customer("ada").await;
    shop.sql("ALTER TABLE idempotency_keys RENAME TO lost_keys").await.unwrap();
    let claim = shop.begin().await.idempotency().claim(&keyed(ada, ""), at(0)).await;
    assert!(matches!(claim, Err(RepositoryError::Unexpected(_))), "{claim:?}");
}

pub(crate) async fn old_answers_are_thrown_away(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let later = TimeDelta::microseconds(1);
    assert_eq!(ask(&shop, &keyed(ada, ""), TimeDelta::zero(), 7).await, Claim::Fresh);
    assert_eq!(ask(&shop, &keyed(bob, ""), later, 9).await, Claim::Fresh);
    let prune = async |now| shop.db.prune(Ending::IdempotencyKeys, now).await.unwrap();
    assert_eq!((prune(at(0) + KEPT - later).await, prune(at(0) + KEPT).await), (0, 1));
    assert_eq!(shop.number("SELECT COUNT(*) FROM idempotency_keys").await, 1);
    assert_eq!(ask(&shop, &keyed(bob, ""), later, 8).await, Claim::Answered(answer(9)));
}
