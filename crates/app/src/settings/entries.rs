//! The merged layers as flat text, each value with where it came from. Parsing them is the business of each section.

use super::keys::{self, Shown};
use super::{Problem, SettingsError};
use std::{collections::BTreeMap, fmt::Display, str::FromStr};

/// Said of a value that nobody gave.
pub(super) const DEFAULT: &str = "the default";

/// A value and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) value: String,
    pub(super) origin: String,
}

/// Every value that was given or has a default, by key.
#[derive(Debug, Default)]
pub(super) struct Entries(BTreeMap<&'static str, Entry>);

impl Entries {
    pub(super) fn insert(&mut self, key: &'static str, value: String, origin: String) {
        self.0.insert(key, Entry { value, origin });
    }

    /// Returns what a key is set to.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.0.get(key)
    }

    /// Returns the text of a key that has a default.
    pub(super) fn text(&self, key: &str) -> &str {
        self.get(key).map_or("", |entry| &entry.value)
    }

    /// Says where the value of a key came from.
    pub(super) fn origin(&self, key: &str) -> &str {
        self.get(key).map_or(DEFAULT, |entry| &entry.origin)
    }

    /// Completes a key that nobody set.
    pub(super) fn default_to(&mut self, key: &'static str, value: &str, why: &str) {
        self.0
            .entry(key)
            .or_insert_with(|| Entry { value: value.to_owned(), origin: format!("{DEFAULT} {why}") });
    }

    /// Says what is wrong with a key; shows its value where that is no secret.
    pub(super) fn problem(&self, key: &str, advice: impl Display) -> SettingsError {
        let open = keys::find(key).is_some_and(|key| key.shown == Shown::Plain);
        let advice = match self.get(key).filter(|_| open) {
            Some(entry) => format!("{advice}, not `{}`", entry.value),
            None => advice.to_string(),
        };
        Problem::new(key, self.origin(key), advice).into()
    }

    /// Parses the value of a key that is set; `advice` completes "it must be …".
    pub(super) fn parse<T: FromStr>(&self, key: &str, advice: &str) -> Result<T, SettingsError> {
        self.text(key).parse().map_err(|_| self.problem(key, format_args!("must be {advice}")))
    }

    /// Parses a number within bounds, both included.
    pub(super) fn number<T>(&self, key: &str, least: T, most: T) -> Result<T, SettingsError>
    where
        T: FromStr + PartialOrd + Display + Copy,
    {
        let advice = format!("a whole number from {least} to {most}");
        let number: T = self.parse(key, &advice)?;
        let within = least <= number && number <= most;
        within.then_some(number).ok_or_else(|| self.problem(key, format_args!("must be {advice}")))
    }
}
