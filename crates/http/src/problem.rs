//! Problem details (RFC 9457): the one shape in which every failure reaches a client. What the client reads and what
//! the log reads are separate fields, so that neither can be taken for the other.

mod faults;
mod framework;
pub(crate) mod kinds;
mod mapping;

pub(crate) use faults::{Fault, Place};
pub(crate) use framework::from_framework;
pub(crate) use kinds::Kind;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{borrow::Cow, fmt, time::Duration};

/// The media type of problems.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// A failure as one client sees it.
#[derive(Debug)]
pub(crate) struct Problem {
    kind: &'static Kind,
    detail: Cow<'static, str>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

/// A problem on the wire, its members in the order of RFC 9457, 3.1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(rename = "type")]
    uri: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    request_id: &'a str,
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

impl Problem {
    /// Makes a problem of a kind; `detail` is what happened this time, in words for the client.
    pub(crate) fn new(kind: &'static Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into(), members: Map::new(), headers: Vec::new(), cause: None }
    }

    /// Makes the problem of a request that is well-formed but not valid.
    pub(crate) fn invalid(faults: &[Fault]) -> Self {
        let detail = match faults {
            [one] => Cow::Owned(format!("One thing is wrong: {one}.")),
            many => Cow::Owned(format!("{} things are wrong; `errors` names each.", many.len())),
        };
        Self::new(&kinds::VALIDATION_FAILED, detail).member("errors", faults)
    }

    /// Adds an extension member (RFC 9457, 3.2).
    pub(crate) fn member(mut self, name: &str, value: impl Serialize) -> Self {
        // A value that JSON cannot hold is left out rather than turned into another failure.
        if let Ok(value) = serde_json::to_value(value) {
            self.members.insert(name.to_owned(), value);
        }
        self
    }

    /// Adds a header field.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Tells the client when to try again: in whole seconds, rounded up.
    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.member("retryAfter", seconds.max(1)).header(header::RETRY_AFTER, seconds.max(1).into())
    }

    /// Adds what only the log reads.
    pub(crate) fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Returns what went wrong, for the log.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// Returns the problem's kind.
    pub(crate) fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// Writes the answer to the request of this path and id.
    pub(crate) fn answer(&self, instance: &str, request_id: &str) -> HttpResponse {
        let body = Body {
            uri: self.kind.uri(),
            title: self.kind.title,
            status: self.kind.status.as_u16(),
            detail: &self.detail,
            instance,
            request_id,
            members: &self.members,
        };
        let mut response = HttpResponse::build(self.kind.status);
        response.content_type(MEDIA_TYPE).insert_header((header::CACHE_CONTROL, "no-store"));
        for header in self.headers.clone() {
            response.append_header(header);
        }
        response.json(body)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.slug)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status
    }

    /// Answers without knowing the request; [`frame`](crate::frame) replaces it by an answer that does.
    fn error_response(&self) -> HttpResponse {
        self.answer("", "")
    }
}
