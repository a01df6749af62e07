//! What a receiver sees of a webhook, and what is told of receivers that are not what they should be.

use async_trait::async_trait;
use backends::Redis;
use domain::SystemClock;
use domain::webhook::{Outcome, TargetUrl};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{io, sync::Arc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use webhooks::{Courier, HttpCourier, Lookup, Reach, Sendable, SystemLookup, Targets};

fn courier(reach: Reach) -> HttpCourier {
    let targets = Targets::new(reach, Arc::new(SystemLookup));
    HttpCourier::new(targets, Arc::new(SystemClock)).unwrap()
}

fn webhook(url: &str) -> Sendable {
    Sendable {
        url: TargetUrl::parse(url).unwrap(),
        id: "msg_1".to_owned(),
        timestamp: 1_780_315_200,
        signature: "v1,c2lnbmVk".to_owned(),
        body: br#"{"a":1}"#.to_vec(),
    }
}

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// Answers one request with these bytes and keeps the connection open; returns the request.
async fn answering(listener: TcpListener, answer: &'static str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = vec![0; 4096];
    let mut length = 0;
    while !request[..length].ends_with(br#"{"a":1}"#) {
        length += stream.read(&mut request[length..]).await.unwrap();
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    let rest = stream.read(&mut [0; 1]).await;
    assert!(matches!(rest, Ok(0) | Err(_)), "the courier hangs up");
    String::from_utf8(request[..length].to_vec()).unwrap()
}

fn unanswered(outcome: Outcome) -> String {
    let Outcome::Unanswered(reason) = outcome else { panic!("{outcome:?}") };
    assert!(!reason.contains("T0KEN"), "{reason}");
    reason
}

#[tokio::test]
async fn a_webhook_is_one_post_with_the_headers_of_the_standard() {
    let (listener, port) = listener().await;
    let receiver = tokio::spawn(answering(listener, "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"));
    let courier = courier(Reach::Anywhere);
    let outcome = courier.send(webhook(&format!("http://localhost:{port}/hooks?a=b"))).await;
    assert_eq!(outcome, Outcome::Answered { status: 202, retry_after: None });
    drop(courier);
    let request = receiver.await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /hooks?a=b HTTP/1.1"));
    let lines: Vec<_> = lines.collect();
    for field in [
        "webhook-id: msg_1",
        "webhook-timestamp: 1780315200",
        "webhook-signature: v1,c2lnbmVk",
        "content-type: application/json",
        "content-length: 7",
    ] {
        assert!(lines.contains(&field), "no {field} in {request}");
    }
    assert!(lines.iter().any(|line| line.starts_with("user-agent: Tradepost-Webhooks/")), "{request}");
    assert_eq!(body, r#"{"a":1}"#);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let (elsewhere, there) = listener().await;
    let (listener, port) = listener().await;
    let answer =
        format!("HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:{there}/\r\ncontent-length: 0\r\n\r\n");
    let receiver = tokio::spawn(answering(listener, answer.leak()));
    let courier = courier(Reach::Anywhere);
    let outcome = courier.send(webhook(&format!("http://127.0.0.1:{port}/"))).await;
    assert_eq!(outcome, Outcome::Answered { status: 307, retry_after: None });
    drop(courier);
    receiver.await.unwrap();
    assert!(nobody_came(&elsewhere).await);
}

/// Tells whether nobody has connected: the next who does is the test itself.
async fn nobody_came(listener: &TcpListener) -> bool {
    let mine = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    listener.accept().await.unwrap().1 == mine.local_addr().unwrap()
}

#[tokio::test]
async fn only_the_head_of_an_answer_is_waited_for() {
    let (listener, port) = listener().await;
    let answer = "HTTP/1.1 503 Busy\r\nretry-after: 90\r\ncontent-length: 1000000\r\n\r\nand so on";
    let receiver = tokio::spawn(answering(listener, answer));
    let outcome = courier(Reach::Anywhere).send(webhook(&format!("http://127.0.0.1:{port}/"))).await;
    assert_eq!(outcome, Outcome::Answered { status: 503, retry_after: Some(chrono::TimeDelta::seconds(90)) });
    receiver.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_does_not_answer_is_waited_for_for_ten_seconds() {
    let (listener, port) = listener().await;
    let begun = tokio::time::Instant::now();
    let url = format!("http://127.0.0.1:{port}/T0KEN");
    let reason = unanswered(courier(Reach::Anywhere).send(webhook(&url)).await);
    assert_eq!(reason, "no answer within 10 seconds");
    assert_eq!(begun.elapsed().as_secs(), 10);
    drop(listener);
}

#[tokio::test]
async fn nobody_is_told_anything_who_is_not_who_the_address_says() {
    let server = Redis::start_tls();
    let port = server.url().rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    let url = format!("https://127.0.0.1:{port}/T0KEN");
    let reason = unanswered(courier(Reach::Anywhere).send(webhook(&url)).await);
    assert!(reason.contains("certificate"), "{reason}");
}

#[tokio::test]
async fn why_nobody_answers_is_told() {
    let (listener, port) = listener().await;
    drop(listener);
    let courier = courier(Reach::Anywhere);
    let refused = unanswered(courier.send(webhook(&format!("http://127.0.0.1:{port}/T0KEN"))).await);
    assert!(refused.contains("refused"), "{refused}");
    let unknown = unanswered(courier.send(webhook("http://nowhere.invalid/T0KEN")).await);
    assert!(!unknown.is_empty());
}

#[tokio::test]
async fn nothing_is_sent_into_a_private_network() {
    let (listener, port) = listener().await;
    let courier = courier(Reach::Public);
    for host in ["127.0.0.1", "2130706433", "127.1", "[::ffff:127.0.0.1]", "localhost"] {
        let reason = unanswered(courier.send(webhook(&format!("https://{host}:{port}/T0KEN"))).await);
        assert!(reason.contains("private"), "{host}: {reason}");
    }
    let reason = unanswered(courier.send(webhook(&format!("http://localhost:{port}/T0KEN"))).await);
    assert!(reason.contains("https"), "{reason}");
    assert!(nobody_came(&listener).await);
}

/// A name that says one thing to who checks it and another to who connects.
#[derive(Default)]
struct Rebinding(AtomicBool);

#[async_trait]
impl Lookup for Rebinding {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let checked = self.0.swap(true, Ordering::Relaxed);
        Ok(vec![if checked { [127, 0, 0, 1] } else { [93, 184, 216, 34] }.into()])
    }
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let (listener, port) = listener().await;
    let targets = Targets::new(Reach::Public, Arc::new(Rebinding::default()));
    let courier = HttpCourier::new(targets.clone(), Arc::new(SystemClock)).unwrap();
    let url = format!("https://rebinding.example:{port}/T0KEN");
    let accepted = domain::webhook::TargetPolicy::check(&targets, &TargetUrl::parse(&url).unwrap()).await;
    assert_eq!(accepted, Ok(()), "it was public when staff named it");
    let reason = unanswered(courier.send(webhook(&url)).await);
    assert!(reason.contains("private"), "{reason}");
    assert!(nobody_came(&listener).await);
}
