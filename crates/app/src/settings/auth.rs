//! How people sign in: the two secrets, the cost of a password, and how often somebody may try.

use super::{SettingsError, entries::Entries};
use auth::{AuthSecret, BcryptCost, IdleLimit, KeyRing, Pepper, ThrottleLimits};
use domain::Invalid;
use secrecy::SecretString;
use std::path::PathBuf;

/// How people sign in.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// What tokens are signed with.
    pub keys: KeySource,
    /// What passwords are mixed with before they are hashed.
    pub pepper: SecretSource<Pepper>,
    /// How dear a password's hash is.
    pub bcrypt_cost: BcryptCost,
    /// How long a session may go unused.
    pub session_idle: IdleLimit,
    /// How often somebody may try within a minute.
    pub limits: ThrottleLimits,
    /// How many guests' carts an address may begin within a minute; 0 means without limit.
    pub guest_carts_per_address: u32,
}

/// Where the keys of tokens come from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// The settings hold the one that there is.
    Given(AuthSecret),
    /// A file holds them, and changes while the program runs.
    File(PathBuf),
    /// As `File`, in the data directory, where the first start makes it.
    Kept,
}

/// Where a secret comes from.
#[derive(Clone, Debug)]
pub enum SecretSource<T> {
    /// The settings hold it.
    Given(T),
    /// It is made on the first start and kept in the data directory.
    Kept,
}

pub(super) fn read(entries: &Entries) -> Result<AuthSettings, SettingsError> {
    let a_minute = |key| entries.number(key, 0, 1_000_000);
    let cost = entries.parse("auth.bcrypt_cost", "a whole number")?;
    Ok(AuthSettings {
        keys: keys(entries)?,
        pepper: source(entries, "auth.pepper", Pepper::parse)?,
        bcrypt_cost: BcryptCost::parse(cost)
            .map_err(|invalid| entries.problem("auth.bcrypt_cost", invalid))?,
        session_idle: IdleLimit::parse(entries.text("auth.session_idle"))
            .map_err(|invalid| entries.problem("auth.session_idle", invalid))?,
        limits: ThrottleLimits {
            sign_in_per_account: a_minute("throttle.sign_in_per_account")?,
            sign_in_per_address: a_minute("throttle.sign_in_per_address")?,
            sign_up_per_address: a_minute("throttle.sign_up_per_address")?,
            reset_per_account: a_minute("throttle.reset_per_account")?,
            reset_per_address: a_minute("throttle.reset_per_address")?,
            verification_per_account: a_minute("throttle.verification_per_account")?,
        },
        guest_carts_per_address: a_minute("throttle.guest_carts_per_address")?,
    })
}

fn keys(entries: &Entries) -> Result<KeySource, SettingsError> {
    if let (Some(file), Some(lines)) = (entries.get("auth.secret_file"), entries.get("auth.secret")) {
        let refuse = |invalid| entries.problem("auth.secret", invalid);
        KeyRing::parse(&lines.value).map_err(refuse)?;
        return Ok(KeySource::File(PathBuf::from(&file.value)));
    }
    Ok(match source(entries, "auth.secret", AuthSecret::parse)? {
        SecretSource::Given(secret) => KeySource::Given(secret),
        SecretSource::Kept => KeySource::Kept,
    })
}

fn source<T>(
    entries: &Entries,
    key: &str,
    parse: fn(SecretString) -> Result<T, Invalid>,
) -> Result<SecretSource<T>, SettingsError> {
    let Some(entry) = entries.get(key) else { return Ok(SecretSource::Kept) };
    parse(entry.value.clone().into()).map(SecretSource::Given).map_err(|invalid| {
        entries.problem(key, format_args!("{invalid}, such as `openssl rand -hex 32` prints"))
    })
}
