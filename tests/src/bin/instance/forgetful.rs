//! The real program but for its idempotency keys, which are all new. Only the proof of orders through crashes runs it.

use anyhow::Context;
use app::settings::{Environment, Settings};
use std::process::ExitCode;
use system_tests::Careless;

pub(crate) fn run() -> ExitCode {
    // As the real program logs, so that the same things can be read from it.
    tracing_subscriber::fmt().json().flatten_event(true).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome =
        runtime.context("the system gives no threads").and_then(|runtime| runtime.block_on(serve()));
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

async fn serve() -> anyhow::Result<()> {
    let settings = Settings::load(&Environment::of_process())?;
    let _shop = app::start_around(settings, |inner| Careless::ForgetsKeys.around(inner, "")).await?;
    std::future::pending().await
}
