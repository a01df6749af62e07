//! What the shop answered, with the assertions that tests make about it.

use reqwest::{Method, Response, StatusCode, header::HeaderMap};
use serde_json::Value;
use std::fmt;

/// One answer, together with the question for whoever reads a failed test.
pub struct Answer {
    question: String,
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    pub(crate) async fn read(method: &Method, response: Response) -> Self {
        Self {
            question: format!("{method} {}", response.url().path()),
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await.expect("an answer's body arrives whole"),
        }
    }

    /// Asserts 200.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.with_status(200)
    }

    /// Asserts 201 and where the new thing is.
    #[track_caller]
    pub fn created(self) -> Self {
        assert!(self.headers.contains_key("location"), "no Location: {self:?}");
        self.with_status(201)
    }

    /// Asserts 204 and nothing else.
    #[track_caller]
    pub fn no_content(self) -> Self {
        assert!(self.body.is_empty(), "{self:?}");
        self.with_status(204)
    }

    /// Asserts 304 and nothing but the entity tag.
    #[track_caller]
    pub fn not_modified(self) -> Self {
        assert!(self.body.is_empty() && self.headers.contains_key("etag"), "{self:?}");
        self.with_status(304)
    }

    /// Asserts a problem of this kind (RFC 9457) and returns it.
    #[track_caller]
    pub fn problem(&self, kind: &str) -> Value {
        let problem = self.any_problem();
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{self:?}");
        problem
    }

    /// Asserts that this is a problem of whatever kind and returns it.
    #[track_caller]
    pub fn any_problem(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16(), "{self:?}");
        for member in ["type", "title", "detail", "instance", "requestId"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "no {member}: {self:?}");
        }
        problem
    }

    /// Asserts a status.
    #[track_caller]
    pub fn with_status(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Returns `data` of a successful answer.
    #[track_caller]
    pub fn data(&self) -> Value {
        self.success()["data"].take()
    }

    /// Returns which store answered.
    #[track_caller]
    pub fn source(&self) -> String {
        self.success()["source"].as_str().unwrap_or_default().to_owned()
    }

    /// Tells whether a cache answered, whichever was nearest.
    #[track_caller]
    pub fn is_cached(&self) -> bool {
        matches!(self.source().as_str(), "redis" | "memory")
    }

    /// Returns a header field; nothing where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns the body as it came.
    pub fn text(&self) -> &str {
        &self.body
    }

    /// Returns the body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    fn success(&self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.json()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answered {} {}", self.question, self.status, self.body)
    }
}
