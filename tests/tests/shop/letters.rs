//! Messages to people, through a real mail server: addresses are confirmed, and forgotten passwords replaced, once.

use backends::{Mail, Smtp};
use reqwest::Method;
use serde_json::{Value, json};
use system_tests::{Answer, PASSWORD, Person, Shop};

const NEW: &str = "a better password, twice";

/// What has a shop send its messages through this server.
fn settings(server: &Smtp) -> [(&'static str, String); 2] {
    [("APP__MAIL__URL", server.url().to_owned()), ("APP__MAIL__FROM", "shop@example.org".to_owned())]
}

/// Makes two tests of each story, as `on_both_pairs!` does, with a mail server beside the shop. A story takes every message out
/// that it has sent; a shop that closes sends what waits.
macro_rules! with_a_mail_server {
    ($($story:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                let server = backends::Smtp::start();
                let shop = system_tests::Shop::open_embedded_with(&super::settings(&server)).await;
                super::$story(&shop, &server).await;
                shop.close().await;
                assert_eq!(server.rest().len(), 0, "nobody was to be sent this");
            })*
        }

        mod server {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                let server = backends::Smtp::start();
                let shop = system_tests::Shop::open_server_with(&super::settings(&server)).await;
                super::$story(&shop, &server).await;
                shop.close().await;
                assert_eq!(server.rest().len(), 0, "nobody was to be sent this");
            })*
        }
    };
}

with_a_mail_server!(
    an_address_is_confirmed_once_by_the_token_of_its_message,
    a_forgotten_password_is_replaced_once_and_every_session_ends,
    nobody_learns_who_has_an_account,
    of_many_who_bring_one_token_one_is_served,
    nothing_of_a_token_is_kept,
    a_mailbox_that_is_not_there_fails_nobodys_request,
);

/// Returns the token of a message: its one line that is nothing else.
fn token_in(mail: &Mail) -> String {
    let line = mail.text.lines().find(|line| line.len() == 43 && !line.contains(' '));
    line.unwrap_or_else(|| panic!("no token in {}", mail.text)).to_owned()
}

async fn verify(person: &Person, token: &str) -> Answer {
    person.post("/auth/verify-email", &json!({ "token": token })).await
}

async fn reset(person: &Person, token: &str, password: &str) -> Answer {
    person.post("/auth/reset-password", &json!({ "token": token, "newPassword": password })).await
}

async fn forget(person: &Person, email: &str) -> Answer {
    person.post("/auth/forgot-password", &json!({ "email": email })).await.with_status(202)
}

async fn is_confirmed(person: &Person) -> Value {
    person.get("/me").await.ok().data()["emailVerified"].take()
}

/// Takes what comes next out of the mail server, and returns its token.
fn next_token(server: &Smtp, to: &str, subject: &str) -> String {
    let mail = server.next();
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("shop@example.org", to));
    assert!(mail.text.contains(&format!("Subject: {subject}\r\n")), "{}", mail.text);
    token_in(&mail)
}

const CONFIRM: &str = "Confirm your e-mail address";
const CHOOSE: &str = "Choose a new password";

async fn an_address_is_confirmed_once_by_the_token_of_its_message(shop: &Shop, server: &Smtp) {
    let alice = shop.customer("alice").await;
    let first = next_token(server, "alice@example.org", CONFIRM);
    assert_eq!(is_confirmed(&alice).await, false);
    let asked = alice.post_nothing("/me/verification").await.with_status(202);
    assert_eq!(asked.text(), "");
    let second = next_token(server, "alice@example.org", CONFIRM);
    let guest = shop.guest();
    verify(&guest, &first).await.problem("unusable-token");
    reset(&guest, &second, NEW).await.problem("unusable-token");
    verify(&guest, &second).await.no_content();
    assert_eq!(is_confirmed(&alice).await, true);
    let refusal = verify(&guest, &second).await.problem("unusable-token");
    assert_eq!(refusal["errors"][0]["pointer"], "/token");
    alice.post_nothing("/me/verification").await.no_content();
    guest.post_nothing("/me/verification").await.problem("authentication-required");
}

async fn a_forgotten_password_is_replaced_once_and_every_session_ends(shop: &Shop, server: &Smtp) {
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let laptop = shop.guest().sign_in("alice@example.org", PASSWORD).await;
    for _ in 0..2 {
        server.next(); // they signed up
    }
    let guest = shop.guest();
    forget(&guest, "ALICE@example.org").await;
    let void = next_token(server, "alice@example.org", CHOOSE);
    forget(&guest, "alice@example.org").await;
    let token = next_token(server, "alice@example.org", CHOOSE);

    reset(&guest, &void, NEW).await.problem("unusable-token");
    let weak = reset(&guest, &token, "short").await.problem("validation-failed");
    assert_eq!(weak["errors"][0]["pointer"], "/newPassword");
    alice.get("/me").await.ok();
    reset(&guest, &token, NEW).await.no_content();

    for ended in [&alice, &laptop] {
        ended.get("/me").await.problem("invalid-token");
    }
    bob.get("/me").await.ok();
    let old = json!({ "email": "alice@example.org", "password": PASSWORD });
    guest.post("/auth/signin", &old).await.problem("wrong-credentials");
    let again = guest.sign_in("alice@example.org", NEW).await;
    assert_eq!(is_confirmed(&again).await, true, "whoever read the message reads the address");
    reset(&guest, &token, "yet another password").await.problem("unusable-token");
    again.get("/me").await.ok();

    // A password that is changed in another way voids what was sent before.
    forget(&guest, "alice@example.org").await;
    let token = next_token(server, "alice@example.org", CHOOSE);
    let change = json!({ "currentPassword": NEW, "newPassword": "yet another password" });
    again.post("/me/password", &change).await.no_content();
    reset(&guest, &token, NEW).await.problem("unusable-token");
}

