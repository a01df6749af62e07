//! A real mail server takes the messages, or does not.

use crate::{is_the_letter, letter, sender};
use backends::Smtp;
use domain::mail::{Letter, MailError, Mailer};
use mail::SmtpMailer;

fn mailer(url: &str) -> SmtpMailer {
    SmtpMailer::new(url, sender()).unwrap()
}

async fn refusal(url: &str, to: &str) -> MailError {
    mailer(url).send(&letter(to)).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_arrives_as_it_was_written() {
    let server = Smtp::start();
    mailer(server.url()).send(&letter("ada@example.org")).await.unwrap();
    let mail = server.next();
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("shop@example.org", "ada@example.org"));
    is_the_letter(&mail.text, "ada@example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_beyond_ascii_are_written_as_servers_read_them() {
    let server = Smtp::start();
    mailer(server.url()).send(&letter("ada@bücher.example")).await.unwrap();
    let mail = server.next();
    assert_eq!(mail.to, "ada@xn--bcher-kva.example");
    is_the_letter(&mail.text, "ada@xn--bcher-kva.example");
    mailer(server.url()).send(&letter("jürgen@bücher.example")).await.unwrap();
    assert_eq!(server.next().to, "jürgen@xn--bcher-kva.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn text_beyond_ascii_is_encoded() {
    let server = Smtp::start();
    let letter =
        Letter { text: "Kind regards, or as Ada says: Grüße\n".to_owned(), ..letter("ada@example.org") };
    mailer(server.url()).send(&letter).await.unwrap();
    let text = server.next().text;
    assert!(text.is_ascii() && text.contains("Gr=C3=BC=C3=9Fe"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_answers_is_told_without_the_address() {
    let server = Smtp::start();
    let (unknown, busy) =
        (refusal(server.url(), "unknown@example.org").await, refusal(server.url(), "busy@example.org").await);
    assert_eq!(unknown, MailError::Refused("the server answered 550".to_owned()));
    assert_eq!(busy, MailError::Unavailable("the server answered 451".to_owned()));
    assert_eq!(server.rest().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_a_password_is_told_it() {
    let server = Smtp::start_asking_for_password();
    mailer(server.url()).send(&letter("ada@example.org")).await.unwrap();
    assert_eq!(server.next().to, "ada@example.org");
    let wrong = server.url().replace("hunter2", "hunter3");
    let refused = refusal(&wrong, "ada@example.org").await;
    assert_eq!(refused, MailError::Refused("the server answered 535".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_tls_is_asked_for_nothing_is_told_without_it() {
    let server = Smtp::start_asking_for_password();
    let refused = refusal(&format!("{}?tls=required", server.url()), "ada@example.org").await;
    assert!(refused.to_string().contains("STARTTLS"), "{refused}");
    assert_eq!(server.rest().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let server = Smtp::start_tls();
    let refused = refusal(server.url(), "ada@example.org").await;
    assert!(matches!(refused, MailError::Unavailable(_)), "{refused}");
    assert!(
        refused.to_string().contains("certificate") && !refused.to_string().contains("hunter2"),
        "{refused}"
    );
    assert_eq!(server.rest().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_may_come_back() {
    let server = Smtp::start();
    let url = server.url().to_owned();
    drop(server);
    assert!(matches!(refusal(&url, "ada@example.org").await, MailError::Unavailable(_)));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = refusal(&format!("smtp://{}", silent.local_addr().unwrap()), "ada@example.org").await;
    assert_eq!(refused, MailError::Unavailable("it took more than 30s".to_owned()));
}

#[test]
fn an_address_that_is_no_mail_servers_is_refused_without_its_password() {
    for url in ["http://shop:hunter2@mail", "smtp://shop:hunter2@mail?tls=perhaps", "hunter2"] {
        let refusal = SmtpMailer::new(url, sender()).err().unwrap().to_string();
        assert!(!refusal.contains("hunter2"), "{refusal}");
    }
}
