//! Cross-origin requests (CORS; <https://fetch.spec.whatwg.org/#http-cors-protocol>): which sites' pages may ask the shop
//! from a browser and read what it answers. Origins are compared byte by byte with a list, never by pattern, and nothing
//! is allowed to cookies, which the shop does not have. Whoever is no browser is not kept out here.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use domain::Invalid;
use std::collections::HashSet;
use std::sync::Arc;
use url::Url;

/// What pages of other sites may send.
const METHODS: &str = "GET, HEAD, POST, PATCH, DELETE";
/// The header fields that they may send.
const SENT: &str =
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Cart-Token, X-Request-Id";
/// The header fields that they may read, beside those that every page may.
const READ: &str = "ETag, Location, Cache-Status, X-Cart-Token, Retry-After, RateLimit-Limit, RateLimit-Remaining, \
                    RateLimit-Reset, X-Request-Id, Idempotent-Replayed";
/// How long a browser need not ask again, in seconds: two hours, the most that Chromium grants.
const MAX_AGE: &str = "7200";

/// An origin (RFC 6454) as browsers write it: scheme, host, and the port where it is not the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin in its only spelling.
    ///
    /// # Errors
    /// Wildcards, `null`, and whatever no browser would send.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.contains('*') {
            return Err(Invalid::new(
                "must name every origin: with a wildcard, any site could use a token that it got hold of",
            ));
        }
        if text == "null" {
            return Err(Invalid::new(
                "must not have null: it is the origin of every local file and sandboxed frame",
            ));
        }
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            return Err(Invalid::new("must have origins such as https://shop.example"));
        };
        let origin = url.origin().ascii_serialization();
        if origin != text {
            return Err(Invalid::owned(format!("must have origins as browsers send them, such as {origin}")));
        }
        Ok(Self(origin))
    }

    /// Tells whether nobody on the way can put words into the mouths of this origin's pages.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// The origins whose pages may read what the shop answers; none unless somebody lists them. Clones share the list.
#[derive(Clone, Debug, Default)]
pub struct AllowedOrigins(Arc<HashSet<String>>);

impl FromIterator<Origin> for AllowedOrigins {
    fn from_iter<I: IntoIterator<Item = Origin>>(origins: I) -> Self {
        Self(Arc::new(origins.into_iter().map(|Origin(text)| text).collect()))
    }
}

impl AllowedOrigins {
    /// Finds out who may read the answer to a request with these header fields.
    pub(crate) fn readers(&self, headers: &HeaderMap) -> Readers {
        if self.0.is_empty() {
            return Readers::NotSaid;
        }
        let mut sent = headers.get_all(header::ORIGIN);
        let origin = sent.next().filter(|_| sent.next().is_none());
        let listed = origin.filter(|origin| origin.to_str().is_ok_and(|text| self.0.contains(text)));
        listed.map_or(Readers::Nobody, |origin| Readers::Pages(origin.clone()))
    }
}

/// Which pages of other sites may read an answer.
pub(crate) enum Readers {
    /// The shop has no list, so it says nothing, and browsers let nobody.
    NotSaid,
    /// None, because the request comes from no page of the list.
    Nobody,
    /// Those of this origin.
    Pages(HeaderValue),
}

impl Readers {
    /// Answers a browser that asks beforehand what its page may send. Whether the address exists is told to the request
    /// itself. Nothing for other requests, and for pages that are not on the list: without an answer they may send nothing.
    pub(crate) fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<HttpResponse> {
        let asks = method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let allowed = matches!(self, Self::Pages(_));
        (asks && allowed).then(|| {
            HttpResponse::NoContent()
                .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
                .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, SENT))
                .insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE))
                .finish()
        })
    }

    /// Writes down who may read an answer, and for caches on the way that it hangs on who asked.
    pub(crate) fn mark(&self, headers: &mut HeaderMap) {
        if matches!(self, Self::NotSaid) {
            return;
        }
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Self::Pages(origin) = self {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(READ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_one_spelling() {
        for text in [
            "https://shop.example",
            "http://localhost:3000",
            "https://[::1]:8443",
            "https://xn--bcher-kva.example",
        ] {
            assert_eq!(Origin::parse(text).map(|origin| origin.0), Ok(text.to_owned()));
        }
        for text in [
            "https://Shop.example",
            "HTTPS://shop.example",
            "https://shop.example/",
            "https://shop.example:443",
            "https://shop.example/path",
            "https://shop.example?q",
            "https://ada@shop.example",
            "https://bücher.example",
            " https://shop.example",
        ] {
            let refused = Origin::parse(text).unwrap_err().to_string();
            assert!(refused.contains("as browsers send them"), "{text}: {refused}");
        }
        for text in [
            "",
            "shop.example",
            "shop.example:443",
            "ftp://shop.example",
            "file:///x",
            "data:x",
            "//shop.example",
        ] {
            let refused = Origin::parse(text).unwrap_err().to_string();
            assert!(refused.contains("such as https://shop.example"), "{text}: {refused}");
        }
    }

    #[test]
    fn wildcards_and_null_are_refused_with_the_reason() {
        for text in ["*", "https://*.shop.example", "https://*"] {
            assert!(Origin::parse(text).unwrap_err().to_string().contains("wildcard"), "{text}");
        }
        assert!(Origin::parse("null").unwrap_err().to_string().contains("sandboxed"));
    }
}
