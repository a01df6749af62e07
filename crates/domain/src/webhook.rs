//! Webhooks: other programs are told what happens in the shop. Staff register endpoints; every event that an endpoint
//! listens to becomes a delivery to it, written in the event's own transaction and tried for three days until the endpoint has taken it.
//! What is sent follows Standard Webhooks (standardwebhooks.com). Nothing here opens a connection.

mod delivery;
mod dispatch;
mod endpoint;
mod message;
mod ports;
mod schedule;
mod secret;
mod service;
mod target;
mod views;

pub use delivery::{Attempt, Delivery, DeliveryStatus, Outcome};
pub use dispatch::{Batch, Conclusion, Deliveries};
pub use endpoint::{
    Endpoint, EndpointNote, EndpointState, EndpointStatus, Interest, MAX_ENDPOINTS, NewEndpoint, ParkReason,
    Streak,
};
pub use message::{EventId, WebhookMessage};
pub use ports::{DeliveryCursor, DeliveryQuery, TargetPolicy, WebhookReader, WebhookRepository};
pub use schedule::{ATTEMPTS, retry_delay};
pub use secret::{EndpointKey, EndpointNonce, SecretKeeper, SigningSecret};
pub use service::{
    EndpointChange, EndpointInput, EndpointSecrets, NewlyMade, StaffState, WebhookError, WebhookService,
    Webhooks,
};
pub use target::TargetUrl;
pub use views::{AttemptView, DeliveryView, EndpointView};
