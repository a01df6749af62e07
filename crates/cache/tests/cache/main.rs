//! The cache layer from outside: the contract of the stores, the protocol on top of them, and the decorators. What can
//! run on either store runs on both; Redis is a real one.
#![cfg(test)] // so that clippy knows, too

mod collapse;
mod connecting;
mod decorators;
mod faults;
mod forgetting;
mod looking;
mod outbox;
mod placing;
mod protocol;
mod races;
mod redis;
mod relay;
mod renewals;
mod stage;
mod stores;
mod throttle;
mod tier;
mod tls;
mod units;
