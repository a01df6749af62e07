//! The settings as they came out, for people to read: each with where it came from, no secret among them.

use super::backends::masked;
use super::entries::Entries;
use super::keys::{KEYS, Shown};
use super::{AuthSettings, KeySource, Profile, SecretSource, Settings};
use std::fmt;

/// The effective settings, one a line: `key = value  # where it came from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective(Vec<String>);

impl Effective {
    pub(super) fn of(profile: Profile, settings: &Settings, entries: &Entries) -> Self {
        let first = line("profile", profile.as_str(), "APP_PROFILE, development unless set");
        let rest = KEYS.iter().map(|key| {
            let kept = is_kept(key.name, &settings.auth);
            match entries.get(key.name) {
                Some(entry) => {
                    let value = match key.shown {
                        Shown::Plain => entry.value.clone(),
                        Shown::Secret => "***".to_owned(),
                        Shown::Url => masked(&entry.value),
                    };
                    line(key.name, &value, &entry.origin)
                }
                None if kept => line(key.name, "***", "made on the first start, kept in data.dir"),
                None => line(key.name, "", "not set"),
            }
        });
        Self(std::iter::once(first).chain(rest).collect())
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn line(key: &str, value: &str, origin: &str) -> String {
    format!("{:<58}  # {origin}", format!("{key} = {value}"))
}

fn is_kept(key: &str, auth: &AuthSettings) -> bool {
    match key {
        "auth.secret" => matches!(auth.keys, KeySource::Kept),
        "auth.pepper" => matches!(auth.pepper, SecretSource::Kept),
        _ => false,
    }
}
