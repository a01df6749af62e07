//! E-mail addresses, kept as written and compared without case.

use crate::{Invalid, text::fold};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The longest address that SMTP can carry in a path (RFC 5321, 4.5.3.1.3, less the angle brackets).
const MAX_BYTES: usize = 254;

/// An e-mail address: `local@domain` with a dot in the domain, composed (NFC), at most 254 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address as a person wrote it. Whether it can be reached only a message can tell.
    ///
    /// # Errors
    /// Anything without exactly one `@` between a local part and a domain with a dot, white space, control characters.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text: String = raw.trim().nfc().collect();
        let well_formed = text.len() <= MAX_BYTES
            && !text.chars().any(|c| {
                c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"')
            })
            && text.split_once('@').is_some_and(|(local, domain)| {
                (1..=64).contains(&local.len()) && !domain.contains('@') && is_domain(domain)
            });
        well_formed
            .then_some(Self(text))
            .ok_or(Invalid::new("must be an e-mail address such as ada@example.org"))
    }

    /// Returns the address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the folded address, under which it is unique.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.')
        && domain.split('.').all(|label| (1..=63).contains(&label.len()) && !label.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_their_spelling_and_compare_without_case() {
        let ada = EmailAddress::parse(" Ada.Lovelace@Example.ORG ").unwrap();
        assert_eq!(ada.as_str(), "Ada.Lovelace@Example.ORG");
        assert_eq!(ada.key(), EmailAddress::parse("ada.lovelace@example.org").unwrap().key());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("a@{}.org", "x".repeat(250));
        for text in [
            "",
            "x",
            "@",
            "a@",
            "@b.c",
            "a@b",
            "a@b@c.d",
            "a b@c.d",
            "a\0b@example.org",
            "a@.org",
            "a@b..c",
            &long,
        ] {
            assert!(EmailAddress::parse(text).is_err(), "{text:?} was taken for an address");
        }
    }
}
