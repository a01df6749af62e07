//! The connection on which Redis reports what changes (`CLIENT TRACKING … BCAST`, RESP3), for the in-process tier. There is
//! one for each instance, for as long as it runs. It carries generations of public tags only: what changes in carts and
//! sessions reaches no instance that does not ask.
//!
//! Every report is worked in by the connection's own task, in the order of arrival, before an answer that came after it is
//! handed on. That is what makes an answered probe a proof; a queue in between would undo it.

use super::StoreError;
use super::link::Connector;
use crate::Tier;
use redis::{
    AsyncConnectionConfig, Cmd, PushInfo, PushKind, Value, aio::MultiplexedConnection, from_redis_value,
};
use std::{
    convert::Infallible,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::{interval, sleep};
use tracing::{info, warn};

/// What changes at keys with these beginnings is reported.
const PREFIXES: [&str; 4] = ["gen:product:", "gen:slug:", "gen:category:", "gen:catalog"];
/// What lies between two probes.
const BEAT: Duration = Duration::from_millis(250);
/// How long connecting, or an answer, may take. Nobody waits for it.
const DEADLINE: Duration = Duration::from_secs(1);
/// What lies between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(250);

/// Keeps a tier coherent with Redis.
pub struct Tracking {
    connector: Arc<Connector>,
    tier: Tier,
}

impl Tracking {
    pub(super) fn new(connector: Arc<Connector>, tier: Tier) -> Self {
        Self { connector, tier }
    }

    /// Connects, and again whenever the connection was lost, until `stopped`. While there is none the tier is closed.
    pub async fn run(self, stopped: impl Future<Output = ()>) {
        tokio::select! {
            () = stopped => {}
            () = self.follow() => {}
        }
        self.tier.close();
    }

    async fn follow(&self) {
        let mut failing = false;
        loop {
            let Err(error) = self.follow_once(&mut failing).await;
            self.tier.close();
            if !failing {
                warn!(%error, "Redis does not report what changes; copies in memory are not served");
                failing = true;
            }
            sleep(PAUSE).await;
        }
    }

    /// Follows one connection to its end.
    async fn follow_once(&self, failing: &mut bool) -> Result<Infallible, StoreError> {
        let mut connection = self.connect().await?;
        let epoch = self.connector.epoch(&mut connection).await?;
        track().query_async::<()>(&mut connection).await?;
        let sent = Instant::now();
        probe(&mut connection).await?;
        self.tier.open(epoch, sent);
        info!("Redis reports what changes; copies in memory are served");
        *failing = false;
        let mut beats = interval(BEAT);
        loop {
            beats.tick().await;
            let sent = Instant::now();
            probe(&mut connection).await?;
            self.tier.heard(sent);
        }
    }

    async fn connect(&self) -> Result<MultiplexedConnection, StoreError> {
        let tier = self.tier.clone();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(DEADLINE))
            .set_response_timeout(Some(DEADLINE))
            .set_push_sender(move |push: PushInfo| {
                work_in(&tier, push);
                Ok::<_, Infallible>(())
            });
        Ok(self.connector.reporting_client().get_multiplexed_async_connection_with_config(&config).await?)
    }
}

fn track() -> Cmd {
    let mut track = redis::cmd("CLIENT");
    track.arg(&["TRACKING", "ON", "BCAST"]);
    for prefix in PREFIXES {
        track.arg("PREFIX").arg(prefix);
    }
    track
}

/// Asks for a sign of life. Not `PING`: a master that was demoted answers that, and reports nothing of what its successor
/// changes.
async fn probe(connection: &mut MultiplexedConnection) -> Result<(), StoreError> {
    let role: Vec<Value> = redis::cmd("ROLE").query_async(connection).await?;
    let role = role.into_iter().next().map(from_redis_value::<String>).transpose().unwrap_or_default();
    match role.as_deref() {
        Some("master") => Ok(()),
        _ => Err(StoreError::Unsupported(format!("it is no master but {role:?}"))),
    }
}

fn work_in(tier: &Tier, push: PushInfo) {
    if push.kind != PushKind::Invalidate {
        return; // That the connection broke is found by the next probe, which is soon enough.
    }
    match push.data.into_iter().next().map(from_redis_value::<Vec<String>>) {
        Some(Ok(keys)) if !keys.is_empty() => tier.reported(keys.into_iter()),
        // Everything was deleted, or this is nothing that we understand: better a miss too many.
        _ => tier.empty(),
    }
}
