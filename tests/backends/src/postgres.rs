//! One PostgreSQL server for each test process, and a database of its own for each test; a server of its own for a test
//! that kills it.

mod mortal;

pub use mortal::MortalPostgres;

use crate::server::{Recipe, Server, folder_with, on_free_port, printed_by};
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

/// What PostgreSQL gives up for speed, and what it needs for many tests at once.
const OPTIONS: [&str; 10] = [
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    "unix_socket_directories=",
    "-c",
    "fsync=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "max_connections=200",
];

/// Makes a database under a name that no other process can have, and prints the name.
const CREATE: &str = r#"
select 'test_' || replace(gen_random_uuid()::text, '-', '') as name \gset
create database :"name";
\echo :name
"#;

/// A PostgreSQL server: a throw-away one, or the one that `TEST_POSTGRES_URL` names.
pub struct Postgres {
    url: String,
    psql: PathBuf,
    _server: Option<Server>,
}

impl Postgres {
    /// Returns the server of this test process; the first call starts it.
    ///
    /// # Panics
    /// When PostgreSQL's programs are missing, or the server does not start.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Postgres> = LazyLock::new(Postgres::start);
        &SHARED
    }

    /// Returns where it listens, without a database: `postgres://postgres@127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes an empty database under a fresh name.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    pub fn create_database(&'static self) -> TestDatabase {
        let name = self.psql("postgres", CREATE).unwrap_or_else(|error| panic!("{error}"));
        let url = format!("{}/{name}", self.url);
        TestDatabase { server: self, name, url }
    }

    fn start() -> Self {
        let programs = programs();
        let psql = programs.join("psql");
        #[expect(
            clippy::disallowed_methods,
            reason = "the test runner speaks to its tests through the environment"
        )]
        if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
            return Self { url: without_database(&url).to_owned(), psql, _server: None };
        }
        let (server, port) = on_free_port(|port| serve(&programs, port));
        Self { url: format!("postgres://postgres@127.0.0.1:{port}"), psql, _server: Some(server) }
    }

    /// Gives SQL to `psql` and returns what it printed, or why it failed.
    fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let url = format!("{}/{database}", self.url);
        printed_by(Command::new(&self.psql).args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", &url]), sql)
    }
}

/// A database of one test's own; it goes away with the value.
pub struct TestDatabase {
    server: &'static Postgres,
    name: String,
    url: String,
}

impl TestDatabase {
    /// Returns `postgres://postgres@127.0.0.1:PORT/NAME`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs SQL in the database and returns what `psql` printed: one line for each row, columns between bars.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    pub fn query(&self, sql: &str) -> String {
        self.server.psql(&self.name, sql).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Lets nobody read or write a table until the value is dropped.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    pub fn lock(&self, table: &str) -> TableLock {
        let mut psql = Command::new(&self.server.psql);
        let psql = psql.args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", &self.url]);
        let mut session = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("psql runs");
        let (mut input, output) = (session.stdin.take(), session.stdout.take());
        let script = format!("begin;\nlock table {table} in access exclusive mode;\n\\echo locked\n");
        let written = input.as_mut().map(|input| input.write_all(script.as_bytes()));
        assert!(matches!(written, Some(Ok(()))), "psql takes no input");
        let said = output.and_then(|output| BufReader::new(output).lines().next());
        assert!(matches!(said, Some(Ok(said)) if said == "locked"), "{table} cannot be locked");
        session.stdin = input;
        TableLock(session)
    }
}

/// A table that nobody else reads or writes.
pub struct TableLock(Child);

impl Drop for TableLock {
    /// Ends the session, and its transaction with it.
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        if let Err(error) = self.0.wait() {
            eprintln!("a session of psql cannot be awaited: {error}");
        }
    }
}

impl Drop for TestDatabase {
    /// Only saves space while other tests run: the server takes what is left along.
    fn drop(&mut self) {
        let sql = format!("drop database {} with (force)", self.name);
        if let Err(error) = self.server.psql("postgres", &sql) {
            eprintln!("a test database stays behind: {error}");
        }
    }
}

fn serve(programs: &Path, port: u16) -> Result<Server, String> {
    let (postgres, port) = (format!("{}/postgres", programs.display()), port.to_string());
    Server::start(&Recipe {
        user: user()?,
        preparation: &initdb(programs),
        command: &[[&postgres, "-D", "data", "-p", &port].as_slice(), &OPTIONS].concat(),
        ready: "ready to accept connections",
        signal: "QUIT", // at once, but shared memory is given back
    })
}

/// Returns the user to run as: PostgreSQL refuses to run as root.
fn user() -> Result<Option<&'static str>, String> {
    let root = printed_by(Command::new("id").arg("-u"), "")? == "0";
    Ok(root.then_some("postgres"))
}

/// Returns the command that fills `data`. The collation is a language's, as most installations have it: a query that forgets
/// COLLATE "C" shows.
fn initdb(programs: &Path) -> String {
    format!(
        "'{}/initdb' -D data -U postgres -A trust -E UTF8 --no-sync --locale=C.UTF-8 --locale-provider=icu \
         --icu-locale=en-US",
        programs.display()
    )
}

/// Returns the folder of PostgreSQL's programs; Debian keeps the server's out of `PATH`.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort_unstable();
    debian.reverse();
    folder_with(&["initdb", "postgres", "psql"], debian).unwrap_or_else(|| {
        panic!("these tests need PostgreSQL's programs: `apt-get install postgresql`, or run scripts/test")
    })
}

/// Cuts a URL before its path.
fn without_database(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    url[host..].find(['/', '?']).map_or(url, |path| &url[..host + path])
}
