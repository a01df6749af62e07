//! Taking over what becomes of the keys while the shop is open: each instance reads their file again and again. A file that
//! cannot be read, or makes no sense, changes nothing: whoever is signed in stays so, and the log says what to do.

use super::KeyFile;
use auth::Tokens;
use std::sync::Arc;
use std::time::Duration;
use tokio::select;
use tokio::task::spawn_blocking;
use tokio::time::interval;
use tracing::{info, warn};

/// Whoever keeps the keys up to date.
pub(crate) struct KeyWatch {
    pub(crate) file: KeyFile,
    pub(crate) tokens: Arc<Tokens>,
}

impl KeyWatch {
    /// Reads the file now and then, until told to stop.
    pub(crate) async fn run(self, every: Duration, stopped: impl Future<Output = ()>) {
        let rounds = async {
            let mut times = interval(every);
            let mut complaint = String::new();
            loop {
                times.tick().await;
                let said = self.read().await.err().map(|error| format!("{error:#}")).unwrap_or_default();
                if !said.is_empty() && said != complaint {
                    warn!(
                        error = said,
                        "the keys of tokens stay as they were: correct the file, or put the former one back"
                    );
                }
                complaint = said; // said once, not every ten seconds
            }
        };
        select! {
            () = stopped => {}
            () = rounds => {}
        }
    }

    /// Takes over what the file holds. A disk that hangs keeps no request waiting.
    async fn read(&self) -> anyhow::Result<()> {
        let file = self.file.clone();
        let ring = spawn_blocking(move || file.read()).await??;
        if self.tokens.take_over(ring) {
            info!(file = %self.file.path().display(), "the keys of tokens have changed, and were taken over");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::KeyRing;
    use domain::testing::FixedClock;
    use domain::{Clock, OsEntropy};
    use std::fs;

    struct Place {
        folder: tempfile::TempDir,
        watch: KeyWatch,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let file = KeyFile::kept(folder.path(), &OsEntropy).unwrap();
            let tokens = Arc::new(Tokens::new(file.read().unwrap(), Arc::new(FixedClock::default())));
            Self { folder, watch: KeyWatch { file, tokens } }
        }

        fn text(&self) -> String {
            fs::read_to_string(self.watch.file.path()).unwrap()
        }

        /// Tells whether the keys in use are those of a text. They are afterwards.
        fn uses(&self, text: &str) -> bool {
            !self.watch.tokens.take_over(KeyRing::parse(text).unwrap_or_else(|invalid| panic!("{invalid}")))
        }
    }

    #[tokio::test]
    async fn what_is_in_the_file_is_taken_over() {
        let place = Place::new();
        place.watch.file.rotate(&OsEntropy, FixedClock::default().now()).unwrap();
        place.watch.read().await.unwrap();
        assert!(place.uses(&place.text()));
    }

    #[tokio::test]
    async fn what_cannot_be_read_or_makes_no_sense_changes_nothing() {
        let place = Place::new();
        let before = place.text();
        let broken = ["", "hunter2", &format!("{before}{before}"), &before[..20], "\u{0}\u{1}"];
        for text in broken {
            fs::write(place.watch.file.path(), text).unwrap();
            let refusal = format!("{:#}", place.watch.read().await.unwrap_err());
            assert!(refusal.contains("auth-secret") && refusal.contains("TIME SECRET"), "{refusal}");
            assert!(!refusal.contains("hunter2") && !refusal.contains(&before[..20]), "{refusal}");
            assert!(place.uses(&before), "{text}");
        }
        fs::remove_file(place.folder.path().join("auth-secret")).unwrap();
        assert!(place.watch.read().await.is_err() && place.uses(&before));
    }
}
