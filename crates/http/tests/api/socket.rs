//! The real server on a real socket: what only the wire shows.

use crate::stubs::{Stub, services};
use actix_web::dev::ServerHandle;
use http_api::{Patience, ServerOptions};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

pub(crate) fn open() -> (SocketAddr, ServerHandle) {
    open_with(Patience::default(), 100)
}

/// Opens a server of one thread that holds so many connections.
pub(crate) fn open_with(patience: Patience, max_connections: usize) -> (SocketAddr, ServerHandle) {
    logs::record();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown_timeout = Duration::from_secs(1);
    let options = ServerOptions { workers: 1, max_connections, shutdown_timeout, patience };
    let server = http_api::serve(listener, services(&Stub::new(), Vec::new()), options).unwrap();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (address, handle)
}

/// Sends bytes that the server may not want to read to their end, and returns what comes back.
async fn exchange_or_hang_up(address: SocketAddr, request: String) -> String {
    actix_web::rt::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    })
    .await
    .unwrap()
}

/// Sends bytes and returns everything that comes back until the server hangs up.
pub(crate) async fn exchange(address: SocketAddr, request: impl AsRef<[u8]> + Send + 'static) -> String {
    actix_web::rt::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(request.as_ref()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    })
    .await
    .unwrap()
}

#[actix_web::test]
async fn head_has_the_length_of_the_body_and_no_body() {
    let (address, handle) = open();
    let answer =
        exchange(address, b"HEAD /api/v1/products/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && head.to_lowercase().contains("content-length: "), "{head}");
    assert!(!head.to_lowercase().contains("\r\nserver:"), "{head}");
    assert_eq!(body, "");
    handle.stop(true).await;
}

#[actix_web::test]
async fn a_body_that_is_announced_as_too_large_is_not_waited_for() {
    let (address, handle) = open();
    let request = b"POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                    Content-Type: application/json\r\nContent-Length: 65537\r\n\r\n";
    let answer = exchange(address, request).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("/problems/too-large"), "{answer}");
    handle.stop(true).await;
}

#[actix_web::test]
async fn what_is_not_http_is_refused_and_the_server_goes_on() {
    let (address, handle) = open();
    for nonsense in [
        &b"GET / HTTP/9.9\r\n\r\n"[..],
        b"\x00\x01\x02\r\n\r\n",
        b"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    ] {
        let answer = exchange(address, nonsense).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    let answer =
        exchange(address, b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    handle.stop(true).await;
}

#[actix_web::test]
async fn a_body_of_unknown_length_is_read_no_further_than_it_may_be_long() {
    let (address, handle) = open();
    let head = "POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("400\r\n{}\r\n", " ".repeat(0x400));
    let largest = format!("{head}{}0\r\n\r\n", chunk.repeat(64));
    let answer = exchange(address, largest).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let larger = format!("{head}{}1\r\n \r\n0\r\n\r\n", chunk.repeat(64));
    let answer = exchange(address, larger).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("/problems/too-large"), "{answer}");
    handle.stop(true).await;
}

#[actix_web::test]
async fn a_header_has_its_limits() {
    let (address, handle) = open();
    let get = |path: &str, fields: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{fields}\r\n")
    };
    let path = |length: usize| format!("/{}", "x".repeat(length - 1));
    let fields = |number| "X-A: b\r\n".repeat(number);
    let large = |length| format!("X-A: {}\r\n", "b".repeat(length));
    for (what, request, status) in [
        ("64 KiB of path", get(&path(65_534), ""), "404"),
        ("more than that", get(&path(65_535), ""), "400"),
        ("96 fields", get("/health/live", &fields(94)), "200"),
        ("97 fields", get("/health/live", &fields(95)), "431"),
        ("a large field", get("/health/live", &large(100_000)), "200"),
        ("a larger one", get("/health/live", &large(200_000)), "431"),
    ] {
        let answer = exchange_or_hang_up(address, request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{what}: {answer:.100}");
    }
    let answer = exchange(address, get("/health/live", "")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    handle.stop(true).await;
}
