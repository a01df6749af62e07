//! Text that came from people: checked once, folded in Rust so that both databases compare it alike.

use serde::Serialize;
use std::{borrow::Cow, fmt};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// A value was refused; the text completes the sentence "it …" and tells what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Invalid(Cow<'static, str>);

impl Invalid {
    /// Gives a fixed reason.
    pub const fn new(reason: &'static str) -> Self {
        Self(Cow::Borrowed(reason))
    }

    /// Gives a reason that names a figure.
    pub fn owned(reason: String) -> Self {
        Self(Cow::Owned(reason))
    }
}

/// Folds text for comparison and search: compatibility composition (NFKC) and lower case.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase(); // what the rest would say too, many times faster
    }
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// Tells whether nothing is seen of a character (Unicode, `Default_Ignorable_Code_Point`): joiners, marks that turn the
/// direction of writing, tags. Two texts that differ in these alone look the same.
pub fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// One line of text of 1 to `MAX` characters: composed (NFC), trimmed, without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Reads a line as a client wrote it.
    ///
    /// # Errors
    /// Empty or too long text, and control characters.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.chars().any(char::is_control) {
            return Err(Invalid::new("must not contain control characters"));
        }
        let text: String = raw.trim().nfc().collect();
        if (1..=MAX).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err(Invalid::owned(format!("must have 1 to {MAX} characters")))
        }
    }

    /// Takes a line as a record holds it: it was read by the rules of its day.
    pub fn from_record(text: String) -> Self {
        Self(text)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Several lines of text of 0 to `MAX` characters, without control characters but line breaks and tabs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Prose<MAX> {
    /// Reads text as a client wrote it.
    ///
    /// # Errors
    /// Too long text, and control characters but `\n`, `\r` and `\t`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(Invalid::new("must not contain control characters"));
        }
        let text: String = raw.trim().nfc().collect();
        if text.chars().count() > MAX {
            return Err(Invalid::owned(format!("must have at most {MAX} characters")));
        }
        Ok(Self(text))
    }

    /// Takes text as a record holds it: it was read by the rules of its day.
    pub fn from_record(text: String) -> Self {
        Self(text)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_trimmed_composed_and_bounded() {
        assert_eq!(Line::<10>::parse("  Cafe\u{301} ").unwrap().as_str(), "Café");
        assert!(Line::<10>::parse("   ").is_err());
        assert!(Line::<3>::parse("four").is_err());
        for control in ["a\0b", "a\nb", "a\u{85}b", "ab\n"] {
            assert!(Line::<10>::parse(control).is_err(), "{control:?}");
        }
    }

    #[test]
    fn prose_may_break_lines_but_not_hold_nul() {
        assert_eq!(Prose::<20>::parse("one\ntwo\t3 ").unwrap().as_str(), "one\ntwo\t3");
        assert!(Prose::<20>::parse("a\0b").is_err());
        assert!(Prose::<2>::parse("abc").is_err());
    }

    #[test]
    fn folding_ignores_case_and_form() {
        assert_eq!(fold("ÉTÉ"), fold("e\u{301}té"));
        assert_eq!(fold("ﬁne"), "fine");
    }
}
