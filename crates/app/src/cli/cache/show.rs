//! `app cache show`: what lies at a key.

use super::table;
use crate::cli::print;
use crate::cli::printable;
use crate::settings::Settings;
use crate::wiring::Looking;
use anyhow::Context;
use clap::Args;
use domain::inspection::{CacheEntryView, CacheInspector, CacheTagView, EntryState};

/// Which key.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key, as `app cache keys` lists it
    key: String,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let looking = Looking::open(settings).await?;
    let entry = looking.inspector.entry(&arguments.key).await?;
    let entry = entry.with_context(|| format!("there is nothing at {}", printable(&arguments.key)))?;
    print(&text(&entry.value))
}

fn text(entry: &CacheEntryView) -> String {
    let state = match entry.state {
        EntryState::Valid => "valid",
        EntryState::Stale => "stale",
        EntryState::Foreign => "foreign",
    };
    let state = match &entry.reason {
        Some(reason) => format!("{state}: {reason}"),
        None => state.to_owned(),
    };
    let ttl = entry.ttl.map_or_else(|| "without end".to_owned(), |seconds| format!("{seconds} s"));
    let mut rows = vec![("key", printable(&entry.key)), ("state", state), ("lives", ttl)];
    rows.extend(entry.bytes.map(|bytes| ("bytes", bytes.to_string())));
    rows.extend(entry.stored_at.map(|at| ("stored", at.to_rfc3339())));
    rows.extend(entry.etag.clone().map(|etag| ("etag", etag)));
    rows.extend(entry.tags.iter().map(|tag| ("tag", tag_text(tag))));
    rows.extend(entry.value.as_ref().map(|value| ("value", value.get().to_owned())));
    table(rows)
}

fn tag_text(tag: &CacheTagView) -> String {
    let now = tag.current.as_deref().unwrap_or("none");
    format!("{} stored under {}, now {now}", tag.tag, tag.stored)
}
