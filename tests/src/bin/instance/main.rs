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
use system_tests::{COMMITTED, STOP_WHEN_COMMITTED};

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
        if line == STOP_WHEN_COMMITTED {
            fail::cfg_callback("committed", stop).expect("a callback can be set");
        }
    }
    exit(0);
}

/// Says where the program is and does not let it go on: whoever hears it kills it between commit and renewal.
fn stop() {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{COMMITTED}").and_then(|()| out.flush());
    drop(out);
    loop {
        thread::park();
    }
}
