//! The program itself, run inside the test's process on a port that the system chooses.

use app::Running;
use app::settings::{Environment, Settings};

/// A server that runs.
pub(crate) struct Program(Running);

impl Program {
    /// Starts the server with profile `test` and these settings on top.
    pub(crate) async fn start(own: Vec<(&str, String)>) -> Self {
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
        Self(app::start(settings).await.unwrap_or_else(|error| panic!("{error:#}")))
    }

    /// Returns where it listens, as a URL without a path.
    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.0.address())
    }

    /// Answers what was asked, and ends.
    pub(crate) async fn stop(self) {
        self.0.stop().await.unwrap_or_else(|error| panic!("{error:#}"));
    }
}
