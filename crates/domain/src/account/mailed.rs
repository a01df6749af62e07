//! Tokens that are sent to somebody's address: whoever brings one back has read the messages there. What is kept of one is its
//! hash, until it is used, replaced or over.

use crate::token::{Token, TokenHash};
use crate::{Timestamp, UserId};
use chrono::TimeDelta;

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

/// What a [`MailedToken`] opens: what its [`Purpose`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mailed {}

/// The token of a message.
pub type MailedToken = Token<Mailed>;

/// What the shop keeps of a [`MailedToken`].
pub type MailedTokenHash = TokenHash<Mailed>;

/// A token that can still be used, as the shop keeps it.
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
