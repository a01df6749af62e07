//! The whole shop from outside, on both pairs of backends.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cart_bounds;
mod catalogue;
mod checkout;
mod crowds;
mod desk;
mod doctor;
mod errors;
mod guests;
mod hostile;
mod instances;
mod letters;
mod looking_inside;
mod operations;
mod outage;
mod over_tls;
mod provenance;
mod races;
mod redis_keys;
mod relay;
mod repeating;
mod revocation;
mod round_trips;
mod sessions;
mod webhooks;
