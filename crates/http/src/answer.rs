//! Successful answers: `{"source": S, "data": D}` around the bytes of a document, which are copied and never parsed.

use crate::cache_status::cache_status;
use crate::extract::IfNoneMatch;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
use bytes::{Bytes, BytesMut};
use domain::{Answered, CacheStatus, Doc, Source, Sourced, Version};
use serde::Serialize;
use utoipa::ToSchema;

/// Tells that an answer was given before (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What caches on the way are told of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Everybody gets the same. Any cache may keep it, but asks each time whether it still holds: prices and
    /// availability change at any moment, and the entity tag makes asking cheap.
    Everybody,
    /// One account alone. The client's own cache may keep it, and asks each time.
    Person,
}

/// The shape of every successful body.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer<T> {
    /// The store that answered.
    pub(crate) source: Source,
    /// The answer.
    pub(crate) data: T,
}

/// Answers a read, or 304 where the client has it already (RFC 9110, 15.4.5).
pub(crate) fn read<T>(found: &Sourced<Doc<T>>, audience: Audience, cached: &IfNoneMatch) -> HttpResponse {
    let control = match audience {
        Audience::Everybody => "public, no-cache",
        Audience::Person => "private, no-cache",
    };
    let fresh = cached.covers(found.value.etag());
    let mut response = HttpResponse::build(if fresh { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    response.insert_header((header::CACHE_CONTROL, control));
    describe(&mut response, found.value.etag(), &found.cache);
    if fresh { finish(response, found.source, Bytes::new()) } else { enveloped(response, found) }
}

/// Answers a write with the thing as it is now.
pub(crate) fn written<T>(now: &Sourced<Doc<T>>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    describe(&mut response, now.value.etag(), &now.cache);
    enveloped(response, now)
}

/// Answers a write that made something.
pub(crate) fn created<T>(made: &Sourced<Doc<T>>, location: String) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, location));
    describe(&mut response, made.value.etag(), &made.cache);
    enveloped(response, made)
}

/// Answers a write that is done once, however often it is asked for; `location` is where to find what it made.
pub(crate) fn once<I, T>(answered: &Answered<I, T>, location: Option<String>) -> HttpResponse {
    let mut response = match location {
        Some(location) => created(&answered.document, location),
        None => written(&answered.document),
    };
    if answered.replayed {
        response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// Answers with a secret, which nobody may keep.
pub(crate) fn secret<T: Serialize>(view: Sourced<T>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    enveloped(response, &view.map(|view| Doc::encode(Version::NONE, &view)))
}

/// Answers a write that made something with a secret, which nobody may keep.
pub(crate) fn created_secret<T: Serialize>(made: Sourced<T>, location: String) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::LOCATION, location));
    enveloped(response, &made.map(|view| Doc::encode(Version::NONE, &view)))
}

/// Answers what is done later, if at all.
pub(crate) fn accepted() -> HttpResponse {
    HttpResponse::Accepted().finish()
}

/// Answers a write that leaves nothing to say.
pub(crate) fn nothing() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

fn describe(response: &mut HttpResponseBuilder, etag: &str, caches: &[CacheStatus]) {
    response.insert_header((header::ETAG, format!("\"{etag}\"")));
    if let Some(status) = cache_status(caches) {
        response.insert_header((HeaderName::from_static("cache-status"), status));
    }
}

fn enveloped<T>(mut response: HttpResponseBuilder, found: &Sourced<Doc<T>>) -> HttpResponse {
    response.content_type("application/json");
    let (head, middle) = (br#"{"source":""#, br#"","data":"#);
    let body = join(&[head, found.source.as_str().as_bytes(), middle, found.value.json(), b"}"]);
    finish(response, found.source, body)
}

/// Sends the body and tells the access log who answered.
fn finish(mut response: HttpResponseBuilder, source: Source, body: Bytes) -> HttpResponse {
    let mut response = response.body(body);
    response.extensions_mut().insert(source);
    response
}

fn join(parts: &[&[u8]]) -> Bytes {
    let mut bytes = BytesMut::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes.freeze()
}
