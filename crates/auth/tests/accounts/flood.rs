//! Many who sign in at once: they wait for each other, and nobody else waits for them.

use crate::shop::{PASSWORD, Shop};
use domain::UserId;
use std::sync::Arc;

/// On one thread, which is all that this runtime has, whoever computed a hash there would keep everybody from it.
#[tokio::test(flavor = "current_thread")]
async fn a_flood_of_sign_ins_keeps_nobody_from_the_shop() {
    let shop = Arc::new(Shop::open());
    let ada: UserId = shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let before = shop.passwords.rounds();
    let flood: Vec<_> = (0..50)
        .map(|_| {
            let shop = Arc::clone(&shop);
            tokio::spawn(async move { shop.try_sign_in("ada", PASSWORD).await.is_ok() })
        })
        .collect();
    // Everybody of the flood has had a turn of this thread, and hands it back at the first hash.
    tokio::task::yield_now().await;
    assert_eq!(shop.actor(&device).await.user(), ada);
    assert!(flood.iter().all(|sign_in| !sign_in.is_finished()), "who is let in was let in first");
    for sign_in in flood {
        assert!(sign_in.await.unwrap(), "whoever waits for a turn gets it");
    }
    assert_eq!(shop.passwords.rounds() - before, 50 * 16);
}
