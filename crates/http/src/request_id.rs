//! The id under which a request is found again: in its answer, in problems and in the log.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use domain::Entropy;

/// The header field that carries it, both ways.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that a client may choose.
const MAX: usize = 64;

/// An id of 1 to 64 letters, digits, `.`, `_` and `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// Takes the client's id where it is one, else makes one of 128 random bits.
    pub(crate) fn of(headers: &HeaderMap, entropy: &dyn Entropy) -> Self {
        let chosen = headers.get(X_REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_plain(id));
        let made = || format!("{:032x}", u128::from_be_bytes(entropy.bytes()));
        Self(chosen.map_or_else(made, str::to_owned))
    }

    /// Returns the id's text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id as a header field's value.
    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("an id is made of characters that header fields allow")
    }
}

fn is_plain(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    (1..=MAX).contains(&id.len()) && id.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::OsEntropy;

    fn of(value: &str) -> RequestId {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        RequestId::of(&headers, &OsEntropy)
    }

    #[test]
    fn a_plain_id_is_kept_and_anything_else_replaced() {
        assert_eq!(of("a.B_3-z").as_str(), "a.B_3-z");
        for other in ["", "a b", "a\"b", "é", "<script>", &"x".repeat(65)] {
            let id = of(other);
            assert!(id.as_str() != other && id.as_str().len() == 32, "{other:?} was kept");
        }
        assert_ne!(of(""), of(""));
    }
}
