//! The keys that exist, with their compiled-in defaults. A key that is not in this table is refused wherever it stands.

/// One key.
pub(super) struct Key {
    /// Its section and name.
    pub(super) name: &'static str,
    /// What it is when nobody sets it; `None` where that depends on the others.
    pub(super) default: Option<&'static str>,
    /// How it is shown.
    pub(super) shown: Shown,
}

/// How a value is shown to people.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// As it is.
    Plain,
    /// Not at all.
    Secret,
    /// Without its password.
    Url,
}

/// Every key, in the order in which `app config` prints them.
pub(super) const KEYS: &[Key] = &[
    plain("server.host", Some("127.0.0.1")),
    plain("server.port", Some("8080")),
    plain("server.workers", None),
    plain("server.max_connections", Some("10000")),
    plain("server.allow_embedded", Some("false")),
    plain("server.cors_origins", Some("")),
    Key { name: "database.url", default: None, shown: Shown::Url },
    plain("database.password_file", None),
    plain("database.max_connections", Some("20")),
    plain("database.migrate_on_start", None),
    Key { name: "cache.url", default: Some("memory:"), shown: Shown::Url },
    plain("cache.password_file", None),
    plain("cache.ca_file", None),
    plain("cache.max_bytes", Some("67108864")),
    plain("cache.tier.enabled", Some("true")),
    plain("cache.tier.max_bytes", Some("67108864")),
    Key { name: "auth.secret", default: None, shown: Shown::Secret },
    plain("auth.secret_file", None),
    Key { name: "auth.pepper", default: None, shown: Shown::Secret },
    plain("auth.pepper_file", None),
    plain("auth.bcrypt_cost", Some("12")),
    plain("throttle.sign_in_per_account", Some("10")),
    plain("throttle.sign_in_per_address", Some("30")),
    plain("throttle.sign_up_per_address", Some("10")),
    plain("throttle.reset_per_account", Some("3")),
    plain("throttle.reset_per_address", Some("10")),
    plain("throttle.verification_per_account", Some("3")),
    plain("throttle.guest_carts_per_address", Some("60")),
    Key { name: "mail.url", default: None, shown: Shown::Url },
    plain("mail.password_file", None),
    plain("mail.from", None),
    plain("mail.pages", None),
    plain("data.dir", Some("data")),
    plain("shop.currency", Some("USD")),
    plain("shop.seed_demo", None),
    plain("webhooks.allow_private_targets", Some("false")),
    plain("log.format", Some("text")),
    plain("log.filter", Some("info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,actix_server=warn")),
];

const fn plain(name: &'static str, default: Option<&'static str>) -> Key {
    Key { name, default, shown: Shown::Plain }
}

/// Finds a key by its name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// Says how to set a key from the environment.
pub(super) fn variable_of(name: &str) -> String {
    format!("APP__{}", name.to_ascii_uppercase().replace('.', "__"))
}
