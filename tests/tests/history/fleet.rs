//! The two instances: each a process with a proxy of its own between it and Redis, started again after it was killed.

use crate::history::Life;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use system_tests::{Instance, Proxy};
use tempfile::TempDir;

/// How the log says that Redis did not acknowledge an invalidation.
const UNACKNOWLEDGED: &str = "an invalidation was not acknowledged";
/// How long a write may be waited for, before the nemesis gives up making one stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the instances are started from.
pub(crate) struct Plan {
    pub(crate) arguments: &'static [&'static str],
    pub(crate) database: String,
    pub(crate) redis: String,
}

/// Both instances.
pub(crate) struct Fleet {
    plan: Plan,
    pub(crate) proxies: Vec<Proxy>,
    processes: Vec<tokio::sync::Mutex<Option<Instance>>>,
    fronts: RwLock<Vec<Option<Front>>>,
    /// The writes whose invalidation Redis did not acknowledge, by their request ids.
    unacknowledged: Mutex<HashSet<String>>,
    data: TempDir,
}

/// Where one life of an instance answers.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) life: Life,
    pub(crate) address: String,
    killed: Arc<AtomicBool>,
}

impl Front {
    /// Tells whether the nemesis has killed it, so that nobody need wonder about a lost connection.
    pub(crate) fn is_killed(&self) -> bool {
        self.killed.load(Ordering::SeqCst)
    }
}

impl Fleet {
    /// Starts two instances.
    pub(crate) async fn start(plan: Plan) -> Self {
        let proxies = vec![Proxy::to(&plan.redis).await, Proxy::to(&plan.redis).await];
        let (processes, fronts) =
            (Vec::from_iter([None, None].map(tokio::sync::Mutex::new)), vec![None, None]);
        let data = tempfile::tempdir().expect("there is room for a folder");
        let unacknowledged = Mutex::default();
        let fleet = Self { plan, proxies, processes, fronts: RwLock::new(fronts), unacknowledged, data };
        for instance in 0..2 {
            fleet.open(Life { instance, number: 1 }).await;
        }
        fleet
    }

    /// Returns one that is up.
    pub(crate) fn any(&self, rng: &mut StdRng) -> Front {
        let fronts = self.fronts.read().unwrap_or_else(PoisonError::into_inner);
        let up: Vec<_> = fronts.iter().flatten().collect();
        (*up.choose(rng).expect("one is up at any time")).clone()
    }

    /// Holds an instance still for a while.
    pub(crate) async fn pause(&self, instance: usize, time: Duration) {
        let process = self.processes[instance].lock().await;
        let process = process.as_ref().expect("it runs");
        process.pause().await;
        tokio::time::sleep(time).await;
        process.resume().await;
    }

    /// Kills an instance that is between a commit and its renewal, and starts it again after a while.
    pub(crate) async fn kill_when_committed(&self, instance: usize, rng: &mut StdRng) {
        let mut process = self.processes[instance].lock().await.take().expect("it runs");
        process.stop_when_committed().await;
        let written = tokio::time::timeout(PATIENCE, process.committed()).await;
        written.expect("somebody writes all the time");
        let dead = self.close(instance);
        self.learn(&process.kill().await);
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..1_000))).await;
        self.open(Life { instance, number: dead.number + 1 }).await;
    }

    /// Ends both, and returns the writes whose invalidation was not acknowledged.
    pub(crate) async fn end(&self) -> HashSet<String> {
        for (instance, process) in self.processes.iter().enumerate() {
            self.close(instance);
            let process = process.lock().await.take().expect("it runs");
            self.learn(&process.kill().await);
        }
        std::mem::take(&mut self.unacknowledged.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn open(&self, life: Life) {
        let process = Instance::start(
            env!("CARGO_BIN_EXE_instance"),
            self.plan.arguments,
            &self.settings(&self.proxies[life.instance]),
        )
        .await;
        let front = Front { life, address: process.address().to_owned(), killed: Arc::default() };
        *self.processes[life.instance].lock().await = Some(process);
        self.fronts.write().unwrap_or_else(PoisonError::into_inner)[life.instance] = Some(front);
    }

    /// Sends nobody there any more.
    fn close(&self, instance: usize) -> Life {
        let mut fronts = self.fronts.write().unwrap_or_else(PoisonError::into_inner);
        let front = fronts[instance].take().expect("it was up");
        front.killed.store(true, Ordering::SeqCst);
        front.life
    }

    fn learn(&self, complaints: &[Value]) {
        let unacknowledged = complaints
            .iter()
            .filter(|line| line["message"].as_str().is_some_and(|text| text.starts_with(UNACKNOWLEDGED)))
            .map(|line| line["span"]["id"].as_str().expect("a write is part of a request").to_owned());
        self.unacknowledged.lock().unwrap_or_else(PoisonError::into_inner).extend(unacknowledged);
    }

    fn settings(&self, redis: &Proxy) -> Vec<(&'static str, String)> {
        let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let quiet = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,actix_server=warn";
        vec![
            ("APP_PROFILE", "test".to_owned()),
            ("APP_CONFIG_DIR", format!("{repository}/config")),
            ("APP__SERVER__HOST", "127.0.0.1".to_owned()),
            ("APP__SERVER__PORT", "0".to_owned()),
            ("APP__SERVER__WORKERS", "2".to_owned()),
            ("APP__SHOP__SEED_DEMO", "false".to_owned()),
            ("APP__DATA__DIR", self.data.path().display().to_string()),
            ("APP__DATABASE__URL", self.plan.database.clone()),
            ("APP__CACHE__URL", redis.url()),
            ("APP__AUTH__SECRET", "the secret that instances of a test share".to_owned()),
            ("APP__AUTH__PEPPER", "the pepper that instances of a test share".to_owned()),
            ("APP__LOG__FORMAT", "json".to_owned()),
            ("APP__LOG__FILTER", quiet.to_owned()),
        ]
    }
}
