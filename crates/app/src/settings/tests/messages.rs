//! How messages reach people, and what is wrong with the addresses of mail servers.

use super::{Folder, line};
use crate::settings::{Delivery, Settings};
use secrecy::ExposeSecret;

const FROM: (&str, &str) = ("APP__MAIL__FROM", "shop@example.org");
const SERVERS: [(&str, &str); 2] =
    [("APP__DATABASE__URL", "postgres://shop@127.0.0.1/shop"), ("APP__CACHE__URL", "redis://127.0.0.1")];

fn url(settings: &Settings) -> &str {
    let Delivery::Smtp(url) = &settings.mail.delivery else { panic!("{:?}", settings.mail) };
    url.expose_secret()
}

#[test]
fn without_a_mail_server_messages_go_into_a_folder_or_nowhere() {
    let embedded = Folder::new().load(&[]).unwrap().mail;
    assert!(matches!(embedded.delivery, Delivery::Folder));
    assert_eq!((embedded.from.as_str(), embedded.pages), ("shop@tradepost.local", None));
    assert!(matches!(Folder::new().load(&SERVERS).unwrap().mail.delivery, Delivery::Nowhere));
}

#[test]
fn a_mail_server_has_an_address_that_says_how_it_is_spoken_to() {
    for good in [
        "smtp://127.0.0.1:2525",
        "smtp://mail?tls=opportunistic",
        "smtp://shop:hunter2@mail?tls=required",
        "smtps://shop:hunter2@mail:465",
    ] {
        let settings = Folder::new().load(&[("APP__MAIL__URL", good), FROM]).unwrap();
        assert_eq!((url(&settings), settings.mail.from.as_str()), (good, "shop@example.org"));
    }
    for wrong in [
        "mail",
        "http://shop:hunter2@mail",
        "smtp://",
        "smtp:mail",
        "smtp://shop:hunter2@mail?tls=perhaps",
        "smtp://mail?tls=required&verify=no",
        "smtps://mail?tls=opportunistic",
    ] {
        let refusal = Folder::new().refusal(&[("APP__MAIL__URL", wrong), FROM]);
        assert!(
            refusal.contains("mail.url (from the environment variable APP__MAIL__URL)")
                && refusal.contains("smtps://"),
            "{refusal}"
        );
        assert!(!refusal.contains("hunter2"), "{refusal}");
    }
}

#[test]
fn messages_come_from_somebody_and_lead_somewhere() {
    let server = ("APP__MAIL__URL", "smtp://mail");
    let refusal = Folder::new().refusal(&[server]);
    assert!(refusal.contains("mail.from") && refusal.contains("beside mail.url"), "{refusal}");
    for from in ["nobody", "Shop <shop@example.org>", "a@b.org\r\nBcc: c@d.org"] {
        let refusal = Folder::new().refusal(&[server, ("APP__MAIL__FROM", from)]);
        assert!(
            refusal.contains(
                "mail.from (from the environment variable APP__MAIL__FROM) must be an e-mail address"
            ),
            "{refusal}"
        );
    }
    let refusal = Folder::new().refusal(&[("APP__MAIL__PAGES", "shop.example")]);
    assert!(refusal.contains("mail.pages") && refusal.contains("https://shop.example"), "{refusal}");
    assert!(
        Folder::new().load(&[("APP__MAIL__PAGES", "http://127.0.0.1:3000")]).unwrap().mail.pages.is_some()
    );
}

#[test]
fn the_password_of_a_mail_server_can_stand_in_a_file_and_is_not_shown() {
    let folder = Folder::new().file("password", "hunter2/%\n");
    let file = folder.path("password");
    let variables = [("APP__MAIL__URL", "smtps://shop@mail"), FROM, ("APP__MAIL__PASSWORD_FILE", &file)];
    let settings = folder.load(&variables).unwrap();
    let escaped = "hunter2%2F%25";
    assert_eq!(url(&settings), format!("smtps://shop:{escaped}@mail"));
    let effective = folder.effective(&variables);
    assert!(line(&effective, "mail.url").contains("smtps://shop:***@mail"), "{effective}");
    assert!(!effective.contains("hunter2") && !format!("{settings:?}").contains("hunter2"));
    let alone = folder.refusal(&[("APP__MAIL__PASSWORD_FILE", &file)]);
    assert!(alone.contains("mail.password_file") && alone.contains("mail.url"), "{alone}");
}
