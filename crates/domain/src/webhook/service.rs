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
use std::{future::Future, sync::Arc};
use thiserror::Error;

/// Registers endpoints, changes them, and has deliveries made again.
#[async_trait]
pub trait WebhookService: Send + Sync {
    /// Registers an endpoint, and returns it with its secret.
    async fn create(&self, new: EndpointInput) -> Result<NewlyMade, WebhookError>;
    /// Changes an endpoint. Setting it active makes everything that waits due at once.
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

    /// Edits an endpoint under its lock, in a unit of work of its own.
    async fn edit<F>(
        &self,
        id: EndpointId,
        edit: impl Fn(Box<dyn UnitOfWork>, Endpoint) -> F + Clone + Send + 'static,
    ) -> Result<Sourced<Endpoint>, WebhookError>
    where
        F: Future<Output = Result<(Box<dyn UnitOfWork>, Endpoint), RepositoryError>> + Send,
    {
        let attempt = move |mut work: Box<dyn UnitOfWork>| {
            let edit = edit.clone();
            async move {
                let before = work.webhooks().lock(id).await?.ok_or(WebhookError::NotFound)?;
                let (mut work, after) = edit(work, before).await?;
                work.webhooks().save(&after).await?;
                let committed = work.commit().await?;
                Ok::<_, WebhookError>(Sourced::direct(committed.source, after))
            }
        };
        self.units.run(attempt).await
    }

    fn shown(&self, endpoint: Sourced<Endpoint>) -> Sourced<EndpointSecrets> {
        let key = endpoint.value.key.clone();
        endpoint.map(|_| EndpointSecrets {
            current: self.secrets.secret(&key.nonce, key.version),
            previous_until: key.previous_until().filter(|until| self.clock.now() < *until),
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
        let now = self.clock.now();
        let edit = move |mut work: Box<dyn UnitOfWork>, before: Endpoint| {
            let change = change.clone();
            async move {
                let after = changed(&before, change, now);
                if before.state != EndpointState::Active && after.state == EndpointState::Active {
                    work.webhooks().restart(after.id, now).await?;
                }
                Ok((work, after))
            }
        };
        self.edit(id, edit).await?;
        self.reader.endpoint(id).await?.ok_or(WebhookError::NotFound)
    }

    async fn remove(&self, id: EndpointId) -> Result<(), WebhookError> {
        let attempt = move |mut work: Box<dyn UnitOfWork>| async move {
            if !work.webhooks().remove(id).await? {
                return Err(WebhookError::NotFound);
            }
            work.commit().await?;
            Ok(())
        };
        self.units.run(attempt).await
    }

    async fn secret(&self, id: EndpointId) -> Result<Sourced<EndpointSecrets>, WebhookError> {
        let attempt = move |mut work: Box<dyn UnitOfWork>| async move {
            let endpoint = work.webhooks().lock(id).await?.ok_or(WebhookError::NotFound)?;
            Ok::<_, WebhookError>(Sourced::direct(work.source(), endpoint))
        };
        Ok(self.shown(self.units.run(attempt).await?))
    }

    async fn rotate(&self, id: EndpointId) -> Result<Sourced<EndpointSecrets>, WebhookError> {
        let now = self.clock.now();
        let edit = move |work: Box<dyn UnitOfWork>, before: Endpoint| async move {
            Ok((work, Endpoint { key: before.key.rotated(now), updated_at: now, ..before }))
        };
        Ok(self.shown(self.edit(id, edit).await?))
    }

    async fn replay(
        &self,
        endpoint: EndpointId,
        delivery: DeliveryId,
    ) -> Result<Sourced<Doc<DeliveryView>>, WebhookError> {
        let now = self.clock.now();
        let attempt = move |mut work: Box<dyn UnitOfWork>| async move {
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

fn changed(before: &Endpoint, change: EndpointChange, now: Timestamp) -> Endpoint {
    let after = match change.state {
        Some(StaffState::Active) if before.state != EndpointState::Active => before.resumed(),
        Some(StaffState::Paused) => Endpoint { state: EndpointState::Paused, ..before.clone() },
        Some(StaffState::Active) | None => before.clone(),
    };
    Endpoint {
        url: change.url.unwrap_or(after.url),
        events: change.events.unwrap_or(after.events),
        note: change.note.unwrap_or(after.note),
        updated_at: now,
        ..after
    }
}
