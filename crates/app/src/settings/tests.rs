//! What the settings promise, each with a folder of files and an environment of the test's own.

mod layering;
mod messages;
mod origins;
mod pairs;
mod production;
mod secrets;

use super::{Environment, Settings, SettingsError};
use std::fs;
use tempfile::TempDir;

/// A folder of settings that goes away with the test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.0.path().join(name), text).unwrap();
        self
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    /// Returns an environment of these variables whose `APP_CONFIG_DIR` is the folder.
    fn environment(&self, variables: &[(&str, &str)]) -> Environment {
        let config = ("APP_CONFIG_DIR".to_owned(), self.path(""));
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Environment::of(variables.chain([config]))
    }

    fn load(&self, variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::load(&self.environment(variables))
    }

    /// Returns what is said of settings that cannot be used.
    fn refusal(&self, variables: &[(&str, &str)]) -> String {
        self.load(variables).expect_err("these settings cannot be used").to_string()
    }

    /// Returns what `app config` prints.
    fn effective(&self, variables: &[(&str, &str)]) -> String {
        Settings::load_with_origins(&self.environment(variables)).unwrap().1.to_string()
    }
}

/// Returns the line of a key.
fn line<'a>(effective: &'a str, key: &str) -> &'a str {
    effective
        .lines()
        .find(|line| line.starts_with(&format!("{key} = ")))
        .unwrap_or_else(|| panic!("no {key}"))
}
