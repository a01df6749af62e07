//! Who is at the other end of the connection, for throttling and the list of sessions.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use domain::Client;
use domain::throttle::Meter;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

/// The longest name of a client program that is kept, in characters.
const MAX_USER_AGENT: usize = 200;

/// The client of a request. Its address is the connection's: what `Forwarded` and its kin say, any client can make up.
pub(crate) struct Caller(pub(crate) Client);

impl Caller {
    /// Returns the client of a request. However often it is asked for, it has one meter.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let address = request.peer_addr().map_or(unknown, |peer| peer.ip().to_canonical());
        let user_agent = request.headers().get(header::USER_AGENT).and_then(|name| name.to_str().ok());
        let user_agent = user_agent.map(|name| name.chars().take(MAX_USER_AGENT).collect());
        let mut extensions = request.extensions_mut();
        let meter = extensions.get::<Meter>().cloned().unwrap_or_default();
        extensions.insert(meter.clone());
        Self(Client { address, user_agent, meter })
    }
}

impl FromRequest for Caller {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
