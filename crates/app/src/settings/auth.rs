//! How people sign in: the two secrets, the cost of a password, and how often somebody may try.

use super::{SettingsError, entries::Entries};
use auth::{AuthSecret, BcryptCost, Pepper, ThrottleLimits};
use domain::Invalid;
use secrecy::SecretString;

/// How people sign in.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// What tokens are signed with.
    pub secret: SecretSource<AuthSecret>,
    /// What passwords are mixed with before they are hashed.
    pub pepper: SecretSource<Pepper>,
    /// How dear a password's hash is.
    pub bcrypt_cost: BcryptCost,
    /// How often somebody may try within a minute.
    pub limits: ThrottleLimits,
    /// How many guests' carts an address may begin within a minute; 0 means without limit.
    pub guest_carts_per_address: u32,
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
        secret: source(entries, "auth.secret", AuthSecret::parse)?,
        pepper: source(entries, "auth.pepper", Pepper::parse)?,
        bcrypt_cost: BcryptCost::parse(cost)
            .map_err(|invalid| entries.problem("auth.bcrypt_cost", invalid))?,
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
