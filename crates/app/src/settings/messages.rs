//! How messages reach people.

use super::backends::insert_password;
use super::entries::Entries;
use super::{Backends, Problem, SettingsError};
use auth::Pages;
use domain::account::EmailAddress;
use secrecy::SecretString;
use url::Url;

/// Whom messages come from where none of them leaves the machine.
const FROM: &str = "shop@tradepost.local";

/// How messages reach people.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// What carries them.
    pub delivery: Delivery,
    /// Whom they come from.
    pub from: EmailAddress,
    /// Where the links in them lead to; without, they tell the tokens themselves.
    pub pages: Option<Pages>,
}

/// What carries messages.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// The mail server of this URL, which holds its password.
    Smtp(SecretString),
    /// Nothing: they are written into a folder of the data directory.
    Folder,
    /// Nothing, and they are not written.
    Nowhere,
}

pub(super) fn read(entries: &mut Entries, backends: &Backends) -> Result<MailSettings, SettingsError> {
    insert_password(entries, "mail")?;
    let delivery = match entries.get("mail.url") {
        Some(url) if is_mail_server(&url.value) => Delivery::Smtp(url.value.clone().into()),
        Some(_) => {
            return Err(entries.problem(
                "mail.url",
                "must be smtp://HOST:PORT, smtp://USER:PASSWORD@HOST?tls=required, or smtps://USER:PASSWORD@HOST",
            ));
        }
        None if backends.is_embedded() => Delivery::Folder,
        None => Delivery::Nowhere,
    };
    if matches!(delivery, Delivery::Smtp(_)) && entries.get("mail.from").is_none() {
        let advice = "must be set beside mail.url: the address that messages come from";
        return Err(Problem::new("mail.from", entries.origin("mail.from"), advice).into());
    }
    entries.default_to("mail.from", FROM, "without a mail server");
    let from = EmailAddress::parse(entries.text("mail.from"))
        .map_err(|invalid| entries.problem("mail.from", invalid))?;
    let pages = entries.get("mail.pages").map(|entry| Pages::parse(&entry.value)).transpose();
    let pages = pages.map_err(|invalid| entries.problem("mail.pages", invalid))?;
    Ok(MailSettings { delivery, from, pages })
}

fn is_mail_server(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let known = |(name, value): (_, _)| name == "tls" && (value == "required" || value == "opportunistic");
    let options = url.query_pairs().all(known);
    url.has_host()
        && url.host_str() != Some("")
        && match url.scheme() {
            "smtp" => options,
            "smtps" => url.query().is_none(),
            _ => false,
        }
}

/// Tells whether the password in the URL of a mail server can be read or asked for by whoever is on the way.
pub(super) fn tells_password(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| {
        let is_encrypted = url.scheme() == "smtps" || url.query_pairs().any(|(_, value)| value == "required");
        url.password().is_some() && !is_encrypted && !super::backends::is_loopback(&url)
    })
}
