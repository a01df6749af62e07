//! A Redis server of its own for each test that wants one, to be killed, paused and brought back.

use crate::server::{Recipe, Server, folder_with, on_free_port, printed_by};
use std::process::Command;

/// A Redis server that keeps nothing on disk. Dropping it stops it.
pub struct Redis {
    server: Option<Server>,
    port: u16,
    url: String,
}

impl Redis {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When `redis-server` or `redis-cli` is missing, or does not start.
    #[must_use]
    pub fn start() -> Self {
        assert!(
            folder_with(&["redis-server", "redis-cli"], Vec::new()).is_some(),
            "these tests need redis-server and redis-cli: `apt-get install redis-server`, or run scripts/test"
        );
        let (server, port) = on_free_port(serve);
        Self { server: Some(server), port, url: format!("redis://127.0.0.1:{port}") }
    }

    /// Returns `redis://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends the server at once; its data is gone.
    pub fn kill(&mut self) {
        self.server = None;
    }

    /// Starts an empty server on the same port, after ending the one that runs.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&mut self) {
        self.kill();
        let server = serve(self.port).unwrap_or_else(|printed| panic!("Redis is not back:\n{printed}"));
        self.server = Some(server);
    }

    /// Stops the server from answering, with its connections open, until [`Redis::resume`].
    ///
    /// # Panics
    /// When it was killed.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Lets a paused server go on.
    ///
    /// # Panics
    /// When it was killed.
    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Runs a command through `redis-cli` and returns what it printed, one line for each element.
    ///
    /// # Panics
    /// When the server is not there, or refuses the command.
    #[must_use]
    pub fn cli(&self, command: &[&str]) -> String {
        let port = self.port.to_string();
        printed_by(Command::new("redis-cli").args(["-e", "-p", &port]).args(command), "")
            .unwrap_or_else(|error| panic!("{error}"))
    }

    fn signal(&self, name: &str) {
        self.server.as_ref().expect("only a server that runs can be signalled").signal(name);
    }
}

fn serve(port: u16) -> Result<Server, String> {
    let port = port.to_string();
    let options = ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    Server::start(&Recipe {
        user: None,
        preparation: "",
        command: &[["redis-server"].as_slice(), &options].concat(),
        ready: "Ready to accept connections",
        signal: "KILL", // also ends a server that is paused
    })
}
