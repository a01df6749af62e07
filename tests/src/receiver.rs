//! A program that webhooks are sent to: a small HTTP server that remembers what it was sent and behaves as a test says.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, JoinSet};

/// Far more than a webhook takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a webhook is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With this status and nothing else.
    Status(u16),
    /// By sending the shop elsewhere.
    Elsewhere(String),
    /// Not at all, while the connection stays open.
    Never,
}

/// A webhook that came in.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its body, as it came.
    pub body: Vec<u8>,
}

impl Received {
    /// Returns the header `webhook-id`.
    pub fn id(&self) -> &str {
        self.headers["webhook-id"].to_str().expect("an id is text")
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a webhook's body is JSON")
    }

    /// Returns the type of the event.
    pub fn kind(&self) -> String {
        self.json()["type"].as_str().expect("an event has a type").to_owned()
    }
}

/// A receiver on a port of its own. Dropping it ends every connection.
pub struct Receiver {
    port: u16,
    received: UnboundedReceiver<Received>,
    manners: Arc<Mutex<Reply>>,
    accepting: JoinHandle<()>,
}

impl Receiver {
    /// Opens a receiver that takes everything.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let port = listener.local_addr().expect("a listener has an address").port();
        let (sender, received) = unbounded_channel();
        let manners = Arc::new(Mutex::new(Reply::Status(204)));
        let accepting = tokio::spawn(accept(listener, sender, Arc::clone(&manners)));
        Self { port, received, manners, accepting }
    }

    /// Returns where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/webhooks", self.port)
    }

    /// Returns its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Answers like this from now on.
    pub fn replies(&self, reply: Reply) {
        *self.manners.lock().unwrap_or_else(PoisonError::into_inner) = reply;
    }

    /// Waits for the next webhook.
    pub async fn next(&mut self) -> Received {
        let next = tokio::time::timeout(PATIENCE, self.received.recv()).await;
        next.expect("a webhook comes in time").expect("the receiver is open")
    }

    /// Returns what has come and was not asked for.
    pub fn rest(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.received.try_recv().ok()).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, sender: UnboundedSender<Received>, manners: Arc<Mutex<Reply>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (sender, manners) = (sender.clone(), Arc::clone(&manners));
        // Its failures are what its two sides see of it.
        connections.spawn(async move { serve(stream, &sender, &manners).await.ok() });
    }
}

/// Reads one request and answers it.
async fn serve(
    stream: TcpStream,
    sender: &UnboundedSender<Received>,
    manners: &Mutex<Reply>,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut headers = HeaderMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        let name = name.parse::<HeaderName>().map_err(io::Error::other)?;
        headers.insert(name, value.parse::<HeaderValue>().map_err(io::Error::other)?);
    }
    let length = headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await?;
    let reply = manners.lock().unwrap_or_else(PoisonError::into_inner).clone();
    sender.send(Received { headers, body }).map_err(io::Error::other)?;
    let answer = match reply {
        Reply::Status(status) => format!("HTTP/1.1 {status} So\r\n"),
        Reply::Elsewhere(location) => format!("HTTP/1.1 307 Elsewhere\r\nlocation: {location}\r\n"),
        Reply::Never => return std::future::pending().await,
    };
    let answer = format!("{answer}content-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await
}
