//! The HTTP layer against stub services: what is asked and what is answered, with nothing behind it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod access;
mod addresses;
mod bad_requests;
mod bodies;
mod carts;
mod conditional;
mod document;
mod domain_errors;
mod envelope;
mod harness;
mod health;
mod listing;
mod logging;
mod looking_inside;
mod methods;
mod origins;
mod overlap;
mod panics;
mod proxies;
mod repeating;
mod request_ids;
mod safeguards;
mod slow_clients;
mod socket;
mod string_limits;
mod stubs;
mod totals;
mod webhooks;
mod writes;
