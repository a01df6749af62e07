//! What every answer tells browsers not to do with it, problems and the framework's own failures included. An answer that
//! needs another rule says so itself, before; nothing here looks at what is answered.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// What holds for every answer, whatever else it says.
const ALWAYS: [(HeaderName, &str); 4] = [
    // A browser that guesses the type of an answer may run as a script what a customer typed.
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // For browsers that do not know `frame-ancestors`.
    (header::X_FRAME_OPTIONS, "DENY"),
    // Addresses name orders and products; other sites need not learn them.
    (header::REFERRER_POLICY, "no-referrer"),
    // Pages of other sites cannot embed an answer. What the allow-list lets them fetch is not touched by it.
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What holds where an answer does not know better.
const UNLESS_SAID: [(HeaderName, &str); 2] = [
    // Data is no page: shown as one, it may load nothing and stand in no frame.
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    // Nobody else may keep it, and it is asked for again each time.
    (header::CACHE_CONTROL, "private, no-cache"),
];

/// Two years, and every host below: what browsers are to speak to over TLS alone.
const STRICT_TRANSPORT: &str = "max-age=63072000; includeSubDomains";

/// Writes the rules into an answer. `Strict-Transport-Security` is said over TLS alone; elsewhere browsers must ignore it
/// (RFC 6797, 8.1).
pub(crate) fn apply(headers: &mut HeaderMap, transport: Transport) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in UNLESS_SAID {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if transport == Transport::Tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT));
    }
}

/// How a request came to the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// In the clear, as far as the shop knows.
    Plain,
    /// Encrypted up to a proxy that the shop believes.
    Tls,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(transport: Transport) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        apply(&mut headers, transport);
        headers
    }

    #[test]
    fn what_an_answer_says_of_its_own_stays() {
        let headers = applied(Transport::Plain);
        assert_eq!(headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
        assert_eq!(headers.len(), ALWAYS.len() + UNLESS_SAID.len());
    }

    #[test]
    fn browsers_are_told_to_insist_on_tls_over_tls_alone() {
        assert!(!applied(Transport::Plain).contains_key(header::STRICT_TRANSPORT_SECURITY));
        let headers = applied(Transport::Tls);
        assert_eq!(headers.get(header::STRICT_TRANSPORT_SECURITY).unwrap(), STRICT_TRANSPORT);
    }
}
