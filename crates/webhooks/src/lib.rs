//! Sending webhooks: signatures, where they may go, and the dispatcher that every instance runs beside its listener. What
//! is due, and what follows from an answer, is decided in `domain`; nothing here knows a database or serves HTTP.

mod courier;
mod dispatcher;
mod keys;
mod network;
mod signature;
mod targets;

pub use courier::{Courier, HttpCourier, Sendable};
pub use dispatcher::Dispatcher;
pub use keys::SigningKeys;
pub use signature::signature;
pub use targets::{Lookup, Reach, SystemLookup, Targets};
