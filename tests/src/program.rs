//! The program itself, run inside the test's process on a port that the system chooses.

use app::Running;
use app::settings::{Environment, Settings};
use domain::UnitsOfWork;
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

/// A server that runs, and the settings that it was started with.
pub(crate) struct Program {
    running: Running,
    environment: Environment,
}

impl Program {
    /// Starts the server with profile `test` and these settings on top, its transactions wrapped.
    pub(crate) async fn start(
        own: Vec<(&str, String)>,
        wrap: impl FnOnce(Arc<dyn UnitsOfWork>) -> Arc<dyn UnitsOfWork>,
    ) -> Self {
        let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let fixed = [
            ("APP_PROFILE", "test".to_owned()),
            ("APP_CONFIG_DIR", format!("{repository}/config")),
            ("APP__SERVER__HOST", "127.0.0.1".to_owned()),
            ("APP__SERVER__PORT", "0".to_owned()),
            ("APP__SERVER__WORKERS", "2".to_owned()),
            ("APP__SHOP__SEED_DEMO", "false".to_owned()),
            ("APP__THROTTLE__SIGN_IN_PER_ACCOUNT", "0".to_owned()),
            ("APP__THROTTLE__SIGN_IN_PER_ADDRESS", "0".to_owned()),
            ("APP__THROTTLE__SIGN_UP_PER_ADDRESS", "0".to_owned()),
        ];
        let environment = Environment::of(fixed.into_iter().chain(own));
        let settings = Settings::load(&environment).unwrap_or_else(|error| panic!("{error}"));
        let running = app::start_around(settings, wrap).await.unwrap_or_else(|error| panic!("{error:#}"));
        Self { running, environment }
    }

    /// Runs a command beside the server, with the same settings, and returns its exit code.
    pub(crate) async fn run(&self, line: &str) -> ExitCode {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let environment = self.environment.clone();
        let command = tokio::task::spawn_blocking(move || app::cli::run_in(&environment, words));
        command.await.expect("a command does not break down")
    }

    /// Returns where it listens, as a URL without a path.
    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.running.address())
    }

    /// Answers what was asked, and ends.
    pub(crate) async fn stop(self) {
        self.running.stop().await.unwrap_or_else(|error| panic!("{error:#}"));
    }
}
