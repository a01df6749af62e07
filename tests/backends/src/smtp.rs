//! A mail server (aiosmtpd) that hands what it takes to its test, as it comes in.

use crate::certificates::Certificates;
use crate::server::{Recipe, Server, on_free_port};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{env, io, thread};

/// Far more than a message takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);
const PROGRAM: &str = include_str!("smtp.py");
const USER: &str = "shop";
/// Characters that a URL escapes.
const PASSWORD: &str = "hunter2/of@smtp";
const PASSWORD_IN_URL: &str = "hunter2%2Fof%40smtp";

/// A mail server on a free port of 127.0.0.1. It knows nobody called `unknown`, and never has time for `busy`. Dropping it
/// stops it.
pub struct Smtp {
    _server: Server,
    port: u16,
    url: String,
    mail: Mutex<Receiver<Mail>>,
}

/// A message that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Who sent it, as the server was told.
    pub from: String,
    /// Who is to get it, as the server was told.
    pub to: String,
    /// Its header and its body, as they came.
    pub text: String,
}

impl Smtp {
    /// Starts a server that takes messages from everybody.
    ///
    /// # Panics
    /// When aiosmtpd is missing, or does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::with(&[], |port| format!("smtp://127.0.0.1:{port}"))
    }

    /// Starts a server that asks for a password.
    ///
    /// # Panics
    /// As [`Smtp::start`].
    #[must_use]
    pub fn start_asking_for_password() -> Self {
        let url = |port| format!("smtp://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{port}");
        Self::with(&[USER, PASSWORD], url)
    }

    /// Starts a server that speaks TLS, with the certificate of an authority that nobody trusts.
    ///
    /// # Panics
    /// As [`Smtp::start`].
    #[must_use]
    pub fn start_tls() -> Self {
        let Certificates { server, key, .. } = Certificates::issue();
        let url = |port| format!("smtps://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{port}");
        Self::with(&[&server, &key], url)
    }

    fn with(more: &[&str], url: impl FnOnce(u16) -> String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let test_port = listener.local_addr().expect("a listener has an address").port().to_string();
        let python = python();
        assert!(python.is_file(), "these tests need {}: run scripts/need smtp", python.display());
        let python = python.display().to_string();
        let (server, port) = on_free_port(|port| {
            let port = port.to_string();
            let mut command = vec![python.as_str(), "-c", PROGRAM, &port, &test_port];
            command.extend(more);
            let recipe =
                Recipe { user: None, preparation: "", command: &command, ready: "ready", signal: "KILL" };
            Server::start(&recipe)
        });
        let (sender, mail) = channel();
        thread::spawn(move || -> io::Result<()> {
            // A server that did not get its port may have come first; what it left ends at once.
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream?);
                while let Some(message) = read(&mut stream)? {
                    let _ = sender.send(message); // whoever dropped the server wants no more
                }
            }
            Ok(())
        });
        Self { _server: server, port, url: url(port), mail: Mutex::new(mail) }
    }

    /// Returns where it is: `smtp://127.0.0.1:PORT`, with a user and a password where it asks for them.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the next message; it blocks.
    ///
    /// # Panics
    /// When none comes for half a minute.
    pub fn next(&self) -> Mail {
        let mail = self.mail.lock().expect("nobody else waits");
        mail.recv_timeout(PATIENCE).expect("a message comes in time")
    }

    /// Returns what has come and was not asked for.
    ///
    /// # Panics
    /// When somebody who waited for a message broke down.
    pub fn rest(&self) -> Vec<Mail> {
        self.mail.lock().expect("nobody else waits").try_iter().collect()
    }
}

/// Reads one message; `None` when the server has gone.
fn read(stream: &mut impl BufRead) -> io::Result<Option<Mail>> {
    let mut head = String::new();
    if stream.read_line(&mut head)? == 0 {
        return Ok(None);
    }
    let mut words = head.split_whitespace();
    let mut word = || words.next().unwrap_or_default().to_owned();
    let (from, to, length) = (word(), word(), word().parse().map_err(io::Error::other)?);
    let mut text = String::new();
    stream.take(length).read_to_string(&mut text)?;
    Ok(Some(Mail { from, to, text }))
}

/// Returns the Python that `scripts/need smtp` installs, with aiosmtpd.
fn python() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache");
    let cache = env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
    cache.join("tradepost/tools/smtp/bin/python")
}
