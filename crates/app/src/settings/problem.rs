//! What is wrong with the settings, in words for the person who wrote them. Never the value of a secret.

use std::fmt;
use thiserror::Error;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, such as `server.port`.
    pub key: String,
    /// Where its value came from.
    pub origin: String,
    /// What is wrong and what to do.
    pub advice: String,
}

impl Problem {
    pub(super) fn new(key: &str, origin: &str, advice: impl Into<String>) -> Self {
        Self { key: key.to_owned(), origin: origin.to_owned(), advice: advice.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (from {}) {}", self.key, self.origin, self.advice)
    }
}

/// Everything that was found wrong with the settings; the program does not start.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct SettingsError(pub Vec<Problem>);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings cannot be used:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl From<Problem> for SettingsError {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
