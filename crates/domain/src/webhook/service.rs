//! What staff do with webhooks.

use super::{
    DeliveryView, Endpoint, EndpointKey, EndpointNote, EndpointState, EndpointView, Interest, MAX_ENDPOINTS,
    NewEndpoint, SecretKeeper, SigningSecret, TargetPolicy, TargetUrl, WebhookReader,
};
use crate::{
    Clock, DeliveryId, Doc, EndpointId, Entropy, Invalid, RepositoryError, Sourced, Timestamp, UnitOfWork,
    Units, contention_through_repository,
};
use async_trait::async_trait;
use std::sync::Arc;
use thiserror::Error;

/// Registers endpoints, changes them, and has deliveries made again.
#[async_trait]
pub trait WebhookService: Send + Sync {
    /// Registers an endpoint, and returns it with its secret.
    async fn create(&self, new: EndpointInput) -> Result<NewlyMade, WebhookError>;
    /// Changes an endpoint. Setting it active, or moving one that is, makes everything that waits due at once.
    async fn change(
        &self,
        id: EndpointId,
        change: EndpointChange,
    ) -> Result<Sourced<Doc<EndpointView>>, WebhookError>;
    /// Removes an endpoint with its deliveries.
    async fn remove(&self, id: EndpointId) -> Result<(), WebhookError>;
    /// Returns an endpoint's secret.
    async fn secret(&self, id: EndpointId) -> Result<Sourced<EndpointSecrets>, WebhookError>;
    /// Gives an endpoint a new secret. For a day the one before is signed with, too.
    async fn rotate(&self, id: EndpointId) -> Result<Sourced<EndpointSecrets>, WebhookError>;
    /// Has a delivery made again, whatever became of it.
    async fn replay(
        &self,
        endpoint: EndpointId,
        delivery: DeliveryId,
    ) -> Result<Sourced<Doc<DeliveryView>>, WebhookError>;
}

/// What staff say of a new endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointInput {
    /// Where it is.
    pub url: TargetUrl,
    /// What it listens to.
    pub events: Interest,
    /// What they want to remember about it.
    pub note: EndpointNote,
}

/// What staff change of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointChange {
    /// Where it is from now on.
    pub url: Option<TargetUrl>,
    /// What it listens to from now on.
    pub events: Option<Interest>,
    /// What they want to remember about it.
    pub note: Option<EndpointNote>,
    /// Whether it is sent to.
    pub state: Option<StaffState>,
}

/// What staff can do with an endpoint's state; to park it is the shop's alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffState {
    /// It is sent to.
    Active,
    /// Its deliveries wait.
    Paused,
}

/// An endpoint's secret.
#[derive(Clone, Debug)]
pub struct EndpointSecrets {
    /// What is signed with.
    pub current: SigningSecret,
    /// Until when the one before is signed with, too.
    pub previous_until: Option<Timestamp>,
}

/// A new endpoint, and what it verifies signatures with.
#[derive(Clone, Debug)]
pub struct NewlyMade {
    /// The endpoint.
    pub id: EndpointId,
    /// The endpoint, as staff see it.
    pub endpoint: Sourced<EndpointView>,
    /// Its secret.
    pub secret: SigningSecret,
}

