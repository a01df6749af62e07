//! `If-None-Match` (RFC 9110, 13.1.2): what the client has already.

use crate::entity_tag::Listed;
use actix_web::dev::Payload;
use actix_web::http::header::IF_NONE_MATCH;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};

/// What the client has already. A field that cannot be read is as good as none: it costs the client a full answer.
pub(crate) struct IfNoneMatch(Option<Listed>);

impl IfNoneMatch {
    /// Tells whether the client has this very representation.
    pub(crate) fn covers(&self, etag: &str) -> bool {
        self.0.as_ref().is_some_and(|listed| listed.covers(etag))
    }
}

impl FromRequest for IfNoneMatch {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Listed::of(request.headers(), IF_NONE_MATCH).ok().flatten())))
    }
}
