//! The ports of webhooks.

use super::{
    Attempt, Delivery, DeliveryStatus, DeliveryView, Endpoint, EndpointView, NewEndpoint, TargetUrl,
    WebhookMessage,
};
use crate::page::{Limit, Page, Position};
use crate::{DeliveryId, Doc, EndpointId, Invalid, RepositoryError, Sourced, Timestamp};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The last delivery of a page, after which the next one begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeliveryCursor {
    /// The delivery.
    pub id: DeliveryId,
}

/// What a list of an endpoint's deliveries is asked; the newest come first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeliveryQuery {
    /// Only deliveries of this status.
    pub status: Option<DeliveryStatus>,
    /// Where the page begins.
    pub position: Position<DeliveryCursor>,
    /// How many items the page has at most.
    pub limit: Limit,
}

/// Reads endpoints and deliveries outside a unit of work; never cached.
#[async_trait]
pub trait WebhookReader: Send + Sync {
    /// Returns every endpoint, the oldest first.
    async fn endpoints(&self) -> Result<Sourced<Doc<Page<EndpointView>>>, RepositoryError>;
    /// Returns an endpoint.
    async fn endpoint(&self, id: EndpointId) -> Result<Option<Sourced<Doc<EndpointView>>>, RepositoryError>;
    /// Returns a page of an endpoint's deliveries with their attempts; `None` where there is no such endpoint.
    async fn deliveries(
        &self,
        endpoint: EndpointId,
        query: &DeliveryQuery,
    ) -> Result<Option<Sourced<Doc<Page<DeliveryView>>>>, RepositoryError>;
    /// Returns a delivery of an endpoint.
    async fn delivery(
        &self,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Option<Sourced<Doc<DeliveryView>>>, RepositoryError>;
    /// Returns the active endpoints that something is due to and nobody has claimed.
    async fn due(&self, now: Timestamp) -> Result<Vec<Endpoint>, RepositoryError>;
}

/// Writes endpoints and deliveries inside a unit of work. Whoever holds an endpoint and one of its deliveries takes the
/// endpoint first.
#[async_trait]
pub trait WebhookRepository: Send {
    /// Counts the endpoints.
    async fn count(&mut self) -> Result<u64, RepositoryError>;
    /// Stores a new endpoint; events from now on are delivered to it.
    async fn insert(&mut self, new: &NewEndpoint) -> Result<Endpoint, RepositoryError>;
    /// Returns an endpoint and keeps others from changing it until the end.
    async fn lock(&mut self, id: EndpointId) -> Result<Option<Endpoint>, RepositoryError>;
    /// Stores an endpoint that was locked.
    async fn save(&mut self, endpoint: &Endpoint) -> Result<(), RepositoryError>;
    /// Removes an endpoint with its deliveries; false where there is none.
    async fn remove(&mut self, id: EndpointId) -> Result<bool, RepositoryError>;
    /// Makes every pending delivery to an endpoint due, as if it had never been tried.
    async fn restart(&mut self, endpoint: EndpointId, now: Timestamp) -> Result<(), RepositoryError>;
    /// Claims deliveries to an active endpoint that are due, the longest due first, at most so many; passes by what others
    /// have claimed, and what an earlier event of the same order must precede.
    async fn claim(
        &mut self,
        endpoint: EndpointId,
        now: Timestamp,
        until: Timestamp,
        most: usize,
    ) -> Result<Vec<(Delivery, WebhookMessage)>, RepositoryError>;
    /// Returns a delivery of an endpoint and keeps others from changing it until the end.
    async fn lock_delivery(
        &mut self,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, RepositoryError>;
    /// Stores a delivery that was locked.
    async fn save_delivery(&mut self, delivery: &Delivery) -> Result<(), RepositoryError>;
    /// Adds an attempt to a delivery's log.
    async fn log(&mut self, delivery: DeliveryId, attempt: &Attempt) -> Result<(), RepositoryError>;
}

/// Decides where webhooks may be sent.
#[async_trait]
pub trait TargetPolicy: Send + Sync {
    /// Looks at an address, and at where its name leads now. It is looked at again whenever something is sent.
    ///
    /// # Errors
    /// Why nothing may be sent there.
    async fn check(&self, url: &TargetUrl) -> Result<(), Invalid>;
}
