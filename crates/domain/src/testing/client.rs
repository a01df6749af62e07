//! Somebody at the other end.

use crate::Client;
use crate::cart::{CartToken, Shopper};
use crate::throttle::Meter;

/// Returns a client at 192.0.2.1, an address that is for documentation (RFC 5737).
pub fn a_client() -> Client {
    Client { address: [192, 0, 2, 1].into(), user_agent: None, meter: Meter::default() }
}

/// Returns a guest who comes from there, with or without a token.
pub fn a_guest(token: Option<CartToken>) -> Shopper {
    Shopper::Guest { token, client: a_client() }
}
