//! Tokens that are sent to somebody's address: whoever brings one back has read the messages there. A token is told once, in
//! the message, and is kept nowhere; what is kept is its hash, until it is used, replaced or over.

use crate::{Entropy, Invalid, Timestamp, UserId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use std::fmt;

/// What a token is good for, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Choosing a new password without the old one.
    ResetPassword,
    /// Confirming the account's address.
    VerifyEmail,
}

impl Purpose {
    /// Returns the name that the database and the log read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::VerifyEmail => "verify_email",
        }
    }

    /// Returns how long a token is good for.
    pub fn lifetime(self) -> TimeDelta {
        match self {
            Self::ResetPassword => TimeDelta::hours(1),
            Self::VerifyEmail => TimeDelta::days(3),
        }
    }
}

/// A token of a message: 256 random bits in base64url (RFC 4648, 5) without padding. Whoever holds it may do what it is good
/// for, so its `Debug` shows nothing.
#[derive(Clone)]
pub struct MailedToken(String);

impl MailedToken {
    /// Makes a new token that nobody can guess.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()))
    }

    /// Reads a token as somebody brought it, in its only spelling. Whether the shop made it is another question.
    ///
    /// # Errors
    /// Anything that is no token.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let valid = URL_SAFE_NO_PAD.decode(raw).is_ok_and(|bytes| bytes.len() == 32);
        valid.then(|| Self(raw.to_owned())).ok_or(Invalid::new("must be the token of a message"))
    }

    /// Returns the text, for telling it in its message.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns what the shop keeps of it.
    pub fn hash(&self) -> MailedTokenHash {
        MailedTokenHash(Sha256::digest(&self.0).into())
    }
}

impl fmt::Debug for MailedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailedToken(..)")
    }
}

/// The SHA-256 of a token's text: it finds an account and proves nothing. Nothing slower is needed where nothing can be
/// guessed, and what is found by a hash takes as long for a token that is nearly right as for any other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailedTokenHash([u8; 32]);

impl fmt::Display for MailedTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MailedTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailedTokenHash({self})")
    }
}

/// What the shop keeps of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptToken {
    /// Whose address it is sent to.
    pub user: UserId,
    /// What it is good for.
    pub purpose: Purpose,
    /// The token's hash.
    pub hash: MailedTokenHash,
    /// When it is over.
    pub expires_at: Timestamp,
}

impl KeptToken {
    /// Says what is kept of a token that is sent now.
    pub fn of(token: &MailedToken, user: UserId, purpose: Purpose, now: Timestamp) -> Self {
        Self { user, purpose, hash: token.hash(), expires_at: now + purpose.lifetime() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingEntropy;

    #[test]
    fn tokens_are_long_differ_and_do_not_show_when_printed() {
        let entropy = CountingEntropy::default();
        let (one, other) = (MailedToken::generate(&entropy), MailedToken::generate(&entropy));
        assert_eq!(one.expose().len(), 43);
        assert_ne!(one.hash(), other.hash());
        let kept = KeptToken::of(&one, UserId(1), Purpose::VerifyEmail, Timestamp::UNIX_EPOCH);
        assert!(!format!("{one:?} {kept:?}").contains(one.expose()));
    }

    #[test]
    fn what_is_brought_is_found_by_the_hash_of_its_one_spelling() {
        let token = MailedToken::generate(&CountingEntropy::default());
        let brought = |text: &str| MailedToken::parse(text).map(|token| token.hash());
        assert_eq!(brought(token.expose()), Ok(token.hash()));
        for wrong in [
            "",
            "token",
            &token.expose()[1..],
            &format!("{}=", token.expose()),
            &format!(" {}", token.expose()),
        ] {
            assert!(brought(wrong).is_err(), "{wrong:?}");
        }
        let known = brought("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
        assert_eq!(known.to_string(), "0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a");
    }
}