async fn nobody_learns_who_has_an_account(shop: &Shop, server: &Smtp) {
    let (alice, mallory) = (shop.customer("alice").await, shop.customer("mallory").await);
    for _ in 0..2 {
        server.next(); // they signed up
    }
    let staff = shop.staff().await;
    if shop.database() == "postgres" {
        server.next(); // they were hired there
    }
    staff.patch(&format!("/admin/users/{}", mallory.id()), &json!({ "disabled": true })).await.ok();
    let guest = shop.guest();
    let mut answers = Vec::new();
    for email in ["alice@example.org", "nobody@example.org", "mallory@example.org", "bob@bücher.example"] {
        let request = guest.request(Method::POST, "/auth/forgot-password").json(&json!({ "email": email }));
        let response = request.send().await.unwrap();
        let told = |name: &str| !["date", "x-request-id"].contains(&name);
        let mut headers: Vec<_> = response.headers().iter().filter(|(name, _)| told(name.as_str())).collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        let head = format!("{} {headers:?}", response.status());
        answers.push((head, response.text().await.unwrap()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.1.is_empty()), "{answers:#?}");
    next_token(server, "alice@example.org", CHOOSE);
    alice.get("/me").await.ok();
    guest.post("/auth/forgot-password", &json!({ "email": "nobody" })).await.problem("validation-failed");
}

async fn of_many_who_bring_one_token_one_is_served(shop: &Shop, server: &Smtp) {
    shop.customer("alice").await;
    let confirmation = next_token(server, "alice@example.org", CONFIRM);
    let guest = shop.guest();
    forget(&guest, "alice@example.org").await;
    let token = next_token(server, "alice@example.org", CHOOSE);
    let resets: Vec<_> = (0..10)
        .map(|number| {
            let (guest, token) = (guest.clone(), token.clone());
            tokio::spawn(async move { reset(&guest, &token, &format!("{NEW} {number}")).await.status() })
        })
        .collect();
    let mut statuses = Vec::new();
    for reset in resets {
        statuses.push(reset.await.unwrap());
    }
    let winner = statuses.iter().position(|status| *status == 204).unwrap();
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 9, "{statuses:?}");
    guest.sign_in("alice@example.org", &format!("{NEW} {winner}")).await;

    let confirmations: Vec<_> = (0..10)
        .map(|_| {
            let (guest, token) = (guest.clone(), confirmation.clone());
            tokio::spawn(async move { verify(&guest, &token).await.status() })
        })
        .collect();
    let mut done = 0;
    for confirmation in confirmations {
        done += usize::from(confirmation.await.unwrap() == 204);
    }
    assert_eq!(done, 1);
}

async fn nothing_of_a_token_is_kept(shop: &Shop, server: &Smtp) {
    let alice = shop.customer("alice").await;
    let confirmation = next_token(server, "alice@example.org", CONFIRM);
    forget(&shop.guest(), "alice@example.org").await;
    let token = next_token(server, "alice@example.org", CHOOSE);
    alice.get("/me").await.ok();
    let kept = shop.observer().await;
    let rows =
        kept.words("SELECT purpose || ' ' || token_hash FROM mailed_tokens ORDER BY purpose").await.join(" ");
    assert!(rows.contains("reset_password") && rows.contains("verify_email"), "{rows}");
    assert!(!rows.contains(&token) && !rows.contains(&confirmation), "{rows}");
    if shop.cache() == "redis" {
        let redis = shop.redis();
        for key in redis.cli(&["--scan"]).lines() {
            let value = redis.cli(&["GET", key]);
            assert!(!value.contains(&token) && !value.contains("alice@example.org"), "{key}: {value}");
        }
    }
}

async fn a_mailbox_that_is_not_there_fails_nobodys_request(shop: &Shop, server: &Smtp) {
    for name in ["unknown", "busy"] {
        let person = shop.customer(name).await;
        person.post_nothing("/me/verification").await.with_status(202);
        forget(&shop.guest(), &format!("{name}@example.org")).await;
    }
    shop.customer("alice").await;
    next_token(server, "alice@example.org", CONFIRM);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_slows_nobody_and_keeps_no_shop_open() {
    let server = Smtp::start();
    let settings = settings(&server);
    drop(server);
    let shop = Shop::open_embedded_with(&settings).await;
    let alice = shop.customer("alice").await;
    forget(&alice, "alice@example.org").await;
    alice.get("/me").await.ok();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_messages_are_files_that_lead_to_the_shops_pages() {
    let outbox = tempfile::tempdir().unwrap();
    let data = outbox.path().join("data");
    let shop = Shop::open_embedded_with(&[
        ("APP__DATA__DIR", data.display().to_string()),
        ("APP__MAIL__PAGES", "https://shop.example".to_owned()),
    ])
    .await;
    shop.customer("alice").await;
    shop.close().await; // what waits is written before that
    let files: Vec<_> =
        std::fs::read_dir(data.join("outbox")).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(text.contains("https://shop.example/verify-email#token="), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_mail_server_answers_all_the_same() {
    let shop = Shop::open_server_with(&[]).await;
    let alice = shop.customer("alice").await;
    forget(&alice, "alice@example.org").await;
    alice.post_nothing("/me/verification").await.with_status(202);
    shop.close().await;
}
