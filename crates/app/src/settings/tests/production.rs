//! What profile production refuses, each alone.

use super::Folder;
use crate::settings::{Backends, Migration};

const SECRET: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const PEPPER: &str = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

/// Returns settings that production accepts, with some replaced; an empty value takes one away.
fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let accepted = [
        ("APP_PROFILE", "production"),
        ("APP__DATABASE__URL", "postgres://shop:password@db/shop"),
        ("APP__CACHE__URL", "redis://:password@cache:6379"),
        ("APP__AUTH__SECRET", SECRET),
        ("APP__AUTH__PEPPER", PEPPER),
    ];
    let untouched = accepted.into_iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    untouched.chain(changes.iter().copied()).collect()
}

#[test]
fn complete_settings_are_accepted_and_migrating_is_left_to_an_operator() {
    let settings = Folder::new().load(&with(&[])).unwrap();
    assert!(matches!(settings.backends, Backends::Server { migration: Migration::ByOperator, .. }));
    let embedded = with(&[
        ("APP__DATABASE__URL", ""),
        ("APP__CACHE__URL", ""),
        ("APP__AUTH__SECRET", ""),
        ("APP__AUTH__PEPPER", ""),
        ("APP__SERVER__ALLOW_EMBEDDED", "true"),
    ]);
    assert!(Folder::new().load(&embedded).unwrap().backends.is_embedded());
    assert!(Folder::new().load(&with(&[("APP__CACHE__URL", "redis://127.0.0.1:6379")])).is_ok());
    for mail in ["smtp://mail", "smtp://a:b@127.0.0.1", "smtp://a:b@mail?tls=required", "smtps://a:b@mail"] {
        let settings = with(&[("APP__MAIL__URL", mail), ("APP__MAIL__FROM", "shop@example.org")]);
        assert!(Folder::new().load(&settings).is_ok(), "{mail}");
    }
}

#[test]
fn what_is_unsafe_before_customers_is_refused() {
    for (changes, key, advice) in [
        ([("APP__AUTH__SECRET", "")].as_slice(), "auth.secret", "must be set"),
        (&[("APP__AUTH__PEPPER", "")], "auth.pepper", "must be set"),
        (&[("APP__AUTH__SECRET", "change-me-change-me-change-me-1234")], "auth.secret", "easy to guess"),
        (&[("APP__AUTH__PEPPER", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")], "auth.pepper", "easy to guess"),
        (&[("APP__AUTH__SECRET", "too-short")], "auth.secret", "32 bytes"),
        (&[("APP__AUTH__PEPPER", SECRET)], "auth.pepper", "the same"),
        (&[("APP__CACHE__URL", "redis://cache:6379")], "cache.url", "password"),
        (&[("APP__CACHE__URL", "redis://:@cache:6379")], "cache.url", "password"),
        (&[("APP__CACHE__URL", "rediss://cache:6379")], "cache.url", "password"),
        (&[("APP__DATABASE__URL", ""), ("APP__CACHE__URL", "")], "server.allow_embedded", "must be true"),
        (
            &[("APP__SERVER__CORS_ORIGINS", "https://a.example,http://b.example")],
            "server.cors_origins",
            "https://",
        ),
        (
            &[("APP__MAIL__URL", "smtp://shop:hunter2@mail"), ("APP__MAIL__FROM", "shop@example.org")],
            "mail.url",
            "tls=required",
        ),
        (
            &[
                ("APP__MAIL__URL", "smtp://shop:hunter2@mail?tls=opportunistic"),
                ("APP__MAIL__FROM", "shop@example.org"),
            ],
            "mail.url",
            "tls=required",
        ),
        (&[("APP__MAIL__PAGES", "http://shop.example")], "mail.pages", "https://"),
        (&[("APP__AUTH__BCRYPT_COST", "9")], "auth.bcrypt_cost", "at least 10"),
        (&[("APP__THROTTLE__SIGN_IN_PER_ACCOUNT", "0")], "throttle.sign_in_per_account", "must not be 0"),
        (&[("APP__THROTTLE__SIGN_IN_PER_ADDRESS", "0")], "throttle.sign_in_per_address", "must not be 0"),
        (&[("APP__THROTTLE__SIGN_UP_PER_ADDRESS", "0")], "throttle.sign_up_per_address", "must not be 0"),
        (
            &[("APP__THROTTLE__GUEST_CARTS_PER_ADDRESS", "0")],
            "throttle.guest_carts_per_address",
            "must not be 0",
        ),
        (
            &[("APP__THROTTLE__VERIFICATION_PER_ACCOUNT", "0")],
            "throttle.verification_per_account",
            "must not be 0",
        ),
        (&[("APP__THROTTLE__RESET_PER_ADDRESS", "0")], "throttle.reset_per_address", "must not be 0"),
        (&[("APP__THROTTLE__RESET_PER_ACCOUNT", "0")], "throttle.reset_per_account", "must not be 0"),
    ] {
        let refusal = Folder::new().refusal(&with(changes));
        assert!(refusal.contains(&format!("\n  {key} (from ")) && refusal.contains(advice), "{refusal}");
        let elsewhere: Vec<_> = with(changes)
            .into_iter()
            .filter(|(name, value)| *name != "APP_PROFILE" && *value != "too-short")
            .collect();
        assert!(Folder::new().load(&elsewhere).is_ok(), "{key} is refused in development too");
    }
}

#[test]
fn everything_that_is_refused_is_told_at_once() {
    let nothing_set = with(&[("APP__AUTH__SECRET", ""), ("APP__AUTH__PEPPER", "")]);
    let refusal = Folder::new().refusal(&nothing_set);
    assert!(refusal.contains("auth.secret") && refusal.contains("auth.pepper"), "{refusal}");
}

#[test]
fn every_key_of_a_file_is_looked_at() {
    let load = |oldest: &str| {
        let folder = Folder::new().file("keys", &format!("2026-11-28T04:05:06Z {SECRET}\n{oldest}\n"));
        let file = folder.path("keys");
        let others = with(&[("APP__AUTH__SECRET", "")]);
        let others = others.into_iter().filter(|(name, _)| *name != "APP__AUTH__SECRET");
        let settings: Vec<_> = others.chain([("APP__AUTH__SECRET_FILE", file.as_str())]).collect();
        folder.load(&settings).map(drop).map_err(|refusal| refusal.to_string())
    };
    assert_eq!(load(""), Ok(()));
    for (oldest, advice) in [("change-me-change-me-change-me-1234", "easy to guess"), (PEPPER, "the same")] {
        let refusal = load(oldest).unwrap_err();
        assert!(refusal.contains(advice) && !refusal.contains(oldest), "{refusal}");
    }
}
