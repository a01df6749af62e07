//! The shop itself: values that are valid by construction, the rules of carts, stock and orders, the use cases, and
//! every port (trait) that the outside world implements. Nothing here knows HTTP, SQL or Redis.

pub mod account;
pub mod audit;
pub mod cart;
pub mod catalog;
pub mod change;
mod client;
pub mod clock;
pub mod document;
pub mod entropy;
pub mod error;
pub mod event;
pub mod health;
pub mod housekeeping;
pub mod idempotency;
pub mod ids;
pub mod inspection;
pub mod mail;
pub mod money;
pub mod order;
pub mod outbox;
pub mod page;
pub mod stock;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
pub mod throttle;
pub mod token;
pub mod units;
pub mod webhook;
mod words;

pub use change::{Change, Committed};
pub use client::Client;
pub use clock::{Clock, SystemClock, Timestamp};
pub use document::{Bypass, CacheOutcome, CacheStatus, Doc, Source, Sourced, Version};
pub use entropy::{Entropy, OsEntropy};
pub use error::{Contention, RepositoryError};
pub use event::Event;
pub use idempotency::{Answered, IdempotencyKey, Keyed};
pub use ids::{CategoryId, DeliveryId, EndpointId, OrderId, ProductId, SessionId, UserId, VariantId};
pub use money::{Currency, Money};
pub use outbox::{Message, MessageId, Outbox};
pub use text::Invalid;
pub use units::{UnitOfWork, Units, UnitsOfWork};
