//! The part of an address that names a product or a category.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The longest slug, in bytes.
const MAX: usize = 100;

/// Small letters and digits in words joined by single hyphens; at least one character is no digit, so that a slug is
/// never taken for an id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// Reads a slug.
    ///
    /// # Errors
    /// Anything but `a-z`, `0-9` and single inner hyphens; digits alone; none or more than 100 characters.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let words = raw.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        let numeric = raw.bytes().all(|b| b.is_ascii_digit());
        (words && !numeric && raw.len() <= MAX).then(|| Self(raw.to_owned())).ok_or(Invalid::new(
            "must be words of small letters and digits joined by hyphens, not digits alone",
        ))
    }

    /// Makes the slug of a name: accents dropped, everything but letters and digits turned into hyphens. A name that
    /// leaves nothing, such as one in another script, is spelled by its code points. A slug is its own slug.
    pub fn of(name: &str) -> Self {
        let plain: String =
            name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
        let join = |text: &str| {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
            words.collect::<Vec<_>>().join("-")
        };
        let mut slug = join(&plain);
        if slug.is_empty() {
            let points = plain.chars().map(|c| format!("u{:x}", u32::from(c)));
            slug = points.collect::<Vec<_>>().join("-");
        }
        slug.truncate(MAX);
        if slug.bytes().all(|b| b.is_ascii_digit()) {
            slug.insert(0, 'n');
            slug.truncate(MAX);
        }
        Self(slug.trim_end_matches('-').to_owned())
    }

    /// Returns this slug with a number at its end, shortened where it would be too long.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let stem = &self.0[..self.0.len().min(MAX - suffix.len())];
        Self(format!("{}{suffix}", stem.trim_end_matches('-')))
    }

    /// Returns the slug's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_slugs_and_slugs_stay() {
        for (name, slug) in [
            ("Electronics", "electronics"),
            ("Home & Kitchen", "home-kitchen"),
            ("  Café Crème!  ", "cafe-creme"),
            ("2024", "n2024"),
            ("茶", "u8336"),
            ("!!!", "u21-u21-u21"),
        ] {
            assert_eq!(Slug::of(name).as_str(), slug);
            assert_eq!(Slug::of(slug).as_str(), slug);
            Slug::parse(slug).unwrap();
        }
        assert!(Slug::of(&"x y".repeat(100)).as_str().len() <= MAX);
        let digits_where_it_is_cut = format!("{}th", "1".repeat(150));
        Slug::parse(Slug::of(&digits_where_it_is_cut).as_str()).unwrap();
    }

    #[test]
    fn what_is_no_slug_is_refused() {
        for text in ["", "12", "A", "a--b", "-a", "a-", "a b", "é", "a:b", "a\0"] {
            assert!(Slug::parse(text).is_err(), "{text:?} was taken for a slug");
        }
    }

    #[test]
    fn a_number_can_be_added_to_any_slug() {
        assert_eq!(Slug::of("Green tea").numbered(2).as_str(), "green-tea-2");
        let long = Slug::of(&"a".repeat(200)).numbered(12);
        assert!(long.as_str().len() == MAX && long.as_str().ends_with("a-12"));
    }
}
