//! A line to a server that is listened to: it counts how often a word was said to the server, and keeps the server's answers
//! back for as long as a test wants, so that what happens in between can be told without looking at a clock.

use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch::{Receiver, Sender, channel},
    task::{JoinHandle, JoinSet},
};

/// Decides by how often the word was said whether answers pass.
type Rule = fn(usize) -> bool;

/// A line on a port of its own. Dropping it ends every connection.
pub struct Tap {
    address: SocketAddr,
    state: Sender<State>,
    accepting: JoinHandle<()>,
}

#[derive(Clone, Copy)]
struct State {
    said: usize,
    passes: Rule,
    cuts: usize,
}

impl Tap {
    /// Listens for connections to this server, `HOST:PORT`. The word must not be one that is cut in two on its way.
    pub async fn on(server: &str, word: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let (state, _) = channel(State { said: 0, passes: |_| true, cuts: 0 });
        let accepting = tokio::spawn(accept(listener, server.to_owned(), word, state.clone()));
        Self { address, state, accepting }
    }

    /// Returns `HOST:PORT`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Counts from nought, and lets answers pass only while the rule says so of what was counted.
    pub fn pass_while(&self, passes: Rule) {
        self.state.send_modify(|state| (state.said, state.passes) = (0, passes));
    }

    /// Returns how often the word was said since then.
    pub fn said(&self) -> usize {
        self.state.borrow().said
    }

    /// Ends every connection, with whatever was kept back, and lets answers pass.
    pub fn cut(&self) {
        self.state.send_modify(|state| (state.passes, state.cuts) = (|_| true, state.cuts + 1));
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, server: String, word: &'static str, state: Sender<State>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let (server, state) = (server.clone(), state.clone());
        // Its failures are what its two sides see of it.
        connections.spawn(async move { carry(client, &server, word, state).await.ok() });
    }
}

async fn carry(client: TcpStream, server: &str, word: &'static str, state: Sender<State>) -> io::Result<()> {
    let mut cut = state.subscribe();
    let cuts = cut.borrow().cuts;
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let answers = state.subscribe();
    tokio::select! {
        _ = cut.wait_for(|state| state.cuts > cuts) => Ok(()),
        ended = listen(from_client, to_server, word, state) => ended,
        ended = answer(from_server, to_client, answers, cuts) => ended,
    }
}

/// Counts before it passes on, so that no answer can be early.
async fn listen(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    word: &str,
    state: Sender<State>,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let length @ 1.. = from.read(&mut bytes).await? else { return Ok(()) };
        let said = bytes[..length].windows(word.len()).filter(|part| *part == word.as_bytes()).count();
        state.send_modify(|state| state.said += said);
        to.write_all(&bytes[..length]).await?;
    }
}

async fn answer(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: Receiver<State>,
    cuts: usize,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let length @ 1.. = from.read(&mut bytes).await? else { return Ok(()) };
        let decided = state.wait_for(|state| state.cuts > cuts || (state.passes)(state.said)).await;
        // Looked at in one step, so that nothing that was kept back slips through at the moment of the cut.
        if decided.map_or(true, |state| state.cuts > cuts) {
            return Ok(());
        }
        to.write_all(&bytes[..length]).await?;
    }
}
