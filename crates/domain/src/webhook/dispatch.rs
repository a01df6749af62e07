//! The part of delivering that is decided here: what is sent next, and what follows from how it went. Between the two no
//! transaction is open, and whoever claims a delivery and goes away loses it to others after a while. So an event may
//! come twice, and does not get lost.

use super::{Attempt, Delivery, Endpoint, EndpointState, WebhookMessage, WebhookReader};
use crate::{Clock, EndpointId, Entropy, RepositoryError, Timestamp, UnitOfWork, Units};
use chrono::TimeDelta;
use std::sync::Arc;

/// How long a claim holds: several times as long as an attempt may take.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Deliveries of one endpoint that were claimed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The endpoint, as it was when they were.
    pub endpoint: Endpoint,
    /// What is sent to it.
    pub claimed: Vec<(Delivery, WebhookMessage)>,
}

/// What followed from an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// It was noted: the delivery, and the endpoint, as they are now.
    Noted(Box<(Delivery, Endpoint)>),
    /// It was noted, and the endpoint was parked for it.
    Parked(Box<(Delivery, Endpoint)>),
    /// Nothing: the claim had passed to somebody else, or the endpoint was removed meanwhile.
    Overtaken,
}

/// Hands deliveries out and takes back what came of them.
#[derive(Clone)]
pub struct Deliveries {
    units: Units,
    reader: Arc<dyn WebhookReader>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Deliveries {
    /// Puts together what handing out needs.
    pub fn new(
        units: Units,
        reader: Arc<dyn WebhookReader>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { units, reader, clock, entropy }
    }

    /// Returns the active endpoints that something is due to.
    ///
    /// # Errors
    /// The store's.
    pub async fn due(&self) -> Result<Vec<EndpointId>, RepositoryError> {
        self.reader.due(self.clock.now()).await
    }

    /// Claims at most so many deliveries to an endpoint. What is claimed is the caller's for a minute.
    ///
    /// # Errors
    /// The store's.
    pub async fn claim(&self, endpoint: EndpointId, most: usize) -> Result<Option<Batch>, RepositoryError> {
        let now = self.clock.now();
        let attempt = move |mut work: Box<dyn UnitOfWork>| async move {
            let batch = work.webhooks().claim(endpoint, now, now + LEASE, most).await?;
            if batch.is_some() {
                work.commit().await?;
            }
            Ok(batch)
        };
        self.units.run(attempt).await
    }

    /// Notes what came of an attempt, on the delivery and on its endpoint.
    ///
    /// # Errors
    /// The store's. The delivery then stays claimed until the lease ends, and is sent again.
    pub async fn conclude(&self, claimed: Delivery, attempt: Attempt) -> Result<Conclusion, RepositoryError> {
        let now = self.clock.now();
        let chance = u16::from_be_bytes(self.entropy.bytes());
        let note = move |work: Box<dyn UnitOfWork>| {
            let (claimed, attempt) = (claimed.clone(), attempt.clone());
            async move { note(work, &claimed, &attempt, now, chance).await }
        };
        self.units.run(note).await
    }
}

async fn note(
    mut work: Box<dyn UnitOfWork>,
    claimed: &Delivery,
    attempt: &Attempt,
    now: Timestamp,
    chance: u16,
) -> Result<Conclusion, RepositoryError> {
    let Some(before) = work.webhooks().lock(claimed.endpoint).await? else {
        return Ok(Conclusion::Overtaken);
    };
    let delivery = work.webhooks().lock_delivery(claimed.endpoint, claimed.id).await?;
    let Some(delivery) = delivery.filter(|now| now.claimed_until == claimed.claimed_until) else {
        return Ok(Conclusion::Overtaken);
    };
    let (delivery, after) = (delivery.after(attempt, now, chance), before.after(claimed.id, attempt));
    work.webhooks().log(delivery.id, attempt).await?;
    work.webhooks().save_delivery(&delivery).await?;
    if after != before {
        work.webhooks().save(&after).await?;
    }
    work.commit().await?;
    let parked = after.state != before.state && matches!(after.state, EndpointState::Parked { .. });
    let conclusion = if parked { Conclusion::Parked } else { Conclusion::Noted };
    Ok(conclusion(Box::new((delivery, after))))
}
