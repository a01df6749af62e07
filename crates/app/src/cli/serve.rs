//! `app` alone: serves until somebody asks it to stop, finishes what is under way, and ends with 0.

use crate::settings::Settings;
use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

/// The exit code of a program that Ctrl-C ended: 128 and the signal's number.
const INTERRUPTED: i32 = 130;

pub(super) async fn run(settings: Settings) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let mut shop = tokio::select! {
        shop = crate::start(settings) => shop?,
        () = signals.asked_to_stop() => return Ok(()),
    };
    tokio::select! {
        () = signals.asked_to_stop() => {}
        error = shop.failed() => return Err(error),
    }
    info!("stopping: requests under way are finished; Ctrl-C once more stops at once");
    tokio::select! {
        stopped = shop.stop() => stopped?,
        () = signals.interrupted() => std::process::exit(INTERRUPTED),
    }
    info!("the shop is closed");
    Ok(())
}

/// The signals that end a server.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        let on = |kind| signal(kind).context("signals cannot be listened to");
        Ok(Self { interrupt: on(SignalKind::interrupt())?, terminate: on(SignalKind::terminate())? })
    }

    async fn asked_to_stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Waits for Ctrl-C alone: whoever supervises the program may well repeat SIGTERM.
    async fn interrupted(&mut self) {
        self.interrupt.recv().await;
    }
}
