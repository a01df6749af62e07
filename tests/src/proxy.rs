//! A TCP proxy in front of Redis or PostgreSQL, for faults of the network that only some of the instances see. It knows
//! bytes and connections, nothing of what they say.

use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// A proxy on a port of its own. Dropping it closes the port and every connection. It starts as one that passes.
pub struct Proxy {
    address: SocketAddr,
    state: watch::Sender<State>,
    accepting: JoinHandle<()>,
}

#[derive(Clone, Copy)]
struct State {
    mode: Mode,
    /// Connections that were made before the last of these are closed.
    cuts: u64,
}

#[derive(Clone, Copy)]
enum Mode {
    Pass,
    Delay(Duration),
    Hold,
    Refuse,
}

impl Proxy {
    /// Listens on 127.0.0.1 for connections to this address, `HOST:PORT` with or without a scheme.
    pub async fn to(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let upstream = address.rsplit('/').next().unwrap_or(address).to_owned();
        let (state, seen) = watch::channel(State { mode: Mode::Pass, cuts: 0 });
        let address = listener.local_addr().expect("a listener has an address");
        Self { address, state, accepting: tokio::spawn(accept(listener, upstream, seen)) }
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns `redis://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Passes bytes on at once, those that were kept too.
    pub fn pass(&self) {
        self.turn(Mode::Pass);
    }

    /// Passes bytes on when at least this long has passed, in each direction.
    pub fn delay(&self, by: Duration) {
        self.turn(Mode::Delay(by));
    }

    /// Keeps bytes of both directions, in order, with the connections open. What a client sent before it hung up is still
    /// delivered when they pass again.
    pub fn hold(&self) {
        self.turn(Mode::Hold);
    }

    /// Cuts every connection, and closes new ones at once.
    pub fn refuse(&self) {
        self.state.send_modify(|state| *state = State { mode: Mode::Refuse, cuts: state.cuts + 1 });
    }

    /// Cuts every connection there is; what it had kept is lost.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.cuts += 1);
    }

    fn turn(&self, mode: Mode) {
        self.state.send_modify(|state| state.mode = mode);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, upstream: String, state: watch::Receiver<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { continue };
                let State { mode, cuts } = *state.borrow();
                if !matches!(mode, Mode::Refuse) {
                    connections.spawn(carry(client, upstream.clone(), state.clone(), cuts));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Carries one connection until either side ends it, or the next cut. Its failures are what its sides see of it.
async fn carry(client: TcpStream, upstream: String, mut state: watch::Receiver<State>, cuts: u64) {
    let passing = pass_on(client, upstream, state.clone(), cuts);
    tokio::select! {
        _ = passing => {}
        _ = state.wait_for(|state| state.cuts > cuts) => {}
    }
}

async fn pass_on(
    client: TcpStream,
    upstream: String,
    state: watch::Receiver<State>,
    cuts: u64,
) -> io::Result<()> {
    let server = TcpStream::connect(upstream).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (there, back) = (state.clone(), state);
    tokio::try_join!(copy(from_client, to_server, there, cuts), copy(from_server, to_client, back, cuts))
        .map(drop)
}

async fn copy(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut state: watch::Receiver<State>,
    cuts: u64,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut bytes).await?;
        let free = |state: &State| state.cuts > cuts || !matches!(state.mode, Mode::Hold);
        let now = state.wait_for(free).await.map(|state| *state);
        match now {
            // What is refused next is cut at the same moment; nothing that was kept may slip through in between.
            Ok(now) if now.cuts > cuts => return Ok(()),
            Ok(State { mode: Mode::Delay(by), .. }) => tokio::time::sleep(by).await,
            Ok(_) => {}
            Err(_) => return Ok(()),
        }
        if count == 0 {
            return to.shutdown().await;
        }
        to.write_all(&bytes[..count]).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, timeout};

    /// A server that sends back what it gets, and a client of it through a proxy.
    async fn echo() -> (Proxy, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (mut from, mut to) = stream.into_split();
                tokio::spawn(async move { tokio::io::copy(&mut from, &mut to).await });
            }
        });
        let proxy = Proxy::to(&address).await;
        let client = TcpStream::connect(proxy.address).await.unwrap();
        (proxy, client)
    }

    async fn send(client: &mut TcpStream, text: &str) -> Duration {
        let since = Instant::now();
        client.write_all(text.as_bytes()).await.unwrap();
        let mut back = vec![0; text.len()];
        client.read_exact(&mut back).await.unwrap();
        assert_eq!(back, text.as_bytes());
        since.elapsed()
    }

    #[tokio::test]
    async fn bytes_pass_late_where_they_are_delayed() {
        let (proxy, mut client) = echo().await;
        send(&mut client, "at once").await;
        proxy.delay(Duration::from_millis(30));
        assert!(send(&mut client, "later").await >= Duration::from_millis(60), "30 ms in each direction");
        proxy.pass();
        send(&mut client, "at once again").await;
    }

    #[tokio::test]
    async fn what_is_held_arrives_when_it_passes_again() {
        let (proxy, mut client) = echo().await;
        proxy.hold();
        assert!(timeout(Duration::from_millis(50), send(&mut client, "kept")).await.is_err());
        proxy.pass();
        let mut back = [0; 4];
        client.read_exact(&mut back).await.unwrap();
        assert_eq!(&back, b"kept");
    }

    #[tokio::test]
    async fn what_is_held_is_lost_when_it_is_cut() {
        let (proxy, mut client) = echo().await;
        proxy.hold();
        assert!(timeout(Duration::from_millis(50), send(&mut client, "kept")).await.is_err());
        proxy.refuse();
        assert_eq!(client.read(&mut [0; 4]).await.unwrap_or_default(), 0);
    }

    #[tokio::test]
    async fn a_refusal_ends_old_connections_and_new_ones_until_it_passes_again() {
        let (proxy, mut client) = echo().await;
        send(&mut client, "before").await;
        proxy.refuse();
        assert_eq!(client.read(&mut [0; 1]).await.unwrap_or_default(), 0);
        let mut refused = TcpStream::connect(proxy.address).await.unwrap();
        assert_eq!(refused.read(&mut [0; 1]).await.unwrap_or_default(), 0);
        proxy.pass();
        send(&mut TcpStream::connect(proxy.address).await.unwrap(), "after").await;
    }

    #[tokio::test]
    async fn a_cut_ends_old_connections_alone() {
        let (proxy, mut client) = echo().await;
        send(&mut client, "before").await;
        proxy.cut();
        assert_eq!(client.read(&mut [0; 1]).await.unwrap_or_default(), 0);
        send(&mut TcpStream::connect(proxy.address).await.unwrap(), "after").await;
    }
}
