//! The log: on standard error, so that what a command prints stays clean. What is logged is the business of whoever logs.

use crate::settings::{LogFormat, LogSettings};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::{EnvFilter, fmt};

/// Starts the log of this process; later calls change nothing.
pub(crate) fn start(settings: &LogSettings) {
    let log = fmt()
        .with_env_filter(EnvFilter::new(&settings.filter))
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal());
    // It fails only where the process has a log already, and one is enough.
    let _ = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}
