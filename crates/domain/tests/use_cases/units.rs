//! Running units of work to their end.

use domain::cart::CartOwner;
use domain::testing::MemoryShop;
use domain::{Committed, RepositoryError, Timestamp, UnitOfWork, UserId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

fn collision() -> RepositoryError {
    RepositoryError::Contention("two at once".to_owned())
}

/// Stores something that can be seen afterwards.
async fn announce(mut work: Box<dyn UnitOfWork>) -> Result<Committed, RepositoryError> {
    work.announce(&["done".to_owned()]).await?;
    work.commit().await
}

#[tokio::test]
async fn collisions_are_tried_again() {
    let shop = MemoryShop::new();
    for _ in 0..2 {
        shop.fail_next_begin_with(collision());
        shop.fail_next_commit_with(collision());
    }
    shop.units().run(announce).await.unwrap();
    assert_eq!(shop.state().outbox, ["done"], "four attempts changed nothing, and the fifth once");
}

#[tokio::test]
async fn collisions_are_tried_five_times_and_not_more() {
    let shop = MemoryShop::new();
    for _ in 0..5 {
        shop.fail_next_commit_with(collision());
    }
    let attempts = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&attempts);
    let outcome = shop
        .units()
        .run(move |work| {
            counted.fetch_add(1, Ordering::SeqCst);
            announce(work)
        })
        .await;
    assert!(matches!(outcome, Err(RepositoryError::Contention(_))), "{outcome:?}");
    assert_eq!(attempts.load(Ordering::SeqCst), 5);
    assert!(shop.state().outbox.is_empty());
}

#[tokio::test]
async fn nothing_else_is_tried_again() {
    let failures = [
        RepositoryError::Unavailable("gone".to_owned()),
        RepositoryError::OutcomeUnknown("who knows".to_owned()),
        RepositoryError::Unexpected("a defect".to_owned()),
    ];
    for failure in failures {
        let shop = MemoryShop::new();
        shop.fail_next_commit_with(failure.clone());
        let outcome = shop.units().run(announce).await.unwrap_err();
        assert_eq!(outcome.to_string(), failure.to_string());
        assert!(shop.state().outbox.is_empty(), "a second attempt would have succeeded");
    }
}

#[tokio::test]
async fn the_work_goes_on_when_its_caller_has_gone() {
    let shop = MemoryShop::new();
    let (inside, gate) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let caller = tokio::spawn({
        let (units, inside, gate) = (shop.units(), Arc::clone(&inside), Arc::clone(&gate));
        async move {
            units
                .run(move |work| {
                    let (inside, gate) = (Arc::clone(&inside), Arc::clone(&gate));
                    async move {
                        inside.notify_one();
                        gate.notified().await;
                        announce(work).await
                    }
                })
                .await
        }
    });
    inside.notified().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert!(shop.state().outbox.is_empty());

    gate.notify_one();
    // The turn of the next unit of work comes when the one before has ended.
    let next = shop.units().run(|work| async move { work.commit().await }).await;
    assert!(next.is_ok());
    assert_eq!(shop.state().outbox, ["done"]);
}

#[tokio::test]
async fn a_panic_inside_is_an_error_outside() {
    let shop = MemoryShop::new();
    let units = shop.units();
    let outcome = units.run(|_work| async move { panic!("a defect") as Result<(), RepositoryError> }).await;
    assert!(matches!(outcome, Err(RepositoryError::Unexpected(_))), "{outcome:?}");
    units.run(announce).await.expect("the shop goes on");
}

#[tokio::test]
async fn past_the_deadline_the_caller_learns_that_nobody_knows() {
    let shop = MemoryShop::new();
    let gate = Arc::new(Notify::new());
    let held = Arc::clone(&gate);
    let outcome = shop
        .units()
        .within(Duration::from_millis(10))
        .run(move |work| {
            let held = Arc::clone(&held);
            async move {
                held.notified().await;
                announce(work).await
            }
        })
        .await;
    assert!(matches!(outcome, Err(RepositoryError::OutcomeUnknown(_))), "{outcome:?}");
    gate.notify_one();
    shop.units().run(announce).await.unwrap();
    assert_eq!(shop.state().outbox, ["done", "done"], "the first one went on");
}

#[tokio::test]
async fn dropping_a_unit_of_work_discards_its_changes() {
    use domain::UnitsOfWork;
    let shop = MemoryShop::new();
    let mut work = shop.begin().await.unwrap();
    let (owner, now) = (CartOwner::User(UserId(1)), Timestamp::UNIX_EPOCH);
    let mut cart = work.carts().open(&owner, now).await.unwrap();
    cart.version = cart.version.next();
    work.carts().save(&cart.clone(), &cart).await.unwrap();
    assert_eq!(work.changes().len(), 1);
    drop(work);
    assert!(shop.state().carts.is_empty());
}
