//! What may be shown of a URL, and whether it stays on this machine.

use std::net::IpAddr;
use url::Url;

/// Stands for what is not shown.
const MASK: &str = "***";

/// Writes a URL without its password, wherever in it that stands.
pub(in crate::settings) fn masked(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        return if url.contains('@') { MASK.to_owned() } else { url.to_owned() };
    };
    let in_query = parsed.query_pairs().any(|(name, _)| name == "password");
    if parsed.password().is_none() && !in_query {
        return url.to_owned();
    }
    if parsed.password().is_some() {
        // It had one, so it can have another.
        let _ = parsed.set_password(Some(MASK));
    }
    if in_query {
        let pairs: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
        let shown = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), if name == "password" { MASK } else { value.as_str() }));
        parsed.query_pairs_mut().clear().extend_pairs(shown);
    }
    parsed.into()
}

/// Tells whether a URL names this very machine.
pub(in crate::settings) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown_wherever_they_stand() {
        for (url, shown) in [
            ("postgres://shop:hunter2@db/shop", "postgres://shop:***@db/shop"),
            ("redis://:hunter2@cache:6379", "redis://:***@cache:6379"),
            ("rediss://shop:hunter2@cache:6379", "rediss://shop:***@cache:6379"),
            ("postgres://shop@db/shop?password=hunter2", "postgres://shop@db/shop?password=***"),
            ("postgres://shop:hunter2@:nonsense", "***"),
            ("postgres://shop@db/shop", "postgres://shop@db/shop"),
            ("sqlite://data/shop.db", "sqlite://data/shop.db"),
            ("memory:", "memory:"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (url, expected) in [
            ("redis://127.0.0.1:6379", true),
            ("redis://127.8.9.1", true),
            ("redis://[::1]:6379", true),
            ("redis://localhost", true),
            ("redis://localhost.example.org", false),
            ("redis://10.0.0.1", false),
            ("redis://cache:6379", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
