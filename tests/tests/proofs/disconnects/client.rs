//! HTTP over a bare socket, which is reset when patience ends: a client library would close it politely, or not at all.

use serde_json::Value;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long somebody waits before they hang up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patience {
    /// Half of the request is sent.
    NotToTheEndOfTheRequest,
    /// The request is sent, and its answer awaited for so long.
    Of(Duration),
    /// The answer is awaited.
    Endless,
}

/// What a client knows in the end.
pub(crate) enum Outcome {
    /// Nothing.
    Abandoned,
    /// What the shop says.
    Answered { status: u16, body: Value },
}

/// Returns a question as it goes over the wire.
pub(crate) fn question(path: &str, token: &str) -> String {
    format!(
        "GET /api/v1{path} HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    )
}

/// Returns a request as it goes over the wire; without a token where it is empty.
pub(crate) fn request(path: &str, token: &str, body: &Value) -> String {
    let body = body.to_string();
    let bearer = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: shop\r\n{bearer}Content-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Sends a request, and waits as long as patience lasts.
pub(crate) async fn ask(address: &str, request: &str, patience: Patience) -> Outcome {
    let mut stream = TcpStream::connect(address).await.expect("the shop listens");
    stream.set_nodelay(true).expect("a socket has this option");
    // Whatever happens, closing it resets the connection; after a whole answer that reaches nobody.
    stream.set_zero_linger().expect("a socket has this option");
    let whole = request.as_bytes();
    let outcome = match patience {
        Patience::NotToTheEndOfTheRequest => stream.write_all(&whole[..whole.len() / 2]).await.map(|()| None),
        Patience::Of(time) => {
            tokio::time::timeout(time, exchange(&mut stream, whole)).await.unwrap_or(Ok(None))
        }
        Patience::Endless => exchange(&mut stream, whole).await,
    };
    let answer = outcome.unwrap_or_else(|error| panic!("the shop hung up: {error}"));
    answer.map_or(Outcome::Abandoned, |answer| understand(&answer))
}

async fn exchange(stream: &mut TcpStream, request: &[u8]) -> io::Result<Option<Vec<u8>>> {
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(Some(answer))
}

fn understand(answer: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let body = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    Outcome::Answered { status, body }
}
