//! Entity tags in `If-Match` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1). The shop's tags are `"{version}.{digest}"`.

use actix_web::http::header::{HeaderMap, HeaderName};
use domain::Version;

/// What a precondition field lists.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    /// `*`: whatever there is.
    Any,
    /// These tags.
    Tags(Vec<EntityTag>),
}

/// One tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct EntityTag {
    /// Whether it promises less than the same bytes.
    weak: bool,
    /// What stands between the quotes.
    opaque: String,
}

/// The field is not written as RFC 9110 asks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Listed {
    /// Reads a precondition field; `None` where it is absent.
    pub(crate) fn of(headers: &HeaderMap, name: HeaderName) -> Result<Option<Self>, Malformed> {
        let mut lines = Vec::new();
        for line in headers.get_all(name) {
            lines.push(line.to_str().map_err(|_| Malformed)?);
        }
        if lines.is_empty() { Ok(None) } else { Self::parse(&lines.join(", ")).map(Some) }
    }

    fn parse(text: &str) -> Result<Self, Malformed> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        let (mut tags, mut rest) = (Vec::new(), text);
        loop {
            // Empty list elements are allowed (RFC 9110, 5.6.1.2).
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
            let (opaque, after) =
                quoted.strip_prefix('"').and_then(|tag| tag.split_once('"')).ok_or(Malformed)?;
            let clean = opaque.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x7e | 0x80..));
            let after = after.trim_start_matches([' ', '\t']);
            if !clean || !(after.is_empty() || after.starts_with(',')) {
                return Err(Malformed);
            }
            tags.push(EntityTag { weak, opaque: opaque.to_owned() });
            rest = after;
        }
        if tags.is_empty() { Err(Malformed) } else { Ok(Self::Tags(tags)) }
    }

    /// Compares weakly (RFC 9110, 8.8.3.2), as `If-None-Match` asks.
    pub(crate) fn covers(&self, etag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| tag.opaque == etag),
        }
    }
}

impl EntityTag {
    /// Returns the version in a tag of ours; `None` for weak ones, which `If-Match` never matches.
    pub(crate) fn version(&self) -> Option<Version> {
        let (version, _) = self.opaque.split_once('.')?;
        let plain = !self.weak && version.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| version.parse().ok().map(Version)).flatten()
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Vec<(bool, String)> {
        match Listed::parse(text).unwrap() {
            Listed::Tags(tags) => tags.into_iter().map(|tag| (tag.weak, tag.opaque)).collect(),
            Listed::Any => panic!("{text} lists no tags"),
        }
    }

    #[test]
    fn lists_are_read_as_the_rfc_writes_them() {
        assert_eq!(Listed::parse(" * "), Ok(Listed::Any));
        assert_eq!(tags(r#""1.a""#), [(false, "1.a".to_owned())]);
        assert_eq!(
            tags(r#", "1,a" ,W/"b",, """#),
            [(false, "1,a".to_owned()), (true, "b".to_owned()), (false, String::new())]
        );
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in ["", ",", "1.a", "\"1.a", "\"a\" \"b\"", "w/\"a\"", "\"a\"x", "*, \"a\"", "\"a b\""] {
            assert_eq!(Listed::parse(text), Err(Malformed), "{text:?}");
        }
    }

    #[test]
    fn only_strong_tags_of_ours_name_a_version() {
        let version = |weak, opaque: &str| EntityTag { weak, opaque: opaque.to_owned() }.version();
        assert_eq!(version(false, "7.0123456789abcdef"), Some(Version(7)));
        assert_eq!(version(true, "7.0123456789abcdef"), None);
        for foreign in ["7", "abc", "-7.a", "+7.a", ".a", "99999999999999999999.a"] {
            assert_eq!(version(false, foreign), None, "{foreign:?}");
        }
    }

    #[test]
    fn weak_comparison_ignores_the_mark() {
        let listed = Listed::parse(r#"W/"1.a", "2.b""#).unwrap();
        assert!(listed.covers("1.a") && listed.covers("2.b") && !listed.covers("1"));
        assert!(Listed::Any.covers("1.a"));
    }
}
