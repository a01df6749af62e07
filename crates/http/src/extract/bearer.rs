//! The bearer token (RFC 6750) of a request: checked for its signature here, for its session by whoever needs to know.

use super::services;
use crate::problem::Problem;
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use auth::{Actor, AuthenticationError, Authenticator, VerifiedToken};
use domain::UserId;
use futures_util::future::{Ready, join, ready};
use std::{future::Future, sync::Arc};

/// A token whose signature and claims are in order. Nobody has been admitted by it yet, and whose it claims to be stays
/// in here until somebody is.
pub(crate) struct Bearer {
    token: VerifiedToken,
    authenticator: Arc<dyn Authenticator>,
}

impl Bearer {
    /// Asks whether the session is live, before anything is done in its name.
    pub(crate) async fn confirm(&self) -> Result<Actor, Problem> {
        Ok(self.authenticator.admit(&self.token).await?)
    }

    /// Fetches something of the claimed user's while the session is being looked at. The session's verdict comes first:
    /// what was fetched for a token that is refused is dropped unseen, whether it is data or a failure.
    pub(crate) async fn read<T, F>(&self, fetch: impl FnOnce(UserId) -> F) -> Result<(Actor, T), Problem>
    where
        F: Future<Output = T>,
    {
        let fetched = fetch(self.token.claimed_user());
        let (verdict, fetched) = join(self.authenticator.admit(&self.token), fetched).await;
        Ok((verdict?, fetched))
    }

    fn of(request: &HttpRequest) -> Result<Option<Self>, Problem> {
        let Some(token) = bearer_token(request.headers())? else { return Ok(None) };
        let authenticator = Arc::clone(&services(request).authenticator);
        let token = authenticator.verify(token)?;
        Ok(Some(Self { token, authenticator }))
    }
}

impl FromRequest for Bearer {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).and_then(|bearer| bearer.ok_or_else(Problem::anonymous)))
    }
}

/// A bearer that may be absent, but not invalid.
pub(crate) struct MaybeBearer(pub(crate) Option<Bearer>);

impl FromRequest for MaybeBearer {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Bearer::of(request).map(Self))
    }
}

/// Returns the token; nothing where no credentials were sent at all.
fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, AuthenticationError> {
    let mut sent = headers.get_all(header::AUTHORIZATION);
    let Some(credentials) = sent.next() else { return Ok(None) };
    let refused = |reason| AuthenticationError::InvalidToken(reason);
    if sent.next().is_some() {
        return Err(refused("more than one Authorization header field"));
    }
    let credentials = credentials.to_str().map_err(|_| refused("not ASCII"))?;
    match credentials.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim_matches(' '))),
        Some(_) | None => Err(refused("not the Bearer scheme")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn token(values: &[&'static str]) -> Result<Option<String>, AuthenticationError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        bearer_token(&headers).map(|token| token.map(str::to_owned))
    }

    #[test]
    fn the_scheme_is_read_without_case_and_other_credentials_are_refused() {
        assert_eq!(token(&[]).unwrap(), None);
        assert_eq!(token(&["bearer a.b.c"]).unwrap().as_deref(), Some("a.b.c"));
        assert_eq!(token(&["BEARER  a.b.c "]).unwrap().as_deref(), Some("a.b.c"));
        for wrong in [&["Basic YTpi"][..], &["Bearer"], &["Bearer a", "Bearer b"], &[""]] {
            assert!(token(wrong).is_err(), "{wrong:?}");
        }
    }
}
