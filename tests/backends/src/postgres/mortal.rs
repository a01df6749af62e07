//! A PostgreSQL server that is killed and comes back with what it had committed.

use super::{OPTIONS, initdb, programs, user};
use crate::server::{Recipe, Server, on_free_port, printed_by};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Keeps the folder of the data while servers come and go. Told to end, it waits for the one that still runs there.
const KEEPER: &str = r#"
sleep infinity & idle=$!
trap 'kill "$idle"; while kill -0 "$(head -n 1 data/postmaster.pid)"; do sleep 0.1; done 2>/dev/null' TERM
echo "kept in $PWD"
wait "$idle"
"#;

/// A server of one test's own. Dropping it stops it and removes its data.
///
/// It does without `fsync`, as all do: what a killed process had written is the system's to keep.
pub struct MortalPostgres {
    server: Option<Server>,
    folder: String,
    programs: PathBuf,
    port: u16,
    url: String,
    /// Goes last.
    _keeper: Server,
}

impl MortalPostgres {
    /// Starts a server with an empty database.
    ///
    /// # Panics
    /// When PostgreSQL's programs are missing, or the server does not start.
    #[must_use]
    pub fn start() -> Self {
        let programs = programs();
        let keeper = keep(&programs).unwrap_or_else(|printed| panic!("there is no data:\n{printed}"));
        let folder = keeper.welcome().trim_start_matches("kept in ").to_owned();
        let (server, port) = on_free_port(|port| serve(&programs, &folder, port));
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        Self { server: Some(server), folder, programs, port, url, _keeper: keeper }
    }

    /// Returns where its database is: `postgres://postgres@127.0.0.1:PORT/postgres`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs SQL and returns what `psql` printed: one line for each row, columns between bars.
    ///
    /// # Errors
    /// What it complained about, when the server is not there or refuses.
    pub fn query(&self, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.programs.join("psql"));
        printed_by(psql.args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", &self.url]), sql)
    }

    /// Ends the server and its sessions with SIGKILL.
    pub fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// Starts the server on the same port and the same data, after killing the one that runs.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&mut self) {
        self.kill();
        let server = serve(&self.programs, &self.folder, self.port);
        self.server = Some(server.unwrap_or_else(|printed| panic!("PostgreSQL is not back:\n{printed}")));
    }
}

fn keep(programs: &Path) -> Result<Server, String> {
    Server::start(&Recipe {
        user: user()?,
        preparation: &initdb(programs),
        command: &["sh", "-c", KEEPER],
        ready: "kept in ",
        signal: "TERM",
    })
}

fn serve(programs: &Path, folder: &str, port: u16) -> Result<Server, String> {
    let (postgres, data) = (format!("{}/postgres", programs.display()), format!("{folder}/data"));
    Server::start(&Recipe {
        user: user()?,
        preparation: "",
        command: &[[&postgres, "-D", &data, "-p", &port.to_string()].as_slice(), &OPTIONS].concat(),
        ready: "ready to accept connections",
        signal: "QUIT",
    })
}
