//! Text that is no token, and tokens that were changed on their way. `scripts/fuzz` runs them long.

use super::*;
use crate::AuthSecret;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::testing::FixedClock;
use proptest::prelude::*;
use secrecy::ExposeSecret;

fn tokens() -> Tokens {
    let secret = AuthSecret::parse("a secret that only these tests know".into()).unwrap();
    Tokens::new(KeyRing::of(secret), Arc::new(FixedClock::default()))
}

fn good(user: i64, session: u128) -> (String, VerifiedToken) {
    let session = SessionId::parse(&format!("{session:032x}")).unwrap();
    let token = tokens().issue(UserId(user), &session, FixedClock::default().now());
    (token.text.expose_secret().to_owned(), VerifiedToken { user: UserId(user), session })
}

proptest! {
    #[test]
    fn a_token_names_whom_it_was_made_for_and_nobody_when_a_character_was_changed(
        user: i64, session: u128, at: prop::sample::Index, other in "[A-Za-z0-9_.=-]", cut: prop::sample::Index
    ) {
        let (token, expected) = good(user, session);
        prop_assert_eq!(tokens().verify(&token).unwrap(), expected);
        let at = at.index(token.len());
        let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        prop_assert!(changed == token || tokens().verify(&changed).is_err());
        prop_assert!(tokens().verify(&token[..cut.index(token.len())]).is_err());
    }

    #[test]
    fn the_parts_of_two_tokens_make_no_third(users: [i64; 2], sessions: [u128; 2], which in 1_usize..7) {
        prop_assume!((users[0], sessions[0]) != (users[1], sessions[1]));
        let texts = [good(users[0], sessions[0]).0, good(users[1], sessions[1]).0];
        let part = |place: usize| texts[which >> place & 1].split('.').nth(place).unwrap();
        let mixed = format!("{}.{}.{}", part(0), part(1), part(2));
        prop_assert!(texts.contains(&mixed) || tokens().verify(&mixed).is_err());
    }

    #[test]
    fn nothing_else_is_a_token(text in r"\PC{0,200}", header in r#"\{("(alg|typ|kid|crit|jwk)":"?\PC{0,12}"?,?){0,4}\}"#) {
        prop_assert!(tokens().verify(&text).is_err());
        let parts = [header.as_str(), &text, &text].map(|part| URL_SAFE_NO_PAD.encode(part));
        prop_assert!(tokens().verify(&parts.join(".")).is_err());
    }
}
