//! `app cache keys`: which keys there are.

use crate::cli::print;
use crate::cli::printable;
use crate::settings::Settings;
use crate::wiring::Looking;
use clap::Args;
use domain::inspection::{CacheInspector, CacheKeyView, KeyCount, KeyPattern, KeyQuery};
use std::io::Write;
use std::num::NonZeroUsize;

/// Which keys.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Only keys like this: `*` any characters, `?` one, `[ab]` one of some
    #[arg(long = "match", value_name = "PATTERN", default_value = "*", value_parser = KeyPattern::parse)]
    pattern: KeyPattern,
    /// How many at most
    #[arg(long, value_name = "N", default_value = "100")]
    count: NonZeroUsize,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<()> {
    let looking = Looking::open(settings).await?;
    let mut query = KeyQuery { pattern: arguments.pattern, count: KeyCount::MAX, cursor: None };
    let mut left = arguments.count.get();
    loop {
        let page = looking.inspector.keys(&query).await?.value;
        let more = page.items.len() > left || page.next_cursor.is_some();
        let lines: String = page.items.iter().take(left).map(line).collect();
        print(&lines)?;
        left = left.saturating_sub(page.items.len());
        if left == 0 && more {
            // Whoever closed the stream did not want to read it.
            let _ = writeln!(std::io::stderr(), "there may be more; --count shows them");
        }
        query.cursor = page.next_cursor;
        if left == 0 || query.cursor.is_none() {
            return Ok(());
        }
    }
}

fn line(item: &CacheKeyView) -> String {
    let ttl = item.ttl.map_or_else(|| "-".to_owned(), |seconds| seconds.to_string());
    format!("{ttl:>6}  {}\n", printable(&item.key))
}
