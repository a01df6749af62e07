//! The command line. Exit codes: 0 done, 1 it failed, 2 the command or the settings cannot be used. What went wrong is one
//! message on standard error.

mod cache;
mod create_staff;
mod doctor;
mod healthcheck;
mod keys;
mod seed;
mod serve;

use self::cache::CacheCommand;
use self::keys::KeysCommand;
use crate::settings::{Environment, LogSettings, Settings, SettingsError};
use crate::telemetry;
use crate::wiring::Base;
use anyhow::Context;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// A shop: accounts, catalogue, carts and orders over HTTP. Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "app", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Brings the tables of the database up to date
    Migrate,
    /// Fills an empty catalogue with demonstration goods
    Seed(seed::Arguments),
    /// Makes an account of staff
    CreateStaff(create_staff::Arguments),
    /// Prints the effective settings and where each came from
    Config,
    /// Asks the running server whether it is ready
    Healthcheck,
    /// Looks the books over: stock, orders, listings and what should be gone
    Doctor(doctor::Arguments),
    /// Replaces the key that tokens are signed with, and tells which there are
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Looks into the cache, and puts cells out of date by hand
    #[command(subcommand)]
    Cache(CacheCommand),
}

/// Why a command failed.
#[derive(Debug)]
enum Failure {
    /// What was given cannot be used.
    Usage(String),
    /// It was tried, and failed.
    Failed(anyhow::Error),
}

/// Runs a command line to its end, with the settings of this process' environment.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    run_in(&Environment::of_process(), arguments)
}

/// As [`run`], with the settings of another environment.
pub fn run_in(environment: &Environment, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line.command,
        Err(error) => {
            let code = error.exit_code();
            // Whoever closed the stream did not want to read it.
            let _ = error.print();
            return ExitCode::from(u8::try_from(code).unwrap_or(2));
        }
    };
    let (message, code) = match execute(environment, command) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Usage(message)) => (message, 2),
        Err(Failure::Failed(error)) => (format!("{error:#}"), 1),
    };
    let _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::from(code)
}

fn execute(environment: &Environment, command: Option<Command>) -> Result<(), Failure> {
    let (settings, effective) = Settings::load_with_origins(environment)?;
    match command {
        None => in_runtime(&settings.log.clone(), serve::run(settings)),
        Some(Command::Migrate) => in_runtime(&settings.log, migrate(&settings)),
        Some(Command::Seed(arguments)) => in_runtime(&settings.log, seed::run(&settings, arguments)),
        Some(Command::CreateStaff(arguments)) => {
            let new = arguments.sign_up(&mut std::io::stdin().lock())?;
            in_runtime(&settings.log, create_staff::run(&settings, new))
        }
        Some(Command::Config) => Ok(print(&effective.to_string())?),
        Some(Command::Healthcheck) => Ok(healthcheck::run(&settings)?),
        Some(Command::Doctor(arguments)) => in_runtime(&settings.log, doctor::run(&settings, arguments)),
        Some(Command::Keys(command)) => Ok(self::keys::run(&settings, command)?),
        Some(Command::Cache(command)) => in_runtime(&settings.log, self::cache::run(&settings, command)),
    }
}

fn in_runtime(log: &LogSettings, work: impl Future<Output = anyhow::Result<()>>) -> Result<(), Failure> {
    telemetry::start(log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    Ok(runtime.context("the system gives no threads")?.block_on(work)?)
}

async fn migrate(settings: &Settings) -> anyhow::Result<()> {
    Base::migrate(settings).await?;
    print("the database is up to date\n")
}

/// Makes what somebody else may have written fit for a terminal, which would obey control characters.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// Writes to standard output; unlike `print!` it survives a reader that has gone.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("standard output cannot be written")
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<CommandLine, clap::Error> {
        CommandLine::try_parse_from(line.split(' '))
    }

    #[test]
    fn every_command_is_understood() {
        assert!(parse("app").unwrap().command.is_none());
        for line in [
            "app migrate",
            "app seed",
            "app seed --products 100000",
            "app create-staff --email ada@example.org --name Ada --password-stdin",
            "app config",
            "app healthcheck",
            "app doctor",
            "app doctor --fix",
            "app keys rotate",
            "app keys list",
            "app cache keys",
            "app cache keys --match cart:* --count 5000",
            "app cache show products:Home%20%26%20Kitchen:20:40:true:1:20:createdAt:DESC",
            "app cache forget product:7 cart:2",
            "app cache forget --all",
            "app cache stats",
        ] {
            assert!(parse(line).unwrap().command.is_some(), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_is_a_matter_of_usage() {
        for line in [
            "app serve",
            "app seed --products many",
            "app seed --products 0",
            "app create-staff --email ada@example.org --name Ada",
            "app create-staff --email ada --name Ada --password-stdin",
            "app create-staff --email ada@example.org --name Ada --password hunter2hunter2",
            "app doctor orders",
            "app keys",
            "app keys rotate now",
            "app cache",
            "app cache keys --count many",
            "app cache show",
            "app cache forget",
            "app cache forget gen:cart:2",
            "app cache forget --all cart:2",
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
