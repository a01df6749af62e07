//! `app cache forget`: for rows that were edited in SQL, of which no server knows. It tells them through the database.

use crate::cli::print;
use crate::settings::Settings;
use crate::wiring::{Base, CellKey, Forgetting};
use clap::Args;

/// What is read from the database again.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The keys of cells, such as product:7, cart:2 or categories
    #[arg(value_name = "KEY", required_unless_present = "all", value_parser = CellKey::read)]
    keys: Vec<CellKey>,
    /// Every cell
    #[arg(long, conflicts_with = "keys")]
    all: bool,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<()> {
    let what = if arguments.all { Forgetting::Everything } else { Forgetting::Cells(arguments.keys) };
    let base = Base::open(settings).await?;
    what.announce(&base.units()).await?;
    print("the servers that run are told, and act on it within about a tenth of a second\n")
}
