//! A request that may be sent again without being done again: its body, and the `Idempotency-Key` that its caller gave it
//! (draft-ietf-httpapi-idempotency-key-header).

use super::FromJson;
use super::json::receive;
use crate::problem::{Fault, Place, Problem, kinds};
use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use domain::idempotency::Fingerprint;
use domain::{IdempotencyKey, Invalid, Keyed, UserId};
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;

/// The field that holds the key.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A body that was understood, and how its request is recognised when it comes again.
pub(crate) struct Repeatable<T> {
    /// What the body says.
    pub(crate) value: T,
    key: Option<IdempotencyKey>,
    fingerprint: Fingerprint,
}

impl<T> Repeatable<T> {
    /// Says who sent it; nothing where its sender gave it no key.
    pub(crate) fn by(&self, caller: UserId) -> Option<Keyed> {
        let key = self.key.clone()?;
        Some(Keyed { caller, key, fingerprint: self.fingerprint })
    }
}

impl<T: FromJson> FromRequest for Repeatable<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = key(request.headers());
        let (method, path) = (request.method().clone(), request.path().to_owned());
        let received = receive(request, payload);
        Box::pin(async move {
            let key = key.map_err(|invalid| {
                let fault =
                    Fault { place: Place::Header("Idempotency-Key"), detail: invalid.to_string().into() };
                Problem::new(&kinds::MALFORMED_REQUEST, "The Idempotency-Key header field cannot be read.")
                    .member("errors", [fault])
            })?;
            let (value, body) = received.await?;
            Ok(Self { value, key, fingerprint: Fingerprint::of(method.as_str(), &path, &body) })
        })
    }
}

/// A body that has nothing to say: `{}`, or none at all.
pub(crate) struct Nothing;

/// No member at all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NothingBody {}

impl FromJson for Nothing {
    type Body = NothingBody;

    fn parse(NothingBody {}: NothingBody, _: &mut super::Check) -> Option<Self> {
        Some(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self)
    }
}

/// Reads the key: a string of RFC 8941, as the draft has it, or the same text without the quotes, as most clients do.
fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Invalid> {
    let mut given = headers.get_all(IDEMPOTENCY_KEY);
    let Some(value) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(Invalid::new("must be given once"));
    }
    let text = value.to_str().unwrap_or_default().trim();
    let Some(quoted) = text.strip_prefix('"') else { return IdempotencyKey::parse(text).map(Some) };
    let inner = unquoted(quoted).ok_or(Invalid::new("must end with the quote that it begins with"))?;
    IdempotencyKey::parse(&inner).map(Some)
}

/// Reads the rest of a quoted string (RFC 8941, 4.2.5).
fn unquoted(text: &str) -> Option<String> {
    let mut inner = String::with_capacity(text.len());
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return characters.next().is_none().then_some(inner),
            '\\' => inner.push(characters.next().filter(|c| matches!(c, '"' | '\\'))?),
            other => inner.push(other),
        }
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn read(values: &[&'static str]) -> Result<Option<String>, Invalid> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IDEMPOTENCY_KEY, HeaderValue::from_static(value));
        }
        key(&headers).map(|key| key.map(|key| key.as_str().to_owned()))
    }

    #[test]
    fn a_key_means_the_same_with_and_without_quotes() {
        assert_eq!(read(&[]), Ok(None));
        for written in ["8e03978e", " 8e03978e ", "\"8e03978e\""] {
            assert_eq!(read(&[written]), Ok(Some("8e03978e".to_owned())), "{written}");
        }
        assert_eq!(read(&[r#""a\"b\\c""#]), Ok(Some(r#"a"b\c"#.to_owned())));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for wrong in [&[""][..], &["\"\""], &["a b"], &["\"a"], &["\"a\"b"], &["\"a\\x\""], &["a", "a"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
