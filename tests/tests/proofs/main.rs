//! What must hold of stock and orders, proved at size: each proof prints its figures, and each is also run over a double
//! that lacks the guarantee, where it must find the fault.
//!
//! Sizes come from the environment (`PROVE_…`, small ones unless set; `scripts/prove` sets those that count) and so does
//! `PROVE_SEED`, which what is chosen follows from. The moments at which things happen are the machine's.
//! `cargo test -p system-tests --test proofs -- --nocapture` shows the figures.

#![expect(clippy::unwrap_used, reason = "in a test, to unwrap is to assert")]

mod backroom;
mod crashes;
mod disconnects;
mod flash_sale;
mod model;
mod opposite_carts;

use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::sync::{Mutex, MutexGuard};

/// Lets one proof run at a time: two would take each other's processors.
async fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

/// Returns the seed that was given, or another one each time.
fn seed() -> u64 {
    size("PROVE_SEED", StdRng::from_os_rng().random_range(0..1_000_000))
}

/// Returns how much of something there is to be.
#[expect(clippy::disallowed_methods, reason = "whoever runs a test speaks to it through the environment")]
fn size(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |given| given.parse().unwrap_or_else(|_| panic!("{name} is no number: {given}")))
}
