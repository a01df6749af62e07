//! Tokens: JWTs (RFC 7519) signed with HS256 (RFC 7518), seven days long. The library only signs and checks signatures;
//! what a token must say is checked here, claim by claim, because the library's defaults let too much pass. Asks no store.

#[cfg(test)]
mod forgeries;
#[cfg(test)]
mod fuzz;
mod keys;

pub use keys::{KeyFacts, KeyRing, TooSoon};

use crate::{AuthenticationError, VerifiedToken};
use domain::{Clock, SessionId, Timestamp, UserId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// How long a token lives: 7 days, to the second.
pub(crate) const LIFETIME_SECONDS: i64 = 7 * 24 * 60 * 60;
/// The longest token that is looked at; ours have about 400 bytes.
const MAX_BYTES: usize = 1_024;
/// How far another instance's clock may be ahead of this one's: a token is used at once where it was not made. There
/// is no such grace at its end.
const CLOCK_SKEW_SECONDS: i64 = 2;
const ISSUER: &str = "tradepost";
const AUDIENCE: &str = "tradepost-api";
/// Tells these tokens from others that the same key may come to sign.
const KIND: &str = "access";

/// Makes tokens and checks them.
pub struct Tokens {
    keys: RwLock<KeyRing>,
    clock: Arc<dyn Clock>,
}

/// What a token says. All of it is required.
#[derive(Serialize, Deserialize)]
struct Claims {
    exp: i64,
    nbf: i64,
    iat: i64,
    iss: String,
    aud: String,
    sub: String,
    jti: SessionId,
    typ: String,
}

/// A token that was just made.
pub(crate) struct IssuedToken {
    pub(crate) text: SecretString,
    pub(crate) expires_at: Timestamp,
}

impl Tokens {
    /// Puts keys and clock together.
    pub fn new(keys: KeyRing, clock: Arc<dyn Clock>) -> Self {
        Self { keys: RwLock::new(keys), clock }
    }

    /// Signs and checks with these keys from now on; tells whether they are others than before.
    pub fn take_over(&self, keys: KeyRing) -> bool {
        let mut current = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let others = !current.is_as(&keys);
        *current = keys;
        others
    }

    fn keys(&self) -> RwLockReadGuard<'_, KeyRing> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the token of a session that begins at `now`.
    pub(crate) fn issue(&self, user: UserId, session: &SessionId, now: Timestamp) -> IssuedToken {
        let iat = now.timestamp();
        let exp = iat + LIFETIME_SECONDS;
        let claims = Claims {
            exp,
            nbf: iat,
            iat,
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.to_string(),
            jti: session.clone(),
            typ: KIND.to_owned(),
        };
        let expires_at = Timestamp::from_timestamp(exp, 0).expect("seven days from now is a time");
        IssuedToken { text: self.keys().sign(&claims, now).into(), expires_at }
    }

    /// Checks signature and claims.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidToken`] with the first thing that is wrong.
    pub fn verify(&self, token: &str) -> Result<VerifiedToken, AuthenticationError> {
        self.check(token).map_err(AuthenticationError::InvalidToken)
    }

    fn check(&self, token: &str) -> Result<VerifiedToken, &'static str> {
        require(token.len() <= MAX_BYTES, "it is too long")?;
        let now = self.clock.now();
        let claims: Claims = self.keys().open(token, now)?;
        let now = now.timestamp();
        require(claims.iss == ISSUER, "iss is somebody else")?;
        require(claims.aud == AUDIENCE, "aud is somebody else")?;
        require(claims.typ == KIND, "typ is another kind of token")?;
        require(now < claims.exp, "exp is over")?;
        require(claims.nbf <= now + CLOCK_SKEW_SECONDS, "nbf is yet to come")?;
        require(claims.iat <= now + CLOCK_SKEW_SECONDS, "iat is yet to come")?;
        require(
            claims.exp.checked_sub(claims.iat) == Some(LIFETIME_SECONDS),
            "exp and iat are not 7 days apart",
        )?;
        let user = claims.sub.parse().map(UserId).map_err(|_| "sub is no account")?;
        let session = SessionId::parse(claims.jti.as_str()).map_err(|_| "jti is no session")?;
        Ok(VerifiedToken { user, session })
    }
}

