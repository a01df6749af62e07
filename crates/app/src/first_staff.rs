//! The first account of staff of an embedded shop, so that a stranger can run it: its password is random and stands in a
//! file of the data directory that only its owner can read. It is shown once, and only to a person at a terminal.

use crate::data_dir::DataDir;
use anyhow::{anyhow, bail};
use auth::{Accounts, Password, SignUp, StaffError};
use domain::Entropy;
use domain::account::{AccountReader, EmailAddress, PersonName};

/// The address of the first account of staff.
pub(crate) const EMAIL: &str = "staff@tradepost.local";
/// The file of its password.
pub(crate) const PASSWORD_FILE: &str = "staff-password";
/// Letters and digits that nobody confuses: 32 of them, five bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Makes the account where it is absent, and returns its password then.
///
/// The file comes first: whoever is interrupted in between finds the password of the next start in it.
pub(crate) async fn ensure(
    accounts: &Accounts,
    reader: &dyn AccountReader,
    data_dir: &DataDir,
    entropy: &dyn Entropy,
) -> anyhow::Result<Option<String>> {
    let email = EmailAddress::parse(EMAIL).map_err(|invalid| anyhow!("{EMAIL} {invalid}"))?;
    if reader.credentials(&email).await?.is_some() {
        return Ok(None);
    }
    let text = data_dir.keep(PASSWORD_FILE, || generate(entropy))?;
    let password = Password::parse(&text)
        .map_err(|invalid| anyhow!("{} {invalid}", data_dir.path(PASSWORD_FILE).display()))?;
    let name = PersonName::parse("Shopkeeper").map_err(|invalid| anyhow!("a name {invalid}"))?;
    match accounts.create_staff(SignUp { name, email, password }).await {
        Ok(_) => Ok(Some(text)),
        Err(StaffError::EmailTaken(_)) => Ok(None),
        Err(StaffError::Guessable(guessable)) => {
            bail!("{} {guessable}", data_dir.path(PASSWORD_FILE).display())
        }
        Err(StaffError::Repository(error)) => Err(error.into()),
    }
}

/// Makes a password of 100 random bits that can be typed: four groups of five.
fn generate(entropy: &dyn Entropy) -> String {
    let symbol = |byte: &u8| char::from(ALPHABET[usize::from(byte & 31)]);
    let group = |bytes: &[u8]| bytes.iter().map(symbol).collect::<String>();
    entropy.bytes::<20>().chunks(5).map(group).collect::<Vec<_>>().join("-")
}
