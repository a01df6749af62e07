//! Who is at the other end of the connection, for throttling and the list of sessions.

use crate::Services;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use domain::Client;
use domain::throttle::Meter;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The longest name of a client program that is kept, in characters.
const MAX_USER_AGENT: usize = 200;

/// The client of a request. Its address is the connection's, unless that is a proxy which is believed: what
/// `X-Forwarded-For` says, any client can make up.
pub(crate) struct Caller(pub(crate) Client);

impl Caller {
    /// Returns the client of a request. However often it is asked for, it has one meter.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let services =
            request.app_data::<Data<Services>>().expect("`configure` registers the services with the routes");
        let address = services.proxies.client(connected(request.peer_addr()), request.headers());
        let user_agent = request.headers().get(header::USER_AGENT).and_then(|name| name.to_str().ok());
        let user_agent = user_agent.map(|name| name.chars().take(MAX_USER_AGENT).collect());
        let mut extensions = request.extensions_mut();
        let meter = extensions.get::<Meter>().cloned().unwrap_or_default();
        extensions.insert(meter.clone());
        Self(Client { address, user_agent, meter })
    }
}

/// Returns the address at the other end of a connection; there is none where a test has no connection.
pub(crate) fn connected(peer: Option<SocketAddr>) -> IpAddr {
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip())
}

impl FromRequest for Caller {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
