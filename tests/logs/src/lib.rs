//! What a test leaves in the log, for looking at.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::LazyLock;
use tracing::level_filters::LevelFilter;

thread_local! {
    /// What this thread logged. A test and all that it causes run on one thread.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Records the log of every thread, at its most talkative, from the first call on. One subscriber for the process, in place
/// before any event: a place in the code that is first met while subscribers change may stay silent for good.
///
/// # Panics
/// When something else in this process records.
pub fn record() {
    static RECORDING: LazyLock<()> = LazyLock::new(|| {
        let subscriber =
            tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false).with_writer(|| Log);
        tracing::subscriber::set_global_default(subscriber.finish()).expect("nobody else records");
    });
    LazyLock::force(&RECORDING);
}

/// Returns what this thread logged so far.
///
/// # Panics
/// When that is no text.
pub fn recorded() -> String {
    LOG.with_borrow(|log| String::from_utf8(log.clone()).expect("a log is text"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_reads_what_it_logged_itself() {
        record();
        tracing::trace!(answer = 42, "mine");
        std::thread::spawn(|| tracing::error!("another's")).join().unwrap();
        let text = recorded();
        assert!(text.contains("mine answer=42") && !text.contains("another's"), "{text}");
    }
}
