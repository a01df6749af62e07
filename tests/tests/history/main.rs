//! The guarantee of coherence, held against a history: two processes of the program on one PostgreSQL and one Redis,
//! clients that write and read through whichever is up, and a nemesis that breaks Redis, the network and the processes.
//! PostgreSQL stays up. Afterwards a checker looks for answers that were older than they may be.
//!
//! Two variables of the environment steer it: `HISTORY_SECONDS`, how long clients run (60), and `HISTORY_SEED`, a number that
//! what is chosen follows from, faults above all. The moments at which things happen are the machine's and differ each time.
//! `cargo test -p system-tests --test history -- --nocapture` shows the figures.

mod checker;
mod client;
mod fleet;
mod history;
mod nemesis;
mod report;
mod run;
mod sessions;
mod shopping;

use rand::{Rng, SeedableRng, rngs::StdRng};
use run::{Build, run};
use std::time::Duration;
use tokio::sync::Mutex;

/// Two histories at once would take each other's processors.
static TURN: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn what_an_acknowledged_write_replaced_is_not_served_beyond_the_guarantee() {
    let _turn = TURN.lock().await;
    let report = run(Build::Real, Duration::from_secs(number("HISTORY_SECONDS", 60)), seed()).await;
    assert!(report.wrong.is_empty(), "there were wrong answers; they are listed above");
    assert!(report.violations.is_empty(), "the guarantee was broken; the reads are listed above");
    for store in ["postgres", "redis", "memory"] {
        assert!(report.reads.get(store).is_some_and(|reads| *reads > 100), "{store} hardly ever answered");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_that_are_only_set_and_deleted_are_caught() {
    let _turn = TURN.lock().await;
    let report = run(Build::Plain, Duration::from_secs(10), seed()).await;
    assert!(!report.violations.is_empty(), "a cache that is known to be stale was not caught");
}

/// Returns the seed that was given, or another one each time.
fn seed() -> u64 {
    number("HISTORY_SEED", StdRng::from_os_rng().random_range(0..1_000_000))
}

#[expect(clippy::disallowed_methods, reason = "whoever runs a test speaks to it through the environment")]
fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |given| given.parse().unwrap_or_else(|_| panic!("{name} is no number: {given}")))
}