/// Why something was not done with a webhook.
#[derive(Clone, Debug, Error)]
pub enum WebhookError {
    /// There is no such endpoint or delivery.
    #[error("there is no such endpoint or delivery")]
    NotFound,
    /// Nothing may be sent to that address.
    #[error("the address {0}")]
    Target(Invalid),
    /// The shop has as many endpoints as it can.
    #[error("there are {MAX_ENDPOINTS} endpoints already")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

contention_through_repository!(WebhookError);

/// The use cases of staff.
#[derive(Clone)]
pub struct Webhooks {
    units: Units,
    reader: Arc<dyn WebhookReader>,
    targets: Arc<dyn TargetPolicy>,
    secrets: Arc<dyn SecretKeeper>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Webhooks {
    /// Puts together what the use cases need.
    pub fn new(
        units: Units,
        reader: Arc<dyn WebhookReader>,
        targets: Arc<dyn TargetPolicy>,
        secrets: Arc<dyn SecretKeeper>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { units, reader, targets, secrets, clock, entropy }
    }

    /// Edits an endpoint under its lock, in a unit of work of its own. Where it begins anew, all that waits is due.
    async fn edit(
        &self,
        id: EndpointId,
        edit: impl Fn(&Endpoint) -> Endpoint + Clone + Send + Sync + 'static,
    ) -> Result<Sourced<Endpoint>, WebhookError> {
        let now = self.clock.now();
        let attempt = move |mut work: Box<dyn UnitOfWork>| {
            let edit = edit.clone();
            async move {
                let before = work.webhooks().lock(id).await?.ok_or(WebhookError::NotFound)?;
                let after = Endpoint { updated_at: now, ..edit(&before) };
                if after.begins_anew(&before) {
                    work.webhooks().restart(id, now).await?;
                }
                work.webhooks().save(&after).await?;
                let committed = work.commit().await?;
                Ok::<_, WebhookError>(Sourced::direct(committed.source, after))
            }
        };
        self.units.run(attempt).await
    }

    fn shown(&self, key: Sourced<EndpointKey>) -> Sourced<EndpointSecrets> {
        key.map(|key| EndpointSecrets {
            current: self.secrets.secret(&key.nonce, key.version),
            previous_until: key.previous_until(self.clock.now()),
        })
    }
}

#[async_trait]
impl WebhookService for Webhooks {
    async fn create(&self, new: EndpointInput) -> Result<NewlyMade, WebhookError> {
        self.targets.check(&new.url).await.map_err(WebhookError::Target)?;
        let new = NewEndpoint {
            url: new.url,
            note: new.note,
            events: new.events,
            key: EndpointKey::generate(self.entropy.as_ref()),
            created_at: self.clock.now(),
        };
        let attempt = move |mut work: Box<dyn UnitOfWork>| {
            let new = new.clone();
            async move {
                if work.webhooks().count().await? >= MAX_ENDPOINTS {
                    return Err(WebhookError::TooMany);
                }
                let made = work.webhooks().insert(&new).await?;
                let committed = work.commit().await?;
                Ok(Sourced::direct(committed.source, made))
            }
        };
        let made = self.units.run(attempt).await?;
        let secret = self.secrets.secret(&made.value.key.nonce, made.value.key.version);
        let id = made.value.id;
        Ok(NewlyMade { id, endpoint: made.map(|made| EndpointView::of(&made, 0, 0)), secret })
    }

    async fn change(
        &self,
        id: EndpointId,
        change: EndpointChange,
    ) -> Result<Sourced<Doc<EndpointView>>, WebhookError> {
        if let Some(url) = &change.url {
            self.targets.check(url).await.map_err(WebhookError::Target)?;
        }
        self.edit(id, move |before| changed(before, change.clone())).await?;
        self.reader.endpoint(id).await?.ok_or(WebhookError::NotFound)
    }

    async fn remove(&self, id: EndpointId) -> Result<(), WebhookError> {
        let now = self.clock.now();
        let attempt = move |mut work: Box<dyn UnitOfWork>| async move {
            if !work.webhooks().remove(id, now).await? {
                return Err(WebhookError::NotFound);
            }
            work.commit().await?;
            Ok(())
        };
        self.units.run(attempt).await
    }

    async fn secret(&self, id: EndpointId) -> Result<Sourced<EndpointSecrets>, WebhookError> {
        Ok(self.shown(self.reader.key(id).await?.ok_or(WebhookError::NotFound)?))
    }

    async fn rotate(&self, id: EndpointId) -> Result<Sourced<EndpointSecrets>, WebhookError> {
        let now = self.clock.now();
        let rotated = move |before: &Endpoint| Endpoint { key: before.key.rotated(now), ..before.clone() };
        Ok(self.shown(self.edit(id, rotated).await?.map(|endpoint| endpoint.key)))
    }

    async fn replay(
        &self,
        endpoint: EndpointId,
        delivery: DeliveryId,
    ) -> Result<Sourced<Doc<DeliveryView>>, WebhookError> {
        let now = self.clock.now();
        let attempt = move |mut work: Box<dyn UnitOfWork>| async move {
            work.webhooks().lock(endpoint).await?.ok_or(WebhookError::NotFound)?;
            let found = work.webhooks().lock_delivery(endpoint, delivery).await?;
            let found = found.ok_or(WebhookError::NotFound)?;
            work.webhooks().save_delivery(&found.asked_for_again(now)).await?;
            work.commit().await?;
            Ok::<_, WebhookError>(())
        };
        self.units.run(attempt).await?;
        self.reader.delivery(endpoint, delivery).await?.ok_or(WebhookError::NotFound)
    }
}

fn changed(before: &Endpoint, change: EndpointChange) -> Endpoint {
    let moved = change.url.map_or_else(|| before.clone(), |url| before.moved(url));
    let after = match change.state {
        Some(StaffState::Active) if before.state != EndpointState::Active => moved.resumed(),
        Some(StaffState::Paused) => Endpoint { state: EndpointState::Paused, ..moved },
        Some(StaffState::Active) | None => moved,
    };
    Endpoint {
        events: change.events.unwrap_or(after.events),
        note: change.note.unwrap_or(after.note),
        ..after
    }
}