fn require(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AuthSecret;
    use chrono::TimeDelta;
    use domain::OsEntropy;
    use domain::testing::{CountingEntropy, FixedClock};
    use secrecy::ExposeSecret;

    fn auth_secret() -> AuthSecret {
        AuthSecret::parse("a secret that only these tests know".into()).unwrap()
    }

    fn clock() -> Arc<FixedClock> {
        Arc::new(FixedClock::default())
    }

    fn tokens(clock: &Arc<FixedClock>, keys: KeyRing) -> Tokens {
        Tokens::new(keys, Arc::<FixedClock>::clone(clock))
    }

    #[test]
    fn a_token_names_its_account_and_session_until_its_last_second() {
        let clock = clock();
        let tokens = tokens(&clock, KeyRing::of(auth_secret()));
        let session = SessionId::generate(&OsEntropy);
        let token = tokens.issue(UserId(7), &session, clock.now());
        let token_text = token.text.expose_secret();
        let expected = VerifiedToken { user: UserId(7), session };

        assert_eq!(token.expires_at, clock.now() + TimeDelta::seconds(604_800));
        assert_eq!(tokens.verify(token_text).unwrap(), expected);
        clock.advance(TimeDelta::microseconds(604_800_000_000 - 1));
        assert_eq!(tokens.verify(token_text).unwrap(), expected);
        clock.advance(TimeDelta::microseconds(1));
        assert!(matches!(tokens.verify(token_text), Err(AuthenticationError::InvalidToken("exp is over"))));
    }

    #[test]
    fn a_token_is_seven_days_long_wherever_in_a_second_it_was_made() {
        let clock = clock();
        clock.advance(TimeDelta::microseconds(999_999));
        let tokens = tokens(&clock, KeyRing::of(auth_secret()));
        let token = tokens.issue(UserId(7), &SessionId::generate(&OsEntropy), clock.now());
        assert!(tokens.verify(token.text.expose_secret()).is_ok());
        assert_eq!(token.expires_at.timestamp(), clock.now().timestamp() + 604_800);
        assert_eq!(token.expires_at.timestamp_subsec_nanos(), 0);
    }

    #[test]
    fn a_token_works_at_once_on_an_instance_whose_clock_is_behind() {
        let (ahead, behind) = (clock(), clock());
        ahead.advance(TimeDelta::seconds(2));
        let token = tokens(&ahead, KeyRing::of(auth_secret())).issue(
            UserId(7),
            &SessionId::generate(&OsEntropy),
            ahead.now(),
        );
        let there = tokens(&behind, KeyRing::of(auth_secret()));
        assert!(there.verify(token.text.expose_secret()).is_ok());
    }

    #[test]
    fn tokens_live_through_a_rotation_on_instances_that_learn_of_it_at_different_times() {
        let clock = clock();
        let lines =
            || KeyRing::of(auth_secret()).rotate(&CountingEntropy::default(), FixedClock::default().now());
        let rotated = || lines().unwrap_or_else(|refusal| panic!("{refusal}"));
        let [early, late] =
            [tokens(&clock, KeyRing::of(auth_secret())), tokens(&clock, KeyRing::of(auth_secret()))];
        let mut issued = Vec::new();
        for second in 0..120 {
            match second {
                1 => assert!(early.take_over(rotated())),
                59 => assert!(late.take_over(rotated())),
                _ => {}
            }
            for instance in [&early, &late] {
                issued.push(instance.issue(UserId(7), &SessionId::generate(&OsEntropy), clock.now()).text);
            }
            for token in &issued {
                assert!(
                    early.verify(token.expose_secret()).is_ok() && late.verify(token.expose_secret()).is_ok()
                );
            }
            clock.advance(TimeDelta::seconds(1));
        }
        assert!(!early.take_over(rotated()), "they are the same");
        let (first, last) = (issued.first().unwrap(), issued.last().unwrap());
        let before = tokens(&clock, KeyRing::of(auth_secret()));
        assert!(before.verify(first.expose_secret()).is_ok() && before.verify(last.expose_secret()).is_err());
    }

    #[test]
    fn a_key_that_was_dropped_opens_nothing() {
        let clock = clock();
        let tokens = tokens(&clock, KeyRing::of(auth_secret()));
        let token = tokens.issue(UserId(7), &SessionId::generate(&OsEntropy), clock.now()).text;
        assert!(tokens.verify(token.expose_secret()).is_ok());
        tokens.take_over(KeyRing::of(AuthSecret::generate(&OsEntropy)));
        assert!(tokens.verify(token.expose_secret()).is_err());
        tokens.take_over(KeyRing::of(auth_secret()));
        assert!(tokens.verify(token.expose_secret()).is_ok());
    }
}
