//! The way to a receiver: one POST over a connection that goes where it may and nowhere else.

use crate::Targets;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Clock;
use domain::webhook::{Outcome, TargetUrl};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, redirect::Policy};
use std::error::Error;
use std::{sync::Arc, time::Duration};

/// How long an attempt takes at most, from looking the name up to the head of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most characters that are kept of what went wrong.
const MAX_REASON: usize = 200;

/// A webhook, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sendable {
    /// Where it goes.
    pub url: TargetUrl,
    /// The header `webhook-id`.
    pub id: String,
    /// The header `webhook-timestamp`.
    pub timestamp: i64,
    /// The header `webhook-signature`.
    pub signature: String,
    /// What is signed.
    pub body: Vec<u8>,
}

/// Carries webhooks to their receivers.
#[async_trait]
pub trait Courier: Send + Sync {
    /// Sends a webhook once.
    async fn send(&self, webhook: Sendable) -> Outcome;
}

/// Carries them over HTTP. Redirects are answers like others, no proxy of the environment is asked, and nothing but the
/// head of an answer is waited for.
pub struct HttpCourier {
    client: Client,
    targets: Targets,
    clock: Arc<dyn Clock>,
}

impl HttpCourier {
    /// Prepares to send within the reach of these targets.
    ///
    /// # Errors
    /// The system gives no randomness for TLS.
    pub fn new(targets: Targets, clock: Arc<dyn Clock>) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .dns_resolver(Arc::new(targets.clone()))
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .timeout(PATIENCE)
            .user_agent(concat!("Tradepost-Webhooks/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, targets, clock })
    }
}

#[async_trait]
impl Courier for HttpCourier {
    async fn send(&self, webhook: Sendable) -> Outcome {
        // A host that is no name is not looked up, so it is looked at here.
        if let Err(refusal) = self.targets.check_literal(&webhook.url) {
            return Outcome::Unanswered(format!("its address {refusal}"));
        }
        let request = self
            .client
            .post(webhook.url.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", webhook.id)
            .header("webhook-timestamp", webhook.timestamp)
            .header("webhook-signature", webhook.signature)
            .body(webhook.body);
        match request.send().await {
            Ok(response) => Outcome::Answered {
                status: response.status().as_u16(),
                retry_after: retry_after(response.headers(), self.clock.now()),
            },
            Err(error) => Outcome::Unanswered(reason(&error)),
        }
    }
}

/// Says in words for staff why no answer came: the innermost cause, which names no address of the receiver's.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} seconds", PATIENCE.as_secs());
    }
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string().chars().take(MAX_REASON).collect()
}

/// Reads how long a receiver wants to be left alone: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<u32>() {
        Ok(seconds) => Some(TimeDelta::seconds(seconds.into())),
        Err(_) => Some(DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc) - now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::testing::FixedClock;
    use reqwest::header::HeaderValue;

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        let now = FixedClock::default().now();
        let read = |value: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
            retry_after(&headers, now).map(|wait| wait.num_seconds())
        };
        assert_eq!(read("120"), Some(120));
        assert_eq!(read("Mon, 01 Jun 2026 12:02:00 GMT"), Some(120));
        for nonsense in ["", "soon", "-5", "1.5", "99999999999999"] {
            assert_eq!(read(nonsense), None, "{nonsense:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
