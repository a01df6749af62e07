//! The dispatcher: claims what is due, sends it, and notes what came of it, on every instance at once. A few webhooks to
//! each endpoint are under way side by side, so that one that answers slowly holds up no other; what came of them is
//! noted one by one, so that the shop keeps its connections to the database.

use crate::courier::{Courier, Sendable};
use crate::signature::signature;
use domain::webhook::{
    Attempt, Batch, Conclusion, Deliveries, Delivery, DeliveryStatus, Endpoint, SecretKeeper, WebhookMessage,
};
use domain::{Clock, EndpointId, RepositoryError};
use std::collections::{HashMap, HashSet};
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

/// How many webhooks to one endpoint an instance has under way at most.
const SIDE_BY_SIDE: usize = 4;

/// What was sent, and what came of it.
struct Sent {
    delivery: Delivery,
    attempt: Attempt,
}

/// Sends webhooks.
pub struct Dispatcher {
    deliveries: Deliveries,
    courier: Arc<dyn Courier>,
    secrets: Arc<dyn SecretKeeper>,
    clock: Arc<dyn Clock>,
    under_way: JoinSet<Sent>,
    /// Where each of them goes.
    bound_for: HashMap<Id, EndpointId>,
    /// Whether the last look for work failed.
    is_blind: bool,
    /// The endpoints that nothing could be claimed for the last time.
    stuck: HashSet<EndpointId>,
}

impl Dispatcher {
    /// Puts together what sending needs.
    pub fn new(
        deliveries: Deliveries,
        courier: Arc<dyn Courier>,
        secrets: Arc<dyn SecretKeeper>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (under_way, bound_for, stuck) = (JoinSet::new(), HashMap::new(), HashSet::new());
        Self { deliveries, courier, secrets, clock, under_way, bound_for, is_blind: false, stuck }
    }

    /// Sends what is due, looking for more whenever something was noted and after each interval, until told to stop. What
    /// is under way then is left: it is claimed, and whoever looks for work after that has ended sends it again.
    pub async fn run(mut self, interval: Duration, stopped: impl Future<Output = ()>) {
        let mut stopped = pin!(stopped);
        loop {
            self.begin().await;
            tokio::select! {
                biased;
                () = &mut stopped => return,
                Some(ended) = self.under_way.join_next_with_id() => self.note(ended).await,
                () = sleep(interval) => {}
            }
        }
    }

    /// Sends what is due now, and waits until what came of it is noted. Returns how many webhooks were sent.
    pub async fn pass(&mut self) -> usize {
        self.begin().await;
        let sent = self.under_way.len();
        while let Some(ended) = self.under_way.join_next_with_id().await {
            self.note(ended).await;
        }
        sent
    }

    /// Begins to send what is due. Where it cannot be looked for, the log is told once, and once when it can again.
    async fn begin(&mut self) {
        let looked = self.send_what_is_due().await;
        match (&looked, self.is_blind) {
            (Err(error), false) => warn!(%error, "webhooks cannot be looked for; they wait"),
            (Ok(()), true) => info!("webhooks can be looked for again"),
            (Ok(()), false) | (Err(_), true) => {}
        }
        self.is_blind = looked.is_err();
    }

    async fn send_what_is_due(&mut self) -> Result<(), RepositoryError> {
        for endpoint in self.deliveries.due().await? {
            let busy = self.bound_for.values().filter(|bound_for| **bound_for == endpoint).count();
            let room = SIDE_BY_SIDE.saturating_sub(busy);
            if room > 0 {
                self.send_to(endpoint, room).await;
            }
        }
        Ok(())
    }

    /// Sends at most so many webhooks to an endpoint. Where they cannot be claimed the others go on, and the log is told
    /// once, and once when they can again.
    async fn send_to(&mut self, endpoint: EndpointId, most: usize) {
        match self.deliveries.claim(endpoint, most).await {
            Ok(batch) => {
                if self.stuck.remove(&endpoint) {
                    info!(%endpoint, "webhooks can be claimed again");
                }
                let Some(Batch { endpoint, claimed }) = batch else { return };
                for (delivery, message) in claimed {
                    self.send(&endpoint, delivery, &message);
                }
            }
            Err(error) => {
                if self.stuck.insert(endpoint) {
                    warn!(%error, %endpoint, "webhooks cannot be claimed; they wait");
                }
            }
        }
    }

    fn send(&mut self, endpoint: &Endpoint, delivery: Delivery, message: &WebhookMessage) {
        let (at, body) = (self.clock.now(), message.body());
        let (id, timestamp) = (message.id.to_string(), at.timestamp());
        let secrets = endpoint.key.secrets(self.secrets.as_ref(), at);
        let signature = signature(&secrets, &id, timestamp, &body);
        let webhook = Sendable { url: endpoint.url.clone(), id, timestamp, signature, body };
        let courier = Arc::clone(&self.courier);
        let sending = async move {
            let begun = Instant::now();
            let outcome = courier.send(webhook).await;
            #[cfg(feature = "failpoints")]
            fail::fail_point!("answered");
            Sent { delivery, attempt: Attempt { at, took: begun.elapsed(), outcome } }
        };
        let task = self.under_way.spawn(sending);
        self.bound_for.insert(task.id(), endpoint.id);
    }

    /// Notes what came of a webhook. Where that fails it stays claimed, and is sent again later.
    async fn note(&mut self, ended: Result<(Id, Sent), JoinError>) {
        let (id, sent) = match ended {
            Ok((id, sent)) => (id, Some(sent)),
            Err(panic) => {
                warn!(%panic, "sending a webhook broke down");
                (panic.id(), None)
            }
        };
        self.bound_for.remove(&id);
        let Some(Sent { delivery, attempt }) = sent else { return };
        let (id, endpoint) = (delivery.id, delivery.endpoint);
        match self.deliveries.conclude(delivery, attempt).await {
            Ok(conclusion) => report(&conclusion),
            Err(error) => {
                warn!(%error, delivery = %id, %endpoint, "an attempt was not noted; it is made again");
            }
        }
    }
}

/// Tells operators what needs somebody: never where exactly a webhook goes, which can be a secret, nor what is in it.
fn report(conclusion: &Conclusion) {
    match conclusion {
        Conclusion::Parked(now) => {
            let (_, endpoint) = now.as_ref();
            let (id, host, failures) = (endpoint.id, endpoint.url.host(), endpoint.streak.failures);
            warn!(endpoint = %id, %host, failures, "a webhook endpoint keeps failing and was parked");
        }
        Conclusion::Noted(now) if now.0.status == DeliveryStatus::Failed => {
            let (delivery, endpoint) = now.as_ref();
            let (id, host, attempts) = (endpoint.id, endpoint.url.host(), delivery.attempts);
            warn!(delivery = %delivery.id, endpoint = %id, %host, attempts, "a webhook was given up");
        }
        Conclusion::Noted(_) | Conclusion::Overtaken => {}
    }
}
