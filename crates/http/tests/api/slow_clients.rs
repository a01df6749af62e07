//! Clients that take their time, on real sockets. The server of most tests holds one connection at once, so that the next
//! client is answered when the one before has lost its own, and not earlier; nothing here looks at a clock.

use crate::socket::{exchange, open_with};
use http_api::Patience;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_mins(10);
/// actix' own timer may be half a second early.
const HEADER: Duration = Duration::from_secs(1);
/// So long that a test which waits for it has failed.
const ENDLESS: Patience = Patience { header: LONG, exchange: LONG, rest: LONG, farewell: LONG };
const HEALTH: &[u8] = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// Connects, lets somebody misbehave, and asserts that the next client is answered all the same.
async fn outlast(patience: Patience, misbehave: impl FnOnce(&mut TcpStream) + Send + 'static) {
    let (address, handle) = open_with(patience, 1);
    let misbehaving = actix_web::rt::task::spawn_blocking(move || {
        let mut stream = connect(address);
        misbehave(&mut stream);
        stream
    });
    let stream = misbehaving.await.unwrap();
    let answer = exchange(address, HEALTH).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(stream);
    handle.stop(true).await;
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// Reads the answer to a request, with its body.
fn answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    let head = String::from_utf8(answer).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    head
}

/// Sends the same bytes again and again, a little later each time, until the server hangs up.
fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    while stream.write_all(bytes).is_ok() {
        match stream.read(&mut [0; 1024]) {
            Ok(0) => return,
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return,
            Ok(_) | Err(_) => {}
        }
    }
}

#[actix_web::test]
async fn who_connects_and_says_nothing_is_not_waited_for() {
    outlast(Patience { header: HEADER, ..ENDLESS }, |_| {}).await;
    outlast(Patience { exchange: SHORT, ..ENDLESS }, |_| {}).await;
}

#[actix_web::test]
async fn a_header_that_drips_is_cut_off() {
    let begun = b"GET /health/live HTTP/1.1\r\n";
    outlast(Patience { header: HEADER, ..ENDLESS }, |stream| {
        stream.write_all(begun).unwrap();
        drip(stream, b"X-A: b\r\n");
    })
    .await;
}

#[actix_web::test]
async fn a_later_header_that_drips_is_cut_off() {
    outlast(Patience { exchange: SHORT, ..ENDLESS }, |stream| {
        stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert!(answer(stream).starts_with("http/1.1 200"));
        stream.write_all(b"GET /health/live HTTP/1.1\r\n").unwrap();
        drip(stream, b"X-A: b\r\n");
    })
    .await;
}

#[actix_web::test]
async fn half_a_header_behind_a_whole_request_is_not_waited_for() {
    outlast(Patience { rest: SHORT, ..ENDLESS }, |stream| {
        stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /health").unwrap();
        assert!(answer(stream).starts_with("http/1.1 200"));
    })
    .await;
}

#[actix_web::test]
async fn a_body_that_drips_is_cut_off() {
    for begun in [
        &b"POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
            [..],
        b"POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        outlast(Patience { exchange: SHORT, ..ENDLESS }, move |stream| {
            stream.write_all(begun).unwrap();
            drip(stream, b"1\r\n \r\n");
        })
        .await;
    }
}

/// Requests that are answered before their body has come, because nobody reads it.
const UNREAD: [(&str, &str); 5] = [
    ("POST /api/v1/auth/signout", "401"),
    ("POST /nowhere", "404"),
    ("PUT /api/v1/products", "405"),
    ("GET /health/live", "200"),
    ("POST /api/v1/admin/webhooks", "401"),
];

#[actix_web::test]
async fn a_body_that_nobody_reads_is_not_waited_for() {
    for (request, status) in UNREAD {
        outlast(Patience { farewell: SHORT, ..ENDLESS }, move |stream| {
            let head = format!("{request} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            assert!(answer(stream).starts_with(&format!("http/1.1 {status}")), "{request}");
            drip(stream, b" ");
        })
        .await;
        outlast(Patience { exchange: SHORT, ..ENDLESS }, move |stream| {
            let head = format!("{request} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            assert!(answer(stream).starts_with(&format!("http/1.1 {status}")), "{request}");
            drip(stream, b"1\r\n \r\n");
        })
        .await;
    }
}

#[actix_web::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    for last in ["keep-alive", "close"] {
        outlast(Patience { exchange: SHORT, ..ENDLESS }, move |stream| {
            // More than all buffers on the way hold.
            let large = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(15);
            let end = format!("GET /openapi.json HTTP/1.1\r\nHost: x\r\nConnection: {last}\r\n\r\n");
            stream.write_all((large + &end).as_bytes()).unwrap();
        })
        .await;
    }
}

#[actix_web::test]
async fn a_connection_at_rest_is_given_up() {
    outlast(Patience { rest: SHORT, ..ENDLESS }, |stream| {
        stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert!(answer(stream).starts_with("http/1.1 200"));
    })
    .await;
}

#[actix_web::test]
async fn a_connection_whose_exchanges_are_short_lives_on() {
    let patience = Patience { header: LONG, exchange: SHORT, rest: LONG, farewell: LONG };
    let (address, handle) = open_with(patience, 1);
    actix_web::rt::task::spawn_blocking(move || {
        let (mut stream, since) = (connect(address), Instant::now());
        while since.elapsed() < SHORT * 3 {
            stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            assert!(answer(&mut stream).starts_with("http/1.1 200"));
        }
    })
    .await
    .unwrap();
    handle.stop(true).await;
}
