//! Messages as a mail server gets them, and as they lie in a folder.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod folder;
mod smtp;

use domain::account::EmailAddress;
use domain::mail::Letter;
use domain::testing::{CountingEntropy, FixedClock};
use mail::Sender;
use std::sync::Arc;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn sender() -> Sender {
    let (clock, entropy) = (Arc::new(FixedClock::default()), Arc::new(CountingEntropy::default()));
    Sender::new(address("shop@example.org"), clock, entropy)
}

fn letter(to: &str) -> Letter {
    let link = format!("https://shop.example/reset-password#token={}", "A".repeat(43));
    let text = format!("Hello,\n\n{link}\n.\n.hidden\nGood bye.\n");
    Letter { to: address(to), subject: "Choose a new password", text }
}

/// Asserts that this is the whole message, and that it is one that every mail server and reader understands.
fn is_the_letter(message: &str, to: &str) {
    let (header, body) = message.split_once("\r\n\r\n").unwrap();
    let fields: Vec<&str> = header.split("\r\n").collect();
    let names: Vec<&str> = fields.iter().map(|field| field.split(':').next().unwrap()).collect();
    let mut expected = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];
    expected.sort_unstable();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "{header}");
    for field in [
        "From: shop@example.org",
        &format!("To: {to}"),
        "Subject: Choose a new password",
        "Date: Mon, 01 Jun 2026 12:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 7bit",
    ] {
        assert!(fields.contains(&field), "no {field} in {header}");
    }
    let id = fields.iter().find_map(|field| field.strip_prefix("Message-ID: ")).unwrap();
    assert!(id.starts_with('<') && id.ends_with("@example.org>") && id.len() == 46, "{id}");
    assert_eq!(body.trim_end(), letter("ada@example.org").text.trim_end().replace('\n', "\r\n"));
}
