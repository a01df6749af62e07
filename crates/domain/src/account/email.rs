//! E-mail addresses: kept as written, compared without case, and written as mail servers read them. One mailbox has one
//! address here however its domain is spelled, and two addresses that look alike because of characters that nobody sees
//! cannot be.

use crate::Invalid;
use crate::text::{fold, is_ignorable};
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The longest address that SMTP can carry in a path (RFC 5321, 4.5.3.1.3, less the angle brackets).
const MAX_BYTES: usize = 254;
/// The longest part before the `@` (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

const EXAMPLE: Invalid = Invalid::new("must be an e-mail address such as ada@example.org");

/// An e-mail address, composed (NFC): a dot-atom (RFC 5322, 3.2.3; beyond ASCII by RFC 6531), `@`, and the name of a host
/// with a dot in it. Quoted local parts, comments and addresses of machines in brackets are none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    text: String,
    /// The domain in its ASCII form (RFC 5891), in lower case.
    domain: String,
}

impl EmailAddress {
    /// Reads an address as a person wrote it. Whether it can be reached only a message can tell.
    ///
    /// # Errors
    /// Anything else, and characters that cannot be seen, such as those that turn the direction of writing.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text: String = raw.trim().nfc().collect();
        let (local, written) = text.split_once('@').ok_or(EXAMPLE)?;
        if text.chars().any(is_ignorable) {
            return Err(Invalid::new("must not contain characters that cannot be seen"));
        }
        let domain = ascii_domain(written).ok_or(EXAMPLE)?;
        let longest = local.len() + 1 + domain.len().max(written.len());
        if !is_dot_atom(local) || local.len() > MAX_LOCAL_BYTES || longest > MAX_BYTES {
            return Err(EXAMPLE);
        }
        Ok(Self { text, domain })
    }

    /// Returns the address as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the part before the `@`.
    pub fn local(&self) -> &str {
        self.text.split('@').next().unwrap_or_default()
    }

    /// Returns the domain as mail servers read it: in ASCII, however it was written.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Returns the folded address, under which it is unique.
    pub fn key(&self) -> String {
        format!("{}@{}", fold(self.local()), self.domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// Tells whether text is words with single dots between them.
fn is_dot_atom(local: &str) -> bool {
    let in_atom = |c: char| {
        c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(c)
            || !(c.is_ascii() || c.is_control() || c.is_whitespace())
    };
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(in_atom))
}

/// Returns the ASCII form of a domain that could be a mail server's; an address of a machine is none.
fn ascii_domain(written: &str) -> Option<String> {
    let bytes = written.as_bytes();
    let ascii = Uts46::new().to_ascii(bytes, AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify);
    let domain = ascii.ok()?.into_owned();
    let (_, top) = domain.rsplit_once('.')?;
    top.contains(|c: char| !c.is_ascii_digit()).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap_or_else(|invalid| panic!("{text:?} {invalid}"))
    }

    #[test]
    fn addresses_keep_their_spelling_and_compare_without_case() {
        let ada = parse(" Ada.Lovelace@Example.ORG ");
        assert_eq!(ada.as_str(), "Ada.Lovelace@Example.ORG");
        assert_eq!(ada.key(), parse("ada.lovelace@example.org").key());
        assert_eq!((ada.local(), ada.domain()), ("Ada.Lovelace", "example.org"));
    }

    #[test]
    fn one_mailbox_has_one_key_however_it_is_spelled() {
        for same in [
            "jürgen@bücher.example",
            "JÜRGEN@BÜCHER.EXAMPLE",
            "ju\u{308}rgen@bu\u{308}cher.example",
            "jürgen@xn--bcher-kva.example",
            "jürgen@XN--BCHER-KVA.example",
            "jürgen@bücher。example",
            "jürgen@ｂücher.example",
        ] {
            let address = parse(same);
            assert_eq!(address.key(), "jürgen@xn--bcher-kva.example", "{same}");
            assert_eq!(address.domain(), "xn--bcher-kva.example");
        }
        assert_ne!(parse("ada@straße.example").key(), parse("ada@strasse.example").key(), "two domains");
        assert_ne!(parse("ada+tea@example.org").key(), parse("ada@example.org").key());
    }

    #[test]
    fn unusual_addresses_are_addresses() {
        for text in [
            "o'hara@example.org",
            "a+b/c=d@example.org",
            "!#$%&'*+-/=?^_`{|}~@example.org",
            "ada@my--shop.example.org",
            "ada@3com.example",
            "用户@例子.测试",
            "عربي@مثال.إختبار",
        ] {
            assert_eq!(parse(text).as_str(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long_domain = format!("a@{}.org", "x".repeat(250));
        let long_local = format!("{}@example.org", "x".repeat(65));
        let long_as_sent = format!("a@{}.example", "ü".repeat(60));
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
            "a\nb@example.org",
            "a\u{85}b@example.org",
            "a\u{a0}b@example.org",
            "a@.org",
            "a@b..c",
            "a@example.org.",
            ".a@example.org",
            "a.@example.org",
            "a..b@example.org",
            "\"a b\"@example.org",
            "\"a\"@example.org",
            "a(comment)@example.org",
            "<a@example.org>",
            "Ada <a@example.org>",
            "a@example.org, b@example.org",
            "a\\b@example.org",
            "a@[192.0.2.1]",
            "a@192.0.2.1",
            "a@-example.org",
            "a@example-.org",
            "a@exam_ple.org",
            "a@exa mple.org",
            "a@xn--a.org",
            &long_domain,
            &long_local,
            &long_as_sent,
        ] {
            assert!(EmailAddress::parse(text).is_err(), "{text:?} was taken for an address");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_refused_wherever_it_stands() {
        for hidden in
            ['\u{ad}', '\u{200b}', '\u{200d}', '\u{200e}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{e0041}']
        {
            for text in [format!("a{hidden}da@example.org"), format!("ada@exam{hidden}ple.org")] {
                let refusal = EmailAddress::parse(&text).unwrap_err().to_string();
                assert!(refusal.contains("cannot be seen"), "{text:?} {refusal}");
            }
        }
    }
}
