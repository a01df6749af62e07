//! `app keys`: the keys that tokens are signed with, told apart by what tokens name them by. A secret is never shown.

use super::print;
use crate::keys::KeyFile;
use crate::settings::{KeySource, Settings};
use anyhow::bail;
use auth::KeyFacts;
use clap::Subcommand;
use domain::{Clock, OsEntropy, SystemClock};

/// What is done with the keys.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Makes a new one and drops those that no living token was signed with; nobody is signed out
    Rotate,
    /// Tells which there are, and what each does
    List,
}

pub(super) fn run(settings: &Settings, command: KeysCommand) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let file = match &settings.auth.keys {
        KeySource::File(path) => KeyFile::at(path),
        KeySource::Kept => KeyFile::kept(&settings.data_dir, &OsEntropy)?,
        KeySource::Given(_) => bail!(
            "auth.secret holds the only key, and settings are not rewritten. Put the secret into a file, name the file by \
             auth.secret_file instead, and restart: nobody is signed out. From then on it can be rotated"
        ),
    };
    let ring = match command {
        KeysCommand::Rotate => file.rotate(&OsEntropy, now)?,
        KeysCommand::List => file.read()?,
    };
    print(&ring.facts(now).iter().map(line).collect::<String>())
}

fn line(key: &KeyFacts) -> String {
    let moment = |moment: domain::Timestamp| moment.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let made_at = key
        .made_at
        .map_or_else(|| "before there were others".to_owned(), |at| format!("made {}", moment(at)));
    let until = key.until.map(|until| format!(" until {}", moment(until)));
    let role = match (key.signs, until) {
        (true, None) => "signs".to_owned(),
        (true, Some(until)) => format!("signs for another minute, verifies{until}"),
        (false, until) => format!("verifies{}", until.unwrap_or_default()),
    };
    format!("{}  {role}, {made_at}\n", key.id)
}
