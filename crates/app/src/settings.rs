//! Settings: read from four layers and parsed into values that are valid, so that no other part of the program asks
//! whether they make sense. Nothing outside this module reads files of settings or the environment.
//!
//! Compiled-in defaults ← `config/default.toml` ← `config/{profile}.toml` ← `APP__SECTION__KEY`. An unknown key is an
//! error wherever it stands, and every error names the key, where its value came from and what to do.

mod auth;
mod backends;
mod effective;
mod entries;
mod environment;
mod keys;
mod layers;
mod messages;
mod problem;
mod production;
mod profile;
mod secret_file;
mod server;
mod shop;
mod targets;

pub use auth::{AuthSettings, SecretSource};
pub use backends::{Backends, Migration};
pub use effective::Effective;
pub use environment::Environment;
pub use messages::{Delivery, MailSettings};
pub use problem::{Problem, SettingsError};
pub use profile::Profile;
pub use server::{LogFormat, LogSettings, ServerSettings};
pub use shop::{FirstGoods, ShopSettings};
pub use targets::WebhookTargets;

use std::path::PathBuf;

/// Everything that can be set, valid together.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the program runs.
    pub profile: Profile,
    /// How it answers.
    pub server: ServerSettings,
    /// What it keeps its data in.
    pub backends: Backends,
    /// Where `database.url` came from, for whoever has to correct it.
    pub database_origin: String,
    /// How people sign in.
    pub auth: AuthSettings,
    /// What it sells, and for which money.
    pub shop: ShopSettings,
    /// How messages reach people.
    pub mail: MailSettings,
    /// Where it may send events.
    pub webhook_targets: WebhookTargets,
    /// The folder of what the program itself writes: the embedded database, generated secrets, the lock.
    pub data_dir: PathBuf,
    /// What it tells about itself.
    pub log: LogSettings,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// Everything that was found wrong, in the order of the checks.
    pub fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Self::load_with_origins(environment).map(|(settings, _)| settings)
    }

    /// Reads the settings and tells where each came from.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn load_with_origins(environment: &Environment) -> Result<(Self, Effective), SettingsError> {
        let profile = Profile::of(environment)?;
        let mut entries = layers::read(environment, profile)?;
        secret_file::resolve(&mut entries)?;
        let data_dir = PathBuf::from(entries.text("data.dir"));
        let backends = backends::read(&mut entries, profile, &data_dir)?;
        let settings = Self {
            profile,
            server: server::read(&entries)?,
            auth: auth::read(&entries)?,
            shop: shop::read(&mut entries, &backends)?,
            mail: messages::read(&mut entries, &backends)?,
            webhook_targets: targets::read(&entries)?,
            log: server::read_log(&entries)?,
            database_origin: entries.origin("database.url").to_owned(),
            backends,
            data_dir,
        };
        if profile == Profile::Production {
            production::check(&settings, &entries)?;
        }
        let effective = Effective::of(profile, &settings, &entries);
        Ok((settings, effective))
    }
}

#[cfg(test)]
mod tests;
