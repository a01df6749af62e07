//! What the shop keeps its data in: one of two pairs. No other pair can be written down in [`Backends`].

mod address;

pub(super) use address::{is_loopback, masked};

use super::entries::Entries;
use super::{Problem, Profile, SettingsError, keys, secret_file};
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use url::Url;

/// One of the two pairs that the shop runs on.
#[derive(Clone, Debug)]
pub enum Backends {
    /// SQLite and this process' memory: nothing to install.
    Embedded {
        /// `sqlite://…`, a file.
        database_url: String,
        /// The most connections to it.
        max_connections: u32,
        /// How much memory cached answers may take.
        cache_bytes: u64,
    },
    /// PostgreSQL and Redis.
    Server {
        /// `postgres://…`, with its password.
        database_url: SecretString,
        /// The most connections to it from this process.
        max_connections: u32,
        /// `redis://…` or `rediss://…`, with its password.
        cache_url: SecretString,
        /// How much memory copies of public answers may take in this process; `None` where there are none.
        tier_bytes: Option<u64>,
        /// The certificates, as PEM, of those who vouch for a Redis that speaks TLS; public authorities unless given.
        cache_authorities: Option<String>,
        /// Who brings its tables up to date.
        migration: Migration,
    },
}

/// Who brings the tables of a server's database up to date; an embedded one is always brought up to date at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migration {
    /// The program, whenever it starts.
    AtStart,
    /// An operator, with `app migrate`; the program does not start before.
    ByOperator,
}

impl Backends {
    /// Tells whether it is the pair that needs nothing installed.
    pub fn is_embedded(&self) -> bool {
        matches!(self, Self::Embedded { .. })
    }

    /// Names the database for people, without its password.
    pub fn database_shown(&self) -> String {
        match self {
            Self::Embedded { database_url, .. } => masked(database_url),
            Self::Server { database_url, .. } => masked(database_url.expose_secret()),
        }
    }
}

/// What the scheme of a URL asks for.
enum Scheme {
    Embedded,
    Server,
}

const PAIRS: &str =
    "only two pairs start: sqlite:// with memory: (nothing to install), or postgres:// with redis://";

pub(super) fn read(
    entries: &mut Entries,
    profile: Profile,
    data_dir: &Path,
) -> Result<Backends, SettingsError> {
    let file = format!("sqlite://{}", data_dir.join("shop.db").display());
    entries.default_to("database.url", &file, "in data.dir");
    let migrate = if profile == Profile::Production { "false" } else { "true" };
    entries.default_to("database.migrate_on_start", migrate, &format!("in {}", profile.as_str()));

    let (database, cache) = (database_scheme(entries)?, cache_scheme(entries)?);
    insert_password(entries, "database")?;
    insert_password(entries, "cache")?;
    let cache_authorities = cache_authorities(entries)?;
    let max_connections = entries.number("database.max_connections", 1, 1_000)?;
    let at_start: bool = entries.parse("database.migrate_on_start", "true or false")?;
    let cache_bytes = entries.number("cache.max_bytes", 0, 1 << 40)?;
    let tier: bool = entries.parse("cache.tier.enabled", "true or false")?;
    let tier_bytes = entries.number("cache.tier.max_bytes", 0, 1 << 40)?;
    match (database, cache) {
        (Scheme::Embedded, Scheme::Embedded) => {
            let database_url = entries.text("database.url").to_owned();
            Ok(Backends::Embedded { database_url, max_connections, cache_bytes })
        }
        (Scheme::Server, Scheme::Server) => Ok(Backends::Server {
            database_url: entries.text("database.url").into(),
            max_connections,
            cache_url: entries.text("cache.url").into(),
            tier_bytes: tier.then_some(tier_bytes),
            cache_authorities,
            migration: if at_start { Migration::AtStart } else { Migration::ByOperator },
        }),
        (Scheme::Server, Scheme::Embedded) => Err(unpaired(entries, "cache.url", "redis://HOST:6379")),
        (Scheme::Embedded, Scheme::Server) => {
            Err(unpaired(entries, "database.url", "postgres://USER@HOST/DATABASE"))
        }
    }
}

fn unpaired(entries: &Entries, key: &str, example: &str) -> SettingsError {
    let shown = masked(entries.text(key));
    let advice = format!(
        "is {shown}, which does not go with the other; {PAIRS}. Set {}={example}, or leave both unset",
        keys::variable_of(key)
    );
    Problem::new(key, entries.origin(key), advice).into()
}

fn database_scheme(entries: &Entries) -> Result<Scheme, SettingsError> {
    let url = entries.text("database.url");
    if let Some(path) = url.strip_prefix("sqlite://") {
        let file = !path.is_empty() && !path.starts_with('?') && !path.contains(":memory:");
        let advice = "must name a file, such as sqlite://data/shop.db";
        return file.then_some(Scheme::Embedded).ok_or_else(|| entries.problem("database.url", advice));
    }
    let postgres = Url::parse(url)
        .is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql") && url.path().len() > 1);
    postgres.then_some(Scheme::Server).ok_or_else(|| {
        entries
            .problem("database.url", "must be sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE")
    })
}

fn cache_scheme(entries: &Entries) -> Result<Scheme, SettingsError> {
    let url = entries.text("cache.url");
    if url == "memory:" {
        return Ok(Scheme::Embedded);
    }
    let redis = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "redis" | "rediss") && url.has_host());
    redis.then_some(Scheme::Server).ok_or_else(|| {
        entries.problem("cache.url", "must be memory: or redis://:PASSWORD@HOST:PORT, or rediss:// for TLS")
    })
}

/// Reads the file that `cache.ca_file` names.
fn cache_authorities(entries: &Entries) -> Result<Option<String>, SettingsError> {
    let authorities = secret_file::read(entries, "cache.ca_file")?;
    if authorities.is_some() && !entries.text("cache.url").starts_with("rediss://") {
        return Err(entries.problem("cache.ca_file", "goes with a cache.url that begins with rediss://"));
    }
    Ok(authorities)
}

/// Puts the password of `SECTION.password_file` into `SECTION.url`.
pub(super) fn insert_password(entries: &mut Entries, section: &'static str) -> Result<(), SettingsError> {
    let (key, file) = match section {
        "database" => ("database.url", "database.password_file"),
        "mail" => ("mail.url", "mail.password_file"),
        _ => ("cache.url", "cache.password_file"),
    };
    let Some(password) = secret_file::read(entries, file)? else { return Ok(()) };
    let refuse = |why: &str| SettingsError::from(Problem::new(file, entries.origin(file), why));
    let url = Url::parse(entries.text(key)).ok().filter(Url::has_host);
    let mut url = url.filter(|url| url.scheme() != "sqlite").ok_or_else(|| {
        refuse(&format!("is of no use: {key} is not the URL of a server; set that or unset this"))
    })?;
    if url.password().is_some() {
        return Err(refuse(&format!("is given beside a password in {key}; set one of them")));
    }
    // The url crate leaves `%` alone, but what is in the file is the password itself.
    let escaped = password.replace('%', "%25");
    url.set_password(Some(&escaped)).map_err(|()| refuse(&format!("does not go with {key}")))?;
    let origin = format!("{}, with the password of {file}", entries.origin(key));
    entries.insert(key, url.into(), origin);
    Ok(())
}
