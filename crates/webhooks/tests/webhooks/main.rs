//! Sending, against a shop in memory with a clock that stands still, and against real receivers on this machine.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod courier;
mod crowds;
mod log;
mod parking;
mod schedule;
mod stage;
