//! What sending leaves in the log: what needs somebody, and nothing that is secret.

use crate::stage::{Stage, answer};
use domain::webhook::WebhookService;
use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::LazyLock;
use tracing::level_filters::LevelFilter;

thread_local! {
    /// What this thread logged. A test and all that it sends run on one thread.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Records the log of every thread, at its most talkative, from the first call on; in place before any event.
pub(crate) fn record() {
    static RECORDING: LazyLock<()> = LazyLock::new(|| {
        let subscriber =
            tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false).with_writer(|| Log);
        tracing::subscriber::set_global_default(subscriber.finish()).expect("nobody else records");
    });
    LazyLock::force(&RECORDING);
}

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn an_endpoint_that_is_parked_is_reported_by_its_host_alone() {
    let stage = Stage::new(|_| Some(answer(410)));
    let endpoint = stage.endpoint("https://example.com/T0KEN?key=hunter2").await;
    let secret = stage.service.secret(endpoint).await.unwrap().value.current.expose();
    stage.happen(None).await;
    stage.dispatcher().pass().await;
    let text = LOG.with_borrow(|log| String::from_utf8(log.clone()).unwrap());
    let warnings: Vec<_> = text.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(warnings.len(), 1, "{text}");
    for part in ["parked", "host=example.com", &format!("endpoint={endpoint}"), "failures=1"] {
        assert!(warnings[0].contains(part), "no {part} in {}", warnings[0]);
    }
    for hidden in ["T0KEN", "hunter2", "payload", secret.as_str(), &secret["whsec_".len()..]] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}
