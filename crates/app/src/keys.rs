//! The two secrets that accounts rest on: given by the settings, or made on the first start and kept in the data directory.

use crate::data_dir::DataDir;
use crate::settings::{SecretSource, Settings};
use anyhow::anyhow;
use auth::{AuthSecret, Pepper};
use domain::{Entropy, Invalid};
use secrecy::SecretString;

/// The secrets of a shop.
pub(crate) struct Keys {
    pub(crate) secret: AuthSecret,
    pub(crate) pepper: Pepper,
}

impl Keys {
    /// Takes the secrets from the settings or the data directory.
    pub(crate) fn of(settings: &Settings, entropy: &dyn Entropy) -> anyhow::Result<Self> {
        let secret = match &settings.auth.secret {
            SecretSource::Given(secret) => secret.clone(),
            SecretSource::Kept => kept(settings, "auth-secret", AuthSecret::parse, || {
                AuthSecret::generate(entropy).expose().to_owned()
            })?,
        };
        let pepper = match &settings.auth.pepper {
            SecretSource::Given(pepper) => pepper.clone(),
            SecretSource::Kept => kept(settings, "auth-pepper", Pepper::parse, || {
                Pepper::generate(entropy).expose().to_owned()
            })?,
        };
        Ok(Self { secret, pepper })
    }
}

fn kept<T>(
    settings: &Settings,
    name: &str,
    parse: fn(SecretString) -> Result<T, Invalid>,
    make: impl FnOnce() -> String,
) -> anyhow::Result<T> {
    let data_dir = DataDir::open(&settings.data_dir)?;
    let text = data_dir.keep(name, make)?;
    parse(text.into()).map_err(|invalid| anyhow!("{} {invalid}", data_dir.path(name).display()))
}
