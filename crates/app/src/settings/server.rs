//! How the program answers, and what it tells about itself.

use super::{SettingsError, entries::Entries};
use domain::Invalid;
use http_api::{Origin, Proxy};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tracing_subscriber::EnvFilter;

/// How the program answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    /// Where it listens; port 0 lets the system choose one.
    pub address: SocketAddr,
    /// How many threads answer; as many as there are processors where it is `None`.
    pub workers: Option<usize>,
    /// How many connections it holds at once.
    pub max_connections: usize,
    /// The explicit yes that profile `production` needs to run embedded.
    pub allow_embedded: bool,
    /// The sites whose pages may ask it from a browser and read what it answers.
    pub cors_origins: Vec<Origin>,
    /// The proxies that are believed when they say whom a request comes from, and how it came to them.
    pub trusted_proxies: Vec<Proxy>,
}

/// What the program tells about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// In which form.
    pub format: LogFormat,
    /// What of it: directives that [`EnvFilter`] has accepted.
    pub filter: String,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

pub(super) fn read(entries: &Entries) -> Result<ServerSettings, SettingsError> {
    let host = match entries.text("server.host") {
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        _ => entries.parse("server.host", "an IP address such as 127.0.0.1 or 0.0.0.0")?,
    };
    let port = entries.parse("server.port", "a port from 0 to 65535")?;
    let workers = match entries.get("server.workers") {
        Some(_) => Some(entries.number("server.workers", 1, 1_024)?),
        None => None,
    };
    let max_connections = entries.number("server.max_connections", 16, 1_000_000)?;
    let allow_embedded = entries.parse("server.allow_embedded", "true or false")?;
    let cors_origins = list(entries, "server.cors_origins", Origin::parse)?;
    let trusted_proxies = list(entries, "server.trusted_proxies", Proxy::parse)?;
    let address = SocketAddr::new(host, port);
    Ok(ServerSettings { address, workers, max_connections, allow_embedded, cors_origins, trusted_proxies })
}

/// Reads values with commas between them.
fn list<T>(
    entries: &Entries,
    key: &str,
    parse: fn(&str) -> Result<T, Invalid>,
) -> Result<Vec<T>, SettingsError> {
    let listed = entries.text(key).split(',').map(str::trim).filter(|value| !value.is_empty());
    listed.map(|value| parse(value).map_err(|invalid| entries.problem(key, invalid))).collect()
}

pub(super) fn read_log(entries: &Entries) -> Result<LogSettings, SettingsError> {
    let format = match entries.text("log.format") {
        "text" => LogFormat::Text,
        "json" => LogFormat::Json,
        _ => return Err(entries.problem("log.format", "must be text or json")),
    };
    let filter = entries.text("log.filter");
    EnvFilter::try_new(filter)
        .map_err(|_| entries.problem("log.filter", "must be directives such as info,sqlx=warn"))?;
    Ok(LogSettings { format, filter: filter.to_owned() })
}
