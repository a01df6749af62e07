//! The binary: gives the command line to the library and its exit code to the system.

use std::process::ExitCode;

fn main() -> ExitCode {
    app::cli::run(std::env::args_os())
}
