//! The nemesis: one fault after another, each for a short time, with quiet in between. Every kind comes once before any
//! comes again.

use crate::fleet::Fleet;
use backends::Redis;
use rand::{Rng, rngs::StdRng, seq::SliceRandom};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};
use system_tests::Proxy;
use tokio::task::block_in_place;

/// What can go wrong.
#[derive(Clone, Copy, Debug)]
enum Fault {
    RedisPaused,
    RedisKilledAndEmpty,
    RedisFlushed,
    ClientsKilled,
    EveryConnectionKilled,
    RedisFull,
    RedisEvicting,
    /// Between an instance and Redis, bytes take long.
    Delayed(Whom),
    /// They are kept, and delivered in the end.
    Held(Whom),
    /// Connections are cut and refused.
    CutOff(Whom),
    InstancePaused,
    /// One is paused, and what the other writes meanwhile does not reach Redis.
    InstancePausedOtherCutOff,
    KilledBetweenCommitAndRenewal,
}

/// The instances that a fault of the network is about.
#[derive(Clone, Copy, Debug)]
enum Whom {
    One,
    Both,
}

const ALL: [Fault; 16] = [
    Fault::RedisPaused,
    Fault::RedisKilledAndEmpty,
    Fault::RedisFlushed,
    Fault::ClientsKilled,
    Fault::EveryConnectionKilled,
    Fault::RedisFull,
    Fault::RedisEvicting,
    Fault::Delayed(Whom::One),
    Fault::Delayed(Whom::Both),
    Fault::Held(Whom::One),
    Fault::Held(Whom::Both),
    Fault::CutOff(Whom::One),
    Fault::CutOff(Whom::Both),
    Fault::InstancePaused,
    Fault::InstancePausedOtherCutOff,
    Fault::KilledBetweenCommitAndRenewal,
];

/// How long a fault lasts, in milliseconds.
const FOR: Range<u64> = 20..1_500;
/// How long bytes are kept: also longer than silence is trusted.
const HELD_FOR: Range<u64> = 20..3_000;
/// How long nothing happens then.
const QUIET: Range<u64> = 500..1_500;

/// Somebody who breaks things.
pub(crate) struct Nemesis {
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) redis: Redis,
    pub(crate) rng: StdRng,
}

/// A fault that has healed.
pub(crate) struct Inflicted {
    pub(crate) kind: String,
    pub(crate) from: Instant,
    pub(crate) until: Instant,
}

impl Nemesis {
    /// Inflicts faults until it is time, and returns them, and Redis. In the end everything is whole.
    pub(crate) async fn rage(mut self, end: Instant) -> (Vec<Inflicted>, Redis) {
        let mut inflicted = Vec::new();
        let mut deck = Vec::new();
        while Instant::now() < end {
            if deck.is_empty() {
                deck.extend(ALL);
                deck.shuffle(&mut self.rng);
            }
            let fault = deck.pop().expect("the deck was filled");
            let from = Instant::now();
            self.inflict(fault).await;
            inflicted.push(Inflicted { kind: format!("{fault:?}"), from, until: Instant::now() });
            self.pass_time(QUIET).await;
        }
        (inflicted, self.redis)
    }

    async fn inflict(&mut self, fault: Fault) {
        match fault {
            Fault::RedisPaused => {
                block_in_place(|| self.redis.pause());
                self.pass_time(FOR).await;
                block_in_place(|| self.redis.resume());
            }
            Fault::RedisKilledAndEmpty => {
                block_in_place(|| self.redis.kill());
                self.pass_time(FOR).await;
                block_in_place(|| self.redis.restart());
            }
            Fault::RedisFlushed => self.tell(&["FLUSHALL"]),
            Fault::ClientsKilled => self.tell(&["CLIENT", "KILL", "TYPE", "normal"]),
            Fault::EveryConnectionKilled => {
                for kind in ["normal", "pubsub"] {
                    self.tell(&["CLIENT", "KILL", "TYPE", kind]);
                }
            }
            Fault::RedisFull => self.with_memory("1", "noeviction").await,
            Fault::RedisEvicting => {
                let used = self.used_memory();
                self.with_memory(&used, "allkeys-lru").await;
            }
            Fault::Delayed(whom) => {
                let by = Duration::from_millis(self.rng.random_range(1..60));
                self.with_network(whom, FOR, |proxy| proxy.delay(by)).await;
            }
            Fault::Held(whom) => self.with_network(whom, HELD_FOR, Proxy::hold).await,
            Fault::CutOff(whom) => self.with_network(whom, FOR, Proxy::refuse).await,
            Fault::InstancePaused => {
                let (one, time) = (self.one(), self.some_time(FOR));
                self.fleet.pause(one, time).await;
            }
            Fault::InstancePausedOtherCutOff => {
                let (one, time) = (self.one(), self.some_time(FOR));
                let other = &self.fleet.proxies[1 - one];
                other.refuse();
                self.fleet.pause(one, time).await;
                other.pass();
            }
            Fault::KilledBetweenCommitAndRenewal => {
                let one = self.one();
                self.fleet.kill_when_committed(one, &mut self.rng).await;
            }
        }
    }

    /// Breaks the network of these instances for a while.
    async fn with_network(&mut self, whom: Whom, time: Range<u64>, break_it: impl Fn(&Proxy)) {
        let fleet = Arc::clone(&self.fleet);
        let one = self.one();
        let proxies = match whom {
            Whom::One => &fleet.proxies[one..=one],
            Whom::Both => &fleet.proxies[..],
        };
        proxies.iter().for_each(break_it);
        self.pass_time(time).await;
        proxies.iter().for_each(Proxy::pass);
    }

    /// Gives Redis so much memory for a while.
    async fn with_memory(&mut self, bytes: &str, policy: &str) {
        self.tell(&["CONFIG", "SET", "maxmemory-policy", policy, "maxmemory", bytes]);
        self.pass_time(FOR).await;
        self.tell(&["CONFIG", "SET", "maxmemory", "0"]);
    }

    /// Returns what Redis uses now: with no more than that, whatever is stored takes something else's place.
    fn used_memory(&self) -> String {
        let memory = block_in_place(|| self.redis.cli(&["INFO", "memory"]));
        let used = memory.lines().find_map(|line| line.strip_prefix("used_memory:"));
        used.expect("Redis tells what it uses").trim().to_owned()
    }

    fn tell(&self, command: &[&str]) {
        let _ = block_in_place(|| self.redis.cli(command));
    }

    fn one(&mut self) -> usize {
        self.rng.random_range(0..self.fleet.proxies.len())
    }

    fn some_time(&mut self, milliseconds: Range<u64>) -> Duration {
        Duration::from_millis(self.rng.random_range(milliseconds))
    }

    async fn pass_time(&mut self, milliseconds: Range<u64>) {
        tokio::time::sleep(self.some_time(milliseconds)).await;
    }
}
