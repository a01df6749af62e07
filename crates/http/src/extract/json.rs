//! The JSON body of a request: its media type, its size, its syntax, its shape, and then its meaning.

use super::wrong_type::wrong_type;
use super::{Check, Object, services};
use crate::problem::{Problem, kinds};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::time::Duration;

/// The most bytes that a body may have.
const MAX_BYTES: usize = 64 * 1024;
/// How long a body may take to arrive; actix itself watches over the header alone.
const PATIENCE: Duration = Duration::from_secs(15);

/// Something that a JSON body says.
pub(crate) trait FromJson: Sized + 'static {
    /// The shape of the body. It refuses unknown members, and leaves it to [`FromJson::parse`] to miss absent ones.
    type Body: DeserializeOwned;

    /// Reads the values; `None` when something is wrong, which `check` then knows.
    fn parse(body: Self::Body, check: &mut Check) -> Option<Self>;

    /// Returns what a request without any body says, where that is allowed.
    fn absent() -> Option<Self> {
        None
    }
}

/// A body that was understood.
pub(crate) struct ValidJson<T>(pub(crate) T);

impl<T: FromJson> FromRequest for ValidJson<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let received = receive(request, payload);
        Box::pin(async move { received.await.map(|(value, _)| Self(value)) })
    }
}

/// Receives a body, and returns what it says and its bytes.
pub(super) fn receive<T: FromJson>(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<(T, Bytes), Problem>> + use<T> {
    let acceptable = check_length(request.headers());
    let media_type = check_media_type(request.headers());
    let check = Check::new(services(request).currency);
    let mut payload = payload.take();
    async move {
        acceptable?;
        let body = arrive(&mut payload, PATIENCE).await?;
        if let (true, Some(value)) = (body.is_empty(), T::absent()) {
            return Ok((value, body));
        }
        media_type?;
        Ok((parse(&body, check)?, body))
    }
}

fn parse<T: FromJson>(body: &[u8], mut check: Check) -> Result<T, Problem> {
    // The whole text first: a body that is not JSON is never called JSON of the wrong shape.
    let text = std::str::from_utf8(body)
        .map_err(|_| Problem::new(&kinds::MALFORMED_REQUEST, "The body is not JSON: it is not UTF-8."))?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Problem::new(&kinds::MALFORMED_REQUEST, format!("The body is not JSON: it goes wrong at {place}."))
    })?;
    let mut json = serde_json::Deserializer::from_str(text);
    let Object(shaped) = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| Problem::invalid(&[wrong_type(&error)]))?;
    let value = T::parse(shaped, &mut check);
    let faults = check.into_faults();
    match value {
        Some(value) if faults.is_empty() => Ok(value),
        Some(_) | None => Err(Problem::invalid(&faults)),
    }
}

fn check_length(headers: &HeaderMap) -> Result<(), Problem> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > MAX_BYTES as u64) { Err(too_large()) } else { Ok(()) }
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let media_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let detail = "The body must be sent as application/json.";
        return Err(Problem::new(&kinds::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    match text(header::CONTENT_ENCODING) {
        None => Ok(()),
        Some(coding) if coding.eq_ignore_ascii_case("identity") => Ok(()),
        Some(_) => Err(Problem::new(&kinds::UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.")),
    }
}

async fn arrive(payload: &mut Payload, patience: Duration) -> Result<Bytes, Problem> {
    let late = |_| Problem::new(&kinds::TIMED_OUT, "The body did not arrive in time.");
    tokio::time::timeout(patience, collect(payload)).await.map_err(late)?
}

async fn collect(payload: &mut Payload) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => too_large(),
            error => Problem::new(&kinds::MALFORMED_REQUEST, "The body did not arrive whole.").because(error),
        })?;
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large() -> Problem {
    Problem::new(&kinds::TOO_LARGE, "The body has more than 64 KiB.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    #[actix_web::test]
    async fn a_body_that_stops_arriving_is_not_waited_for_for_ever() {
        let begun = stream::iter([Ok(Bytes::from_static(b"{"))]);
        let mut payload = Payload::from(begun.chain(stream::pending()).boxed_local());
        let problem = arrive(&mut payload, Duration::from_millis(1)).await.unwrap_err();
        assert_eq!(problem.kind(), &kinds::TIMED_OUT);
    }

    #[actix_web::test]
    async fn a_body_that_breaks_off_is_the_clients_fault() {
        let broken = stream::iter([Ok(Bytes::from_static(b"{")), Err(PayloadError::Incomplete(None))]);
        let problem = arrive(&mut Payload::from(broken.boxed_local()), PATIENCE).await.unwrap_err();
        assert_eq!(problem.kind(), &kinds::MALFORMED_REQUEST);
    }
}
