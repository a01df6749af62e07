//! Requests that can be sent again without being done again (draft-ietf-httpapi-idempotency-key-header): a key of the
//! caller's choice, claimed by the first unit of work that uses it, which keeps its answer in the same transaction.

use crate::{Doc, Invalid, RepositoryError, Sourced, Timestamp, UnitOfWork, UserId};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// A key that a caller chose for one request: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a key.
    ///
    /// # Errors
    /// Empty and longer keys, spaces, control characters and what is not ASCII.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let valid = (1..=255).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_graphic());
        valid
            .then(|| Self(raw.to_owned()))
            .ok_or(Invalid::new("must have 1 to 255 visible ASCII characters, such as a UUID"))
    }

    /// Returns the key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a request asked, so that a key is not used for another one: SHA-256 over its method, path and body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Takes a request's fingerprint.
    pub fn of(method: &str, path: &str, body: &[u8]) -> Self {
        // Neither a method nor a path holds a line break, so no two requests are written alike.
        let parts = [method.as_bytes(), b"\n", path.as_bytes(), b"\n", body];
        Self(parts.iter().fold(Sha256::new(), Digest::chain_update).finalize().into())
    }

    /// Returns the fingerprint as 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.iter().fold(String::with_capacity(64), |text, byte| format!("{text}{byte:02x}"))
    }
}

/// A request that its caller made recognisable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// Who asks; the keys of different callers have nothing to do with each other.
    pub caller: UserId,
    /// What the caller calls the request.
    pub key: IdempotencyKey,
    /// What it asks.
    pub fingerprint: Fingerprint,
}

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The id of the thing that the request made or changed.
    pub id: i64,
    /// The entity tag of the document.
    pub etag: String,
    /// The document's JSON.
    pub json: Bytes,
}

/// What came of claiming a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody has used it: the unit of work may go on.
    Fresh,
    /// The same request was answered before.
    Answered(Remembered),
    /// Another request was answered under this key.
    Reused,
    /// A request with this key is under way and did not end in time; the unit of work is of no more use.
    InFlight,
}

/// Keeps keys and answers inside a unit of work.
#[async_trait]
pub trait IdempotencyRepository: Send {
    /// Claims a key. Whoever claims the same one meanwhile waits until this unit of work has ended, half a second at
    /// most. An answer that is older than [`KEPT`] is as good as none.
    async fn claim(&mut self, keyed: &Keyed, now: Timestamp) -> Result<Claim, RepositoryError>;
    /// Keeps the answer under a key that this unit of work has claimed.
    async fn remember(&mut self, keyed: &Keyed, answer: &Remembered) -> Result<(), RepositoryError>;
}

/// Why a request with a key is not done.
#[derive(Clone, Debug, Error)]
pub enum KeyError {
    /// The key belongs to another request.
    #[error("the idempotency key was used for another request")]
    Reused,
    /// The same request is under way.
    #[error("a request with this idempotency key is under way")]
    InFlight,
}

/// What a write answers: the thing as it was made by this request, or by the same one before.
#[derive(Clone, Debug)]
pub struct Answered<I, V> {
    /// The thing that was made or changed.
    pub id: I,
    /// The thing as it was then.
    pub document: Sourced<Doc<V>>,
    /// Whether the same request had been answered before, and this is its answer.
    pub replayed: bool,
}

/// A unit of work that does what a request asks, unless it was done before.
pub(crate) enum Once<I, V> {
    /// It is to be done now.
    Now(Box<dyn UnitOfWork>),
    /// It was done before, and this was the answer.
    Before(Answered<I, V>),
}

/// Claims a request's key, where it has one. It comes first in a unit of work: whoever sends the same request meanwhile
/// waits here, holding nothing.
pub(crate) async fn once<I: From<i64>, V>(
    mut work: Box<dyn UnitOfWork>,
    keyed: Option<&Keyed>,
    now: Timestamp,
) -> Result<Result<Once<I, V>, KeyError>, RepositoryError> {
    let Some(keyed) = keyed else { return Ok(Ok(Once::Now(work))) };
    Ok(match work.idempotency().claim(keyed, now).await? {
        Claim::Fresh => Ok(Once::Now(work)),
        Claim::Answered(answer) => {
            let document = Doc::from_parts(answer.json, answer.etag);
            let document = Sourced::direct(work.source(), document);
            Ok(Once::Before(Answered { id: answer.id.into(), document, replayed: true }))
        }
        Claim::Reused => Err(KeyError::Reused),
        Claim::InFlight => Err(KeyError::InFlight),
    })
}

/// Keeps the answer under the request's key, where it has one, and commits.
pub(crate) async fn answer<I: Into<i64> + Copy, V>(
    mut work: Box<dyn UnitOfWork>,
    keyed: Option<&Keyed>,
    id: I,
    document: Doc<V>,
) -> Result<Answered<I, V>, RepositoryError> {
    if let Some(keyed) = keyed {
        let (json, etag) = (document.json().clone(), document.etag().to_owned());
        work.idempotency().remember(keyed, &Remembered { id: id.into(), etag, json }).await?;
    }
    let committed = work.commit().await?;
    Ok(Answered { id, document: Sourced::direct(committed.source, document), replayed: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_visible_ascii() {
        for key in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", &"k".repeat(255)] {
            assert_eq!(IdempotencyKey::parse(key).unwrap().as_str(), key);
        }
        for key in ["", " ", "a b", "a\n", "é", "a\0", &"k".repeat(256)] {
            assert!(IdempotencyKey::parse(key).is_err(), "{key:?}");
        }
    }

    #[test]
    fn every_part_of_a_request_is_in_its_fingerprint() {
        let all = [
            Fingerprint::of("POST", "/orders", b"{}"),
            Fingerprint::of("PUT", "/orders", b"{}"),
            Fingerprint::of("POST", "/order", b"{}"),
            Fingerprint::of("POST", "/orders", b"{ }"),
            Fingerprint::of("POST", "/orders", b""),
        ];
        let different: std::collections::HashSet<_> = all.iter().map(Fingerprint::hex).collect();
        assert_eq!(different.len(), all.len());
        assert!(different.iter().all(|text| text.len() == 64));
    }
}
