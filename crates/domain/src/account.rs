//! Accounts and their sessions: the values and the ports. The rules of passwords and tokens live in the `auth` crate.

mod email;
mod mailed;
mod ports;
mod views;

pub use email::EmailAddress;
pub use mailed::{KeptToken, MailedToken, MailedTokenHash, Purpose};
pub use ports::{
    AccountReader, Credentials, MailedTokenRepository, NewUser, SessionActivity, SessionRepository,
    UserRepository,
};
pub use views::{AccountState, LiveSession, SessionView, UserView};

use crate::text::Line;
use crate::{Invalid, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// The most sessions that an account may have at once; the oldest ends when one more begins.
pub const MAX_LIVE_SESSIONS: usize = 20;

/// What a person is called.
pub type PersonName = Line<100>;

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Buys.
    Customer,
    /// Runs the shop.
    Staff,
}

impl Role {
    /// Returns the name that clients and the database read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Staff => "staff",
        }
    }

    /// Reads a role's name.
    ///
    /// # Errors
    /// Anything but `customer` and `staff`.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        [Self::Customer, Self::Staff]
            .into_iter()
            .find(|role| role.as_str() == name)
            .ok_or(Invalid::new("must be customer or staff"))
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Identifies it.
    pub id: UserId,
    /// What its owner is called.
    pub name: PersonName,
    /// Where its owner is reached; unique without case.
    pub email: EmailAddress,
    /// When its owner proved to read the messages there; `None` until then.
    pub email_verified_at: Option<Timestamp>,
    /// What it may do.
    pub role: Role,
    /// Whether it is shut out.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A stored password: bcrypt's `$2b$…` text of the peppered password. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A signed-in device. The row in the database is the truth about it; the token only names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Identifies it; the token's `jti`.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to within five minutes.
    pub last_seen_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// What the client called itself, at most 200 characters.
    pub user_agent: Option<String>,
    /// The address that it signed in from.
    pub address: Option<String>,
}
