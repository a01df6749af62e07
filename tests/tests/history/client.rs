//! A client: asks whichever instance is up, notes what it got, and knows which answers nobody may get.

use crate::fleet::Fleet;
use crate::history::{Entity, History, Life, Read, Write};
use rand::{Rng, SeedableRng, rngs::StdRng};
use reqwest::Method;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The status of a request whose connection was lost because its instance was killed.
pub(crate) const LOST: u16 = 0;
/// Longer than any fault; an answer that takes longer is a wrong one.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody with a browser.
pub(crate) struct Client {
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) history: Arc<History>,
    pub(crate) token: String,
    pub(crate) rng: StdRng,
    http: reqwest::Client,
    end: Instant,
}

/// What is asked.
pub(crate) struct Question<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) body: Option<Value>,
    pub(crate) version: Option<i64>,
}

/// What was answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    by: Life,
    path: String,
    request: String,
    cache: String,
    pub(crate) invoked: Instant,
    pub(crate) answered: Instant,
}

impl Client {
    pub(crate) fn new(fleet: &Arc<Fleet>, history: &Arc<History>, seed: u64, end: Instant) -> Self {
        let (fleet, history) = (Arc::clone(fleet), Arc::clone(history));
        let http =
            reqwest::Client::builder().timeout(PATIENCE).build().expect("the client has no special needs");
        Self { fleet, history, token: String::new(), rng: StdRng::seed_from_u64(seed), http, end }
    }

    /// Tells whether it is not time to go home.
    pub(crate) fn goes_on(&self) -> bool {
        Instant::now() < self.end
    }

    /// Thinks for up to so long.
    pub(crate) async fn think(&mut self, most: Duration) {
        let time = self.rng.random_range(Duration::ZERO..=most);
        tokio::time::sleep(time).await;
    }

    /// Reads.
    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.ask(Question { method: Method::GET, path, body: None, version: None }, &[200]).await
    }

    /// Asks any instance, and notes an answer whose status is none of these as wrong.
    pub(crate) async fn ask(&mut self, question: Question<'_>, expected: &[u16]) -> Reply {
        static REQUESTS: AtomicU64 = AtomicU64::new(1);
        let front = self.fleet.any(&mut self.rng);
        let request = format!("history-{}", REQUESTS.fetch_add(1, Ordering::Relaxed));
        let mut sent = self
            .http
            .request(question.method.clone(), format!("{}/api/v1{}", front.address, question.path))
            .header("X-Request-Id", &request);
        if !self.token.is_empty() {
            sent = sent.bearer_auth(&self.token);
        }
        if let Some(version) = question.version {
            sent = sent.header("If-Match", format!("\"{version}.0\""));
        }
        if let Some(body) = question.body {
            sent = sent.json(&body);
        }
        let invoked = Instant::now();
        let outcome = read(sent).await;
        let answered = Instant::now();
        let path = format!("{} {}", question.method, question.path);
        let (status, body, cache) = match outcome {
            Ok(whole) => whole,
            Err(error) => {
                if !front.is_killed() {
                    self.wrong(&format!("{path} of {:?} was lost: {error:?}", front.life));
                }
                (LOST, Value::Null, String::new())
            }
        };
        self.history.note().answers += 1;
        if status != LOST && !expected.contains(&status) {
            self.wrong(&format!("{path} of {:?} ({request}) answered {status} {body}", front.life));
        }
        Reply { status, body, by: front.life, path, request, cache, invoked, answered }
    }

    fn wrong(&self, text: &str) {
        self.history.note().wrong.push(text.to_owned());
    }

    /// Notes what an answer showed.
    pub(crate) fn saw(&self, reply: &Reply, entity: Entity, version: i64) {
        let source = reply.body["source"].as_str().unwrap_or_default().to_owned();
        let (path, cache) = (reply.path.clone(), reply.cache.clone());
        let (by, invoked, answered) = (reply.by, reply.invoked, reply.answered);
        self.history.note().reads.push(Read { entity, version, by, path, source, cache, invoked, answered });
    }

    /// Notes a write that was acknowledged, or whose outcome is unknown because the connection was lost.
    pub(crate) fn wrote(&self, reply: &Reply, entity: Entity, version: i64) {
        let (by, request, invoked) = (reply.by, reply.request.clone(), reply.invoked);
        let (ended, acknowledged) = (reply.answered, reply.status != LOST);
        self.history.note().writes.push(Write { entity, version, by, request, invoked, ended, acknowledged });
    }

    /// After a write with an unknown outcome: often gives the relay the time to make it good, where the next write would.
    pub(crate) async fn wonder(&mut self) {
        if self.rng.random_bool(0.7) {
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
    }
}

async fn read(request: reqwest::RequestBuilder) -> Result<(u16, Value, String), reqwest::Error> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let cache = response.headers().get("cache-status").and_then(|value| value.to_str().ok());
    let cache = cache.unwrap_or_default().to_owned();
    let body = response.bytes().await?;
    Ok((status, serde_json::from_slice(&body).unwrap_or_default(), cache))
}
