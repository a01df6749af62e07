//! Many who sign in at once: they wait for each other, and nobody else waits for them.

use crate::shop::{PASSWORD, Shop};
use std::sync::Arc;
use std::thread::available_parallelism;

/// More than any machine computes at once.
const MANY: usize = 200;
/// What the check of a password is at cost 4.
const ROUNDS: u64 = 16;

/// Whoever computed a hash on the one thread that this runtime has would keep everybody from it.
#[tokio::test(flavor = "current_thread")]
async fn a_flood_of_sign_ins_keeps_nobody_from_the_shop() {
    let shop = Arc::new(Shop::open());
    let ada = shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let before = shop.passwords.rounds();
    let sign_in = |_| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { shop.try_sign_in("ada", PASSWORD).await.is_ok() })
    };
    let flood: Vec<_> = (0..MANY).map(sign_in).collect();
    // Each has the thread once. Who gets no turn of hashing then is not asked again before the next `await`.
    tokio::task::yield_now().await;
    assert_eq!(shop.actor(&device).await.user(), ada);
    let computed = (shop.passwords.rounds() - before) / ROUNDS;
    let turns = available_parallelism().map_or(1, |cores| (cores.get() - 1).max(1)) as u64;
    assert!(computed <= turns, "{computed} hashes went before it, where {turns} have a turn");

    for sign_in in flood {
        assert!(sign_in.await.unwrap(), "whoever waits gets a turn");
    }
    assert_eq!(shop.passwords.rounds() - before, MANY as u64 * ROUNDS);
}
