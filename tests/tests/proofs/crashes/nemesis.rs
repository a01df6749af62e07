//! The nemesis: kills instances and PostgreSQL, spread evenly over the work that is done meanwhile. Every kind comes once
//! before any comes again.

use super::fleet::{Fleet, INSTANCES, KEYLESS};
use rand::{Rng, rngs::StdRng, seq::SliceRandom};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch::Sender;
use tokio::task::block_in_place;

/// What is killed.
#[derive(Clone, Copy, Debug)]
enum Kill {
    Instance,
    /// An instance that has committed a write with a key and not yet answered it.
    InstanceThatCommitted,
    Postgres,
    /// PostgreSQL too, before such an instance.
    PostgresAndInstanceThatCommitted,
}

const ALL: [Kill; 4] =
    [Kill::Instance, Kill::InstanceThatCommitted, Kill::Postgres, Kill::PostgresAndInstanceThatCommitted];

/// For how many milliseconds at most what was killed stays away.
const AWAY: u64 = 300;

/// How often something was killed.
#[derive(Debug, Default)]
pub(crate) struct Inflicted {
    pub(crate) instances: u64,
    /// Those of them that had committed something and answered it to nobody.
    pub(crate) committed: u64,
    pub(crate) servers: u64,
}

/// What is done while things are killed.
pub(crate) struct Work {
    pub(crate) total: u64,
    pub(crate) done: Sender<u64>,
}

impl Work {
    async fn reaches(&self, done: u64) {
        let mut seen = self.done.subscribe();
        // It cannot end while it is held here.
        let _ = seen.wait_for(|now| *now >= done).await;
    }
}

/// Kills so often while the work is done. In the end everything is up.
pub(crate) async fn rage(fleet: Arc<Fleet>, mut rng: StdRng, kills: u64, work: Arc<Work>) -> Inflicted {
    let mut inflicted = Inflicted::default();
    let mut deck = Vec::new();
    while inflicted.instances + inflicted.servers < kills {
        if deck.is_empty() {
            deck.extend(ALL);
            deck.shuffle(&mut rng);
        }
        work.reaches(work.total * (inflicted.instances + inflicted.servers) / kills).await;
        inflict(deck.pop().expect("the deck was filled"), &fleet, &mut rng, &work, &mut inflicted).await;
    }
    inflicted
}

async fn inflict(kill: Kill, fleet: &Fleet, rng: &mut StdRng, work: &Work, inflicted: &mut Inflicted) {
    if matches!(kill, Kill::Postgres) {
        let mut postgres = fleet.postgres().await;
        block_in_place(|| postgres.kill());
        away(rng).await;
        block_in_place(|| postgres.restart());
        inflicted.servers += 1;
        return;
    }
    let is_plain = matches!(kill, Kill::Instance);
    let number = rng.random_range(0..if is_plain { INSTANCES } else { KEYLESS });
    let mut instance = fleet.take(number).await;
    if !is_plain {
        instance.stop_when_committed().await;
        tokio::select! {
            () = instance.committed() => inflicted.committed += 1,
            () = work.reaches(work.total) => {} // nobody writes any more
        }
    }
    if matches!(kill, Kill::PostgresAndInstanceThatCommitted) {
        let mut postgres = fleet.postgres().await;
        block_in_place(|| postgres.restart());
        inflicted.servers += 1;
    }
    instance.kill().await;
    inflicted.instances += 1;
    away(rng).await;
    fleet.open(number).await;
}

async fn away(rng: &mut StdRng) {
    tokio::time::sleep(Duration::from_millis(rng.random_range(0..AWAY))).await;
}
