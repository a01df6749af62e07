//! What accounts rest on: the keys of tokens and the pepper of passwords, given by the settings or made on the first start
//! and kept in the data directory.

mod file;
mod watch;

pub(crate) use file::KeyFile;
pub(crate) use watch::KeyWatch;

use crate::data_dir::DataDir;
use crate::settings::{KeySource, SecretSource, Settings};
use anyhow::anyhow;
use auth::{KeyRing, Pepper};
use domain::Entropy;

/// The secrets of a shop.
pub(crate) struct Keys {
    pub(crate) ring: KeyRing,
    /// Where the keys are read again while the shop is open; `None` where the settings hold the one that there is.
    pub(crate) file: Option<KeyFile>,
    pub(crate) pepper: Pepper,
}

impl Keys {
    /// Takes the secrets from the settings, or from where they are kept.
    pub(crate) fn of(settings: &Settings, entropy: &dyn Entropy) -> anyhow::Result<Self> {
        let (ring, file) = match &settings.auth.keys {
            KeySource::Given(secret) => (KeyRing::of(secret.clone()), None),
            KeySource::File(path) => read(KeyFile::at(path))?,
            KeySource::Kept => read(KeyFile::kept(&settings.data_dir, entropy)?)?,
        };
        let pepper = match &settings.auth.pepper {
            SecretSource::Given(pepper) => pepper.clone(),
            SecretSource::Kept => kept_pepper(&DataDir::open(&settings.data_dir)?, entropy)?,
        };
        Ok(Self { ring, file, pepper })
    }
}

fn read(file: KeyFile) -> anyhow::Result<(KeyRing, Option<KeyFile>)> {
    Ok((file.read()?, Some(file)))
}

fn kept_pepper(data_dir: &DataDir, entropy: &dyn Entropy) -> anyhow::Result<Pepper> {
    let name = "auth-pepper";
    let text = data_dir.keep(name, || Pepper::generate(entropy).expose().to_owned())?;
    Pepper::parse(text.into()).map_err(|invalid| anyhow!("{} {invalid}", data_dir.path(name).display()))
}
