//! Messages that a mail server does not take at once, and what the log tells of them.

use crate::shop::{Shop, client, email, sign_up, token_in};
use auth::{AccountService, RecoveryService};
use domain::mail::MailError;
use domain::testing::MemoryMailer;
use tokio::time::{Duration, Instant};

fn away() -> MailError {
    MailError::Unavailable("nobody listens".to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_message_is_tried_again_until_it_is_taken() {
    let shop = Shop::mailing(MemoryMailer::failing_with(vec![away(); 3]));
    let begun = Instant::now();
    let ada = shop.customer("ada").await;
    let letter = shop.mailer.next().await;
    assert_eq!((begun.elapsed(), shop.mailer.tries()), (Duration::from_secs(31), 4));
    shop.accounts.verify_email(token_in(&letter), &client()).await.unwrap();
    let (text, token) = (logs::recorded(), token_in(&letter));
    assert!(text.contains("a message was sent") && text.contains(&format!("user={ada}")), "{text}");
    for secret in [token.expose(), "ada@example.org", &token.hash().to_string()] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_never_taken_is_given_up_and_told_by_the_accounts_id() {
    let shop = Shop::mailing(MemoryMailer::failing_with(vec![
        away(),
        away(),
        away(),
        away(),
        MailError::Refused("answered 550".to_owned()),
    ]));
    let ada = shop.customer("ada").await;
    let bob = shop.customer("bob").await;
    tokio::time::sleep(Duration::from_mins(1)).await; // by the test's own clock
    assert_eq!(shop.mailer.tries(), 5);
    assert_eq!(shop.close().await.len(), 0);
    let text = logs::recorded();
    let warnings: Vec<_> = text.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(warnings.len(), 2, "{text}");
    for (part, user) in [("answered 550", ada), ("nobody listens", bob)] {
        let told = warnings.iter().find(|line| line.contains(part)).unwrap();
        assert!(told.contains(&format!("user={user}")) && !told.contains("example.org"), "{told}");
    }
}

#[tokio::test]
async fn a_mail_server_that_never_answers_holds_nobody_up_and_what_is_too_much_is_dropped() {
    let shop = Shop::mailing(MemoryMailer::silent());
    for number in 0..20 {
        // More than are under way at once, so that what comes after them waits.
        shop.accounts.sign_up(sign_up(&format!("customer-{number}")), &client()).await.unwrap();
    }
    for number in 0..1_000 {
        shop.accounts.forget_password(email(&format!("nobody-{number}")), &client()).await.unwrap();
    }
    let ada = shop.accounts.sign_up(sign_up("ada"), &client()).await.unwrap().value.decode().unwrap().id;
    shop.accounts.forget_password(email("ada"), &client()).await.unwrap();
    let text = logs::recorded();
    assert!(text.contains("too many wait") && text.contains(&format!("user={ada}")), "{text}");
    assert!(!text.contains("example.org"), "{text}");
}

#[tokio::test]
async fn what_waits_when_the_shop_closes_is_still_sent() {
    let shop = Shop::open();
    for number in 0..20 {
        shop.accounts.sign_up(sign_up(&format!("customer-{number}")), &client()).await.unwrap();
    }
    assert_eq!(shop.close().await.len(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_mail_server_that_is_away_keeps_no_shop_open() {
    let shop = Shop::mailing(MemoryMailer::failing_with(vec![away(); 4]));
    shop.customer("ada").await;
    let begun = Instant::now();
    assert_eq!(shop.close().await.len(), 0);
    assert_eq!(begun.elapsed(), Duration::from_secs(1));
    assert!(logs::recorded().contains("closed before all messages were sent"), "{}", logs::recorded());
}
