//! The binary as operators see it: commands, exit codes, signals, files. What it answers over HTTP is tested elsewhere.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod commands;
mod doctor;
mod embedded;
mod keys;
mod looking;
mod postgres;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use tempfile::TempDir;

/// A shop's place on the machine: its data directory and its environment.
struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command left behind.
struct Outcome {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Place {
    fn new(variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").to_string_lossy().into_owned();
        let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
        let fixed = [
            ("APP_PROFILE", "test"),
            ("APP_CONFIG_DIR", config),
            ("APP__DATA__DIR", &data),
            ("APP__LOG__FILTER", "info"),
        ];
        let variables = fixed.iter().chain(variables);
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { folder, variables }
    }

    fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join("data").join(name)
    }

    fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.data(name)).unwrap().permissions().mode() & 0o777
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_app"));
        let arguments = line.split(' ').filter(|argument| !argument.is_empty());
        command
            .args(arguments)
            .env_clear()
            .envs(self.variables.iter().cloned())
            .current_dir(self.folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    fn run(&self, line: &str, input: &str) -> Outcome {
        let mut child = self.command(line).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Outcome { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Starts a server and waits until it says that it is open.
    fn serve(&self) -> Server {
        let mut child = self.command("").spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "it ended instead of opening:\n{said}");
            said += &line;
            if line.contains("the shop is open") {
                break line.split("address=").nth(1).unwrap().split(' ').next().unwrap().to_owned();
            }
        };
        Server { child, log, said, address }
    }
}

/// A server of the test's own; it is killed where the test does not stop it.
struct Server {
    child: Child,
    log: BufReader<ChildStderr>,
    said: String,
    address: String,
}

impl Server {
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sends a signal, waits for the end, and returns all that it said.
    fn end(mut self, signal: &str) -> Outcome {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let (mut out, mut err) = (String::new(), std::mem::take(&mut self.said));
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        self.log.read_to_string(&mut err).unwrap();
        Outcome { code, out, err }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
