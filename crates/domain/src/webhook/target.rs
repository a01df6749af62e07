//! Where a webhook is sent. That the address has the right form is said here; whether it may be reached is asked of
//! [`TargetPolicy`](super::TargetPolicy), because it depends on where the name leads at that moment.

use crate::Invalid;
use std::fmt;
use url::{Host, Url};

/// The longest address, in bytes.
const MAX_BYTES: usize = 2_000;

/// An absolute `http` or `https` URL with a host, without user information and fragment. Printing it shows its host
/// alone: many receivers keep a token of theirs in the path.
#[derive(Clone, PartialEq, Eq)]
pub struct TargetUrl(Url);

impl TargetUrl {
    /// Reads an address as staff or the database wrote it.
    ///
    /// # Errors
    /// Other schemes, user information, fragments, and more than 2,000 bytes.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.len() > MAX_BYTES {
            return Err(Invalid::new("must have at most 2000 characters"));
        }
        let url = Url::parse(raw.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or(Invalid::new("must be an absolute URL such as https://example.com/webhooks"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Invalid::new(
                "must not hold a user name or a password; the signature proves who sends",
            ));
        }
        if url.fragment().is_some() {
            return Err(Invalid::new("must not have a fragment; leave out what follows #"));
        }
        Ok(Self(url))
    }

    /// Returns the whole address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the host: a name, or an address in whatever way it was written.
    ///
    /// # Panics
    /// Never: an address without a host is not read.
    pub fn host(&self) -> Host<&str> {
        self.0.host().expect("an address without a host is not read")
    }

    /// Tells whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl fmt::Debug for TargetUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TargetUrl({}://{}/…)", self.0.scheme(), self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_targets() {
        for good in ["https://example.com", "https://example.com:8443/a?b=c", " http://[2001:db8::1]/x "] {
            assert!(TargetUrl::parse(good).is_ok(), "{good}");
        }
        let long = format!("https://example.com/{}", "x".repeat(2_000));
        for bad in [
            "",
            "example.com",
            "/webhooks",
            "ftp://example.com",
            "file:///etc/passwd",
            "gopher://example.com",
            "https://",
            "https://user@example.com",
            "https://:password@example.com",
            "https://example.com/#here",
            "https://exa mple.com",
            "https://example.com:99999",
            &long,
        ] {
            assert!(TargetUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_is_one_however_it_is_written() {
        for disguised in ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/"] {
            let host = TargetUrl::parse(disguised).unwrap();
            assert_eq!(host.host(), Host::<&str>::Ipv4([127, 0, 0, 1].into()), "{disguised}");
        }
    }

    #[test]
    fn a_token_in_the_path_is_not_printed() {
        let url = TargetUrl::parse("https://hooks.example.com/T0KEN?key=hunter2").unwrap();
        assert_eq!(format!("{url:?}"), "TargetUrl(https://hooks.example.com/…)");
        assert!(url.as_str().ends_with("/T0KEN?key=hunter2"));
    }
}
