//! `app cache …`: looking into Redis, and putting cells out of date by hand. The cells of an embedded shop are in the memory
//! of its server, which shows them over HTTP.

mod forget;
mod keys;
mod show;
mod stats;

use crate::settings::Settings;
use clap::Subcommand;

/// What is done with the cache.
#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Lists keys in Redis and the seconds that each still lives
    Keys(keys::Arguments),
    /// Shows what lies at a key, and whether it would be served
    Show(show::Arguments),
    /// Has cells read from the database again, by every server, after rows were edited by hand
    Forget(forget::Arguments),
    /// Counts what is in Redis, and tells how full it is
    Stats,
}

pub(super) async fn run(settings: &Settings, command: CacheCommand) -> anyhow::Result<()> {
    match command {
        CacheCommand::Keys(arguments) => keys::run(settings, arguments).await,
        CacheCommand::Show(arguments) => show::run(settings, &arguments).await,
        CacheCommand::Forget(arguments) => forget::run(settings, arguments).await,
        CacheCommand::Stats => stats::run(settings).await,
    }
}

/// Writes names and values below each other.
fn table<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    rows.into_iter().map(row).collect()
}

fn row((name, value): (&str, String)) -> String {
    format!("{name:<12} {value}\n")
}
