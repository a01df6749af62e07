//! One instance of the shop as a process, for tests that pause and kill it: the real program, from the settings in its
//! environment; with the argument `plain` the shop over cells that are only set and deleted, with `forgetful` one that
//! remembers no idempotency key. It lives no longer than its standard input.

mod forgetful;
mod plain;
mod set_and_delete;

use std::{
    io::{self, Write},
    process::{ExitCode, exit},
    thread,
};
use system_tests::{ANSWERED, COMMITTED, STOP_WHEN_ANSWERED, STOP_WHEN_COMMITTED};

fn main() -> ExitCode {
    thread::spawn(obey);
    match std::env::args().nth(1).as_deref() {
        Some("plain") => plain::run(),
        Some("forgetful") => forgetful::run(),
        _ => app::cli::run(["app".into()]),
    }
}

/// Does what the test says, and ends the process when the test has gone.
fn obey() {
    for line in io::stdin().lines().map_while(Result::ok) {
        let stop_at = |point, said| fail::cfg_callback(point, move || stop(said));
        let set = match line.as_str() {
            STOP_WHEN_COMMITTED => stop_at("committed", COMMITTED),
            STOP_WHEN_ANSWERED => stop_at("answered", ANSWERED),
            _ => Ok(()),
        };
        set.expect("a callback can be set");
    }
    exit(0);
}

/// Says where the program is and does not let it go on: whoever hears it kills it there.
fn stop(said: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{said}").and_then(|()| out.flush());
    drop(out);
    loop {
        thread::park();
    }
}
