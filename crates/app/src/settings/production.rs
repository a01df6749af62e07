//! What is refused before customers, although it is fine on somebody's own machine. Everything is told at once.

use super::backends::is_loopback;
use super::entries::Entries;
use super::messages::tells_password;
use super::{Backends, Delivery, Problem, Settings, SettingsError, keys};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeSet;
use url::Url;

/// The fewest different characters of a secret; a random one of 32 hexadecimal digits practically always has more.
const MIN_VARIETY: usize = 8;
/// The least cost of bcrypt.
const MIN_COST: u32 = 10;

pub(super) fn check(settings: &Settings, entries: &Entries) -> Result<(), SettingsError> {
    let mut problems = Vec::new();
    let mut refuse =
        |key: &str, advice: String| problems.push(Problem::new(key, entries.origin(key), advice));

    match &settings.backends {
        Backends::Embedded { .. } if !settings.server.allow_embedded => refuse(
            "server.allow_embedded",
            "must be true before profile production runs on SQLite and its own memory; or set database.url to \
             postgres:// and cache.url to redis://"
                .to_owned(),
        ),
        Backends::Server { cache_url, .. } if !is_private(cache_url) => refuse(
            "cache.url",
            "must have a password when Redis is not on this machine; put it into the URL or set cache.password_file"
                .to_owned(),
        ),
        Backends::Embedded { .. } | Backends::Server { .. } => {}
    }
    if settings.server.cors_origins.iter().any(|origin| !origin.is_secure()) {
        refuse(
            "server.cors_origins",
            "must have https:// origins alone: whoever is on the way to a page without TLS could ask in its name"
                .to_owned(),
        );
    }
    if let Delivery::Smtp(url) = &settings.mail.delivery
        && tells_password(url.expose_secret())
    {
        refuse(
            "mail.url",
            "must not send a password over a connection that others can read: add ?tls=required, or use smtps://"
                .to_owned(),
        );
    }
    if settings.mail.pages.as_ref().is_some_and(|pages| !pages.are_encrypted()) {
        refuse("mail.pages", "must begin with https://: the links to it hold tokens".to_owned());
    }
    let auth = &settings.auth;
    let given = |key| entries.get(key).map(|entry| entry.value.as_str());
    for key in ["auth.secret", "auth.pepper"] {
        if let Some(advice) = secret_problem(key, given(key), &settings.backends) {
            refuse(key, advice);
        }
    }
    if given("auth.secret").is_some() && given("auth.secret") == given("auth.pepper") {
        refuse("auth.pepper", "must not be the same as auth.secret".to_owned());
    }
    if auth.bcrypt_cost.get() < MIN_COST {
        refuse("auth.bcrypt_cost", format!("must be at least {MIN_COST} in profile production"));
    }
    for (key, limit) in [
        ("throttle.sign_in_per_account", auth.limits.sign_in_per_account),
        ("throttle.sign_in_per_address", auth.limits.sign_in_per_address),
        ("throttle.sign_up_per_address", auth.limits.sign_up_per_address),
        ("throttle.reset_per_account", auth.limits.reset_per_account),
        ("throttle.reset_per_address", auth.limits.reset_per_address),
        ("throttle.verification_per_account", auth.limits.verification_per_account),
        ("throttle.guest_carts_per_address", auth.guest_carts_per_address),
    ] {
        if limit == 0 {
            refuse(key, "must not be 0 in profile production: anybody could try without end".to_owned());
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(SettingsError(problems)) }
}

/// Tells whether nobody between the program and its Redis can read or write it.
fn is_private(cache_url: &SecretString) -> bool {
    Url::parse(cache_url.expose_secret())
        .is_ok_and(|url| is_loopback(&url) || url.password().is_some_and(|password| !password.is_empty()))
}

fn secret_problem(key: &str, given: Option<&str>, backends: &Backends) -> Option<String> {
    let variable = keys::variable_of(key);
    match given {
        None if backends.is_embedded() => None,
        None => Some(format!(
            "must be set in profile production, the same for every instance: {variable}=\"$(openssl rand -hex 32)\", \
             or a file that {key}_file names"
        )),
        Some(secret) => is_weak(secret).then(|| {
            format!("is too easy to guess; choose it at random: {variable}=\"$(openssl rand -hex 32)\"")
        }),
    }
}

/// Tells whether a secret, long as it is, was made up by a person.
fn is_weak(secret: &str) -> bool {
    let folded = secret.to_ascii_lowercase();
    let variety: BTreeSet<char> = secret.chars().collect();
    let placeholder = ["change", "secret", "password", "example"].iter().any(|word| folded.contains(word));
    variety.len() < MIN_VARIETY || placeholder
}
