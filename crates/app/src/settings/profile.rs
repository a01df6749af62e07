//! The profile: where the program runs. It chooses a file of settings and how strict the checks are, nothing else.

use super::{Environment, Problem, SettingsError};

/// Where the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// On somebody's own machine; the default.
    Development,
    /// In a test; a `.env` file is ignored.
    Test,
    /// Before customers; what is unsafe there is refused.
    Production,
}

impl Profile {
    /// Returns the name, which is also that of the profile's file in the folder of settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Production => "production",
        }
    }

    /// Reads `APP_PROFILE`.
    pub(super) fn of(environment: &Environment) -> Result<Self, SettingsError> {
        let Some(variable) = environment.variable("APP_PROFILE")? else { return Ok(Self::Development) };
        [Self::Development, Self::Test, Self::Production]
            .into_iter()
            .find(|profile| profile.as_str() == variable.value)
            .ok_or_else(|| {
                let advice = format!("must be development, test or production, not `{}`", variable.value);
                Problem::new("APP_PROFILE", &variable.origin, advice).into()
            })
    }
}
