//! Two instances as processes on a PostgreSQL that can be killed, and one Redis.

use backends::{MortalPostgres, Redis};
use std::sync::{PoisonError, RwLock};
use system_tests::{Instance, Observer};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

/// How many instances there are.
pub(crate) const INSTANCES: usize = 2;
/// Which of them gets what has no key, so that whatever another one commits has one.
pub(crate) const KEYLESS: usize = INSTANCES - 1;

/// Everything that can be killed.
pub(crate) struct Fleet {
    arguments: &'static [&'static str],
    processes: [Mutex<Option<Instance>>; INSTANCES],
    addresses: RwLock<[String; INSTANCES]>,
    postgres: Mutex<MortalPostgres>,
    redis: Redis,
    database_url: String,
    data: TempDir,
}

impl Fleet {
    pub(crate) async fn start(arguments: &'static [&'static str]) -> Self {
        let postgres = MortalPostgres::start();
        let fleet = Self {
            arguments,
            processes: [const { Mutex::const_new(None) }; INSTANCES],
            addresses: RwLock::default(),
            database_url: postgres.url().to_owned(),
            postgres: Mutex::new(postgres),
            redis: Redis::start(),
            data: tempfile::tempdir().expect("there is room for a folder"),
        };
        for number in 0..INSTANCES {
            fleet.open(number).await;
        }
        fleet
    }

    /// Returns where an instance answers, or did a moment ago.
    pub(crate) fn address(&self, number: usize) -> String {
        self.addresses.read().unwrap_or_else(PoisonError::into_inner)[number].clone()
    }

    /// Returns somebody who looks into the database.
    pub(crate) async fn observer(&self) -> Observer {
        Observer::of(&self.database_url).await
    }

    /// Takes hold of PostgreSQL.
    pub(crate) async fn postgres(&self) -> MutexGuard<'_, MortalPostgres> {
        self.postgres.lock().await
    }

    /// Takes an instance away, to be killed.
    pub(crate) async fn take(&self, number: usize) -> Instance {
        self.processes[number].lock().await.take().expect("it runs")
    }

    /// Starts an instance.
    pub(crate) async fn open(&self, number: usize) {
        let program = env!("CARGO_BIN_EXE_instance");
        let instance = Instance::start(program, self.arguments, &self.settings()).await;
        let address = instance.address().to_owned();
        *self.processes[number].lock().await = Some(instance);
        self.addresses.write().unwrap_or_else(PoisonError::into_inner)[number] = address;
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        vec![
            ("APP_PROFILE", "test".to_owned()),
            ("APP_CONFIG_DIR", format!("{repository}/config")),
            ("APP__SERVER__HOST", "127.0.0.1".to_owned()),
            ("APP__SERVER__PORT", "0".to_owned()),
            ("APP__SERVER__WORKERS", "2".to_owned()),
            ("APP__SHOP__SEED_DEMO", "false".to_owned()),
            ("APP__DATA__DIR", self.data.path().display().to_string()),
            ("APP__DATABASE__URL", self.database_url.clone()),
            ("APP__CACHE__URL", self.redis.url().to_owned()),
            ("APP__AUTH__SECRET", "the secret that instances of a test share".to_owned()),
            ("APP__AUTH__PEPPER", "the pepper that instances of a test share".to_owned()),
            ("APP__LOG__FORMAT", "json".to_owned()),
            ("APP__LOG__FILTER", "warn,app=info".to_owned()),
        ]
    }
}
