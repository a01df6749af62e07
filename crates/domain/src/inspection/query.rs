//! Which keys somebody wants to see.

use crate::Invalid;

/// The longest pattern, in bytes: longer than any key of a cell, and short enough for whoever has to match it.
const LONGEST: usize = 500;

/// Which keys are asked for; the first 100 of all unless somebody says more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyQuery {
    /// What they look like.
    pub pattern: KeyPattern,
    /// About how many are wanted at once.
    pub count: KeyCount,
    /// Where the last page ended, as it said itself; `None` to begin.
    pub cursor: Option<String>,
}

/// A glob as Redis' `SCAN … MATCH` reads it, byte by byte: `*`, `?`, `[ab]`, `[^a]`, `[a-z]` and `\` before a character that
/// stands for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPattern(String);

impl KeyPattern {
    /// Reads a pattern; every text of a sensible length is one.
    ///
    /// # Errors
    /// Empty and too long text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (1..=LONGEST).contains(&text.len());
        fits.then(|| Self(text.to_owned())).ok_or(Invalid::new("must have 1 to 500 bytes"))
    }

    /// Returns the pattern's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Every key.
impl Default for KeyPattern {
    fn default() -> Self {
        Self("*".to_owned())
    }
}

/// About how many keys are wanted at once: 1 to 1,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyCount(u32);

impl KeyCount {
    /// The most at once.
    pub const MAX: Self = Self(1_000);

    /// Checks a number of keys.
    ///
    /// # Errors
    /// Anything but 1 to 1,000.
    pub fn new(count: u32) -> Result<Self, Invalid> {
        let valid = (1..=Self::MAX.0).contains(&count);
        valid.then_some(Self(count)).ok_or(Invalid::new("must be 1 to 1000"))
    }

    /// Returns the number of keys.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for KeyCount {
    fn default() -> Self {
        Self(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_counts_have_bounds() {
        for text in ["", &"x".repeat(501)] {
            assert!(KeyPattern::parse(text).is_err());
        }
        assert_eq!(KeyPattern::parse(" [\0").unwrap().as_str(), " [\0");
        assert_eq!(KeyPattern::parse("*"), Ok(KeyPattern::default()));
        assert!(KeyCount::new(0).is_err() && KeyCount::new(1_001).is_err());
        assert_eq!((KeyCount::new(1_000), KeyCount::default().get()), (Ok(KeyCount::MAX), 100));
    }
}
