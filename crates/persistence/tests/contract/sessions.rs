//! Sessions.

use crate::shop::{Shop, at, session};
use domain::account::{AccountReader, MAX_LIVE_SESSIONS, SessionActivity};
use domain::{Change, RepositoryError, SessionId, UserId};

async fn begin(shop: &Shop, user: UserId, number: u32, second: i64) {
    let mut work = shop.begin().await;
    work.sessions().begin(&session(user, number, second), at(-9_000)).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [Change::Account(user)]);
}

/// The sessions that requests are admitted by, the newest first.
async fn live(shop: &Shop, user: UserId) -> Vec<SessionId> {
    let state = shop.db.state(user).await.unwrap().unwrap().value.decode().unwrap();
    state.sessions.into_iter().map(|live| live.id).collect()
}

fn id(number: u32) -> SessionId {
    session(UserId(0), number, 0).id
}

pub(crate) async fn sessions_begin_end_and_expire(shop: Shop) {
    let ada = shop.customer("ada").await;
    begin(&shop, ada, 1, 0).await;
    begin(&shop, ada, 2, 3_000).await;
    let listed = shop.db.sessions(ada, at(3_000)).await.unwrap().value;
    assert_eq!(listed, [session(ada, 2, 3_000), session(ada, 1, 0)]);
    let listed = shop.db.sessions(ada, at(3_600)).await.unwrap().value;
    assert_eq!(listed, [session(ada, 2, 3_000)]);

    begin(&shop, ada, 3, 3_600).await; // the first has expired by now
    assert_eq!(live(&shop, ada).await, [id(3), id(2)]);
}

pub(crate) async fn a_session_that_was_not_seen_ends_where_another_begins(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    for (user, number) in [(ada, 1), (ada, 2), (ada, 3), (bob, 4)] {
        begin(&shop, user, number, 0).await;
    }
    shop.db.touch(&id(1), at(101)).await.unwrap();
    shop.db.touch(&id(2), at(100)).await.unwrap();
    let mut work = shop.begin().await;
    work.sessions().begin(&session(ada, 5, 200), at(100)).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(live(&shop, ada).await, [id(5), id(1)]);
    assert_eq!(live(&shop, bob).await, [id(4)]);
    let state = shop.db.state(ada).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!(state.sessions[1].last_seen_at, at(101));
}

pub(crate) async fn the_twenty_first_session_ends_the_oldest(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    begin(&shop, bob, 99, -5).await;
    for number in 0..=20 {
        begin(&shop, ada, number, number.into()).await;
    }
    let newest: Vec<_> = (1..=20).rev().map(id).collect();
    assert_eq!(live(&shop, ada).await, newest);
    assert_eq!(live(&shop, bob).await, [id(99)]);
}

pub(crate) async fn sessions_that_begin_at_once_keep_to_twenty(shop: Shop) {
    let ada = shop.customer("ada").await;
    let begun = (0..30).map(|number| {
        let units = shop.units.clone();
        tokio::spawn(async move {
            let begun: Result<(), RepositoryError> = units
                .run(move |mut work| async move {
                    work.sessions().begin(&session(ada, number, 0), at(-9_000)).await?;
                    work.commit().await.map(drop)
                })
                .await;
            begun
        })
    });
    for begun in begun.collect::<Vec<_>>() {
        begun.await.unwrap().unwrap();
    }
    assert_eq!(live(&shop, ada).await.len(), MAX_LIVE_SESSIONS);
}

pub(crate) async fn a_touch_moves_the_last_use_forward_only(shop: Shop) {
    let ada = shop.customer("ada").await;
    begin(&shop, ada, 1, 0).await;
    shop.db.touch(&id(1), at(500)).await.unwrap();
    shop.db.touch(&id(1), at(400)).await.unwrap();
    shop.db.touch(&id(2), at(400)).await.unwrap();
    let listed = shop.db.sessions(ada, at(600)).await.unwrap().value;
    assert_eq!((listed[0].last_seen_at, listed[0].expires_at), (at(500), at(3_600)));
}

pub(crate) async fn ending_sessions_keeps_to_the_account(shop: Shop) {
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    for (user, number) in [(ada, 1), (ada, 2), (ada, 3), (bob, 4)] {
        begin(&shop, user, number, number.into()).await;
    }
    let mut work = shop.begin().await;
    assert!(!work.sessions().end(ada, &id(4)).await.unwrap());
    assert!(!work.sessions().end(ada, &id(9)).await.unwrap());
    assert_eq!(work.changes(), [Change::Account(ada)], "what has ended may still look live somewhere");
    assert!(work.sessions().end(ada, &id(3)).await.unwrap());
    assert_eq!(work.sessions().end_all(ada, Some(&id(2))).await.unwrap(), 1);
    assert_eq!(work.commit().await.unwrap().changes, [Change::Account(ada)]);
    assert_eq!((live(&shop, ada).await, live(&shop, bob).await), (vec![id(2)], vec![id(4)]));

    let mut work = shop.begin().await;
    assert_eq!(work.sessions().end_all(ada, None).await.unwrap(), 1);
    work.commit().await.unwrap();
    assert_eq!(live(&shop, ada).await, []);
}
