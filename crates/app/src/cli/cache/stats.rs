//! `app cache stats`: what Redis holds, how full it is, and what still waits for it.

use super::table;
use crate::cli::print;
use crate::settings::Settings;
use crate::wiring::Looking;

pub(super) async fn run(settings: &Settings) -> anyhow::Result<()> {
    let looking = Looking::open(settings).await?;
    let about = looking.store.about().await?;
    let census = looking.census().await?;
    let limit = if about.max_memory == "0B" { "no limit".to_owned() } else { about.max_memory };
    let cells = census.cells.map(|(kind, count)| (kind.as_str(), count.to_string()));
    let rows = [
        ("redis", about.version),
        ("memory", format!("{} of {limit}, {} when full", about.used_memory, about.policy)),
    ];
    let rest = [
        ("generations", census.generations.to_string()),
        ("counts", census.counts.to_string()),
        ("other keys", census.others.to_string()),
        ("outbox", looking.waiting().await?.to_string()),
    ];
    print(&table(rows.into_iter().chain(cells).chain(rest)))
}
