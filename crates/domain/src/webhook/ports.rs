//! The ports of webhooks.

use super::{
    Attempt, Batch, Delivery, DeliveryStatus, DeliveryView, Endpoint, EndpointKey, EndpointView, NewEndpoint,
    TargetUrl,
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

/// Reads endpoints and deliveries outside a unit of work; never cached. To an endpoint that was removed, as to its
/// deliveries, nothing leads.
#[async_trait]
pub trait WebhookReader: Send + Sync {
    /// Returns every endpoint, the oldest first.
    async fn endpoints(&self) -> Result<Sourced<Doc<Page<EndpointView>>>, RepositoryError>;
    /// Returns an endpoint.
    async fn endpoint(&self, id: EndpointId) -> Result<Option<Sourced<Doc<EndpointView>>>, RepositoryError>;
    /// Returns which secrets an endpoint has.
    async fn key(&self, id: EndpointId) -> Result<Option<Sourced<EndpointKey>>, RepositoryError>;
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
    async fn due(&self, now: Timestamp) -> Result<Vec<EndpointId>, RepositoryError>;
}

/// Writes endpoints and deliveries inside a unit of work. Whoever holds an endpoint and one of its deliveries takes the
/// endpoint first. One that was removed is not found.
#[async_trait]
pub trait WebhookRepository: Send {
    /// Counts the endpoints, and keeps others from adding one until the end.
    async fn count(&mut self) -> Result<u64, RepositoryError>;
    /// Stores a new endpoint; events from now on are delivered to it.
    async fn insert(&mut self, new: &NewEndpoint) -> Result<Endpoint, RepositoryError>;
    /// Returns an endpoint and keeps others from changing it until the end.
    async fn lock(&mut self, id: EndpointId) -> Result<Option<Endpoint>, RepositoryError>;
    /// Stores an endpoint that was locked.
    async fn save(&mut self, endpoint: &Endpoint) -> Result<(), RepositoryError>;
    /// Removes an endpoint; false where there is none. Its deliveries are not made, and thrown away later.
    async fn remove(&mut self, id: EndpointId, now: Timestamp) -> Result<bool, RepositoryError>;
    /// Makes every pending delivery to an endpoint due that is not, in the order in which it happened. What was tried
    /// stays counted.
    async fn restart(&mut self, endpoint: EndpointId, now: Timestamp) -> Result<(), RepositoryError>;
    /// Claims deliveries to an active endpoint that are due, the longest due first, at most so many; passes by what others
    /// have claimed, and what an earlier event of the same order must precede. `None` where that leaves nothing.
    async fn claim(
        &mut self,
        endpoint: EndpointId,
        now: Timestamp,
        until: Timestamp,
        most: usize,
    ) -> Result<Option<Batch>, RepositoryError>;
    /// Returns a delivery of an endpoint and keeps others from changing it until the end.
    async fn lock_delivery(
        &mut self,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, RepositoryError>;
    /// Stores a delivery that was locked. What waits behind it, the later events of its order, is due when it is next, or
    /// when it was concluded.
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
