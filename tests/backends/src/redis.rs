//! A Redis server of its own for each test that wants one, to be killed, paused and brought back.

use crate::certificates::Certificates;
use crate::server::{Recipe, Server, folder_with, on_free_port, printed_by};
use std::process::Command;

/// The password of every server that has one: characters that a URL escapes, and none that a shell would need to.
const PASSWORD: &str = "hunter2/of@redis";
const PASSWORD_IN_URL: &str = "hunter2%2Fof%40redis";

/// A Redis server that keeps nothing on disk. Dropping it stops it.
pub struct Redis {
    server: Option<Server>,
    port: u16,
    url: String,
    /// Those of a server that speaks TLS and asks for a password.
    certificates: Option<Certificates>,
}

impl Redis {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When `redis-server` or `redis-cli` is missing, or does not start.
    #[must_use]
    pub fn start() -> Self {
        let (server, port) = on_free_port(|port| serve(port, None));
        Self { server: Some(server), port, url: format!("redis://127.0.0.1:{port}"), certificates: None }
    }

    /// Starts a server that speaks TLS alone and asks for a password. [`Redis::authority`] is who vouches for it.
    ///
    /// # Panics
    /// When `redis-server` or `redis-cli` is missing, was built without TLS, or does not start.
    #[must_use]
    pub fn start_tls() -> Self {
        let certificates = Some(Certificates::issue());
        let (server, port) = on_free_port(|port| serve(port, certificates.as_ref()));
        let url = format!("rediss://:{PASSWORD_IN_URL}@127.0.0.1:{port}");
        Self { server: Some(server), port, url, certificates }
    }

    /// Returns the certificate, as PEM, of the authority that signed this server's own, where it has one.
    pub fn authority(&self) -> Option<&str> {
        self.certificates.as_ref().map(|certificates| certificates.authority.as_str())
    }

    /// Returns `redis://127.0.0.1:PORT`, or `rediss://:PASSWORD@127.0.0.1:PORT`.
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
        let server = serve(self.port, self.certificates.as_ref());
        self.server = Some(server.unwrap_or_else(|printed| panic!("Redis is not back:\n{printed}")));
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
        let mut cli = Command::new("redis-cli");
        cli.args(["-e", "-p", &port]);
        if self.certificates.is_some() {
            cli.args(["--tls", "--insecure"]).env("REDISCLI_AUTH", PASSWORD);
        }
        printed_by(cli.args(command), "").unwrap_or_else(|error| panic!("{error}"))
    }

    fn signal(&self, name: &str) {
        self.server.as_ref().expect("only a server that runs can be signalled").signal(name);
    }
}

fn serve(port: u16, certificates: Option<&Certificates>) -> Result<Server, String> {
    assert!(
        folder_with(&["redis-server", "redis-cli"], Vec::new()).is_some(),
        "these tests need redis-server and redis-cli: `apt-get install redis-server`, or run scripts/test"
    );
    let port = port.to_string();
    let mut command = vec!["redis-server", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    let mut preparation = String::new();
    if let Some(Certificates { authority, server, key }) = certificates {
        preparation = format!("echo '{authority}' >ca; echo '{server}' >server; echo '{key}' >key");
        command.extend([
            "--port",
            "0",
            "--tls-port",
            &port,
            "--tls-auth-clients",
            "no",
            "--requirepass",
            PASSWORD,
        ]);
        command.extend(["--tls-ca-cert-file", "ca", "--tls-cert-file", "server", "--tls-key-file", "key"]);
    } else {
        command.extend(["--port", &port]);
    }
    Server::start(&Recipe {
        user: None,
        preparation: &preparation,
        command: &command,
        ready: "Ready to accept connections",
        signal: "KILL", // also ends a server that is paused
    })
}
