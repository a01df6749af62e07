//! Who is at the other end of a connection. Nothing that a client says of itself is believed here; whoever makes a
//! [`Client`] has seen to that.

use crate::throttle::Meter;
use std::net::IpAddr;

/// The sender of one request, as far as throttling and the list of sessions need it.
#[derive(Clone, Debug)]
pub struct Client {
    /// The address that the request came from.
    pub address: IpAddr,
    /// What the client calls itself, cut to 200 characters.
    pub user_agent: Option<String>,
    /// What the request was counted against.
    pub meter: Meter,
}
