//! The ports of accounts and sessions.

use super::{
    AccountState, EmailAddress, KeptToken, MailedTokenHash, PasswordHash, PersonName, Purpose, Role, Session,
    User, UserView,
};
use crate::{Doc, RepositoryError, SessionId, Sourced, Timestamp, UserId};
use async_trait::async_trait;

/// An account and the hash that its password is checked against.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account.
    pub user: User,
    /// The stored hash.
    pub password: PasswordHash,
}

/// What a new account is made of.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// What its owner is called.
    pub name: PersonName,
    /// Where its owner is reached.
    pub email: EmailAddress,
    /// The hash of its password.
    pub password: PasswordHash,
    /// What it may do.
    pub role: Role,
    /// When it is made.
    pub created_at: Timestamp,
}

/// Reads accounts outside a unit of work.
#[async_trait]
pub trait AccountReader: Send + Sync {
    /// Returns what every authenticated request asks; cached.
    async fn state(&self, user: UserId) -> Result<Option<Sourced<Doc<AccountState>>>, RepositoryError>;
    /// Returns the profile; never cached.
    async fn profile(&self, user: UserId) -> Result<Option<Sourced<Doc<UserView>>>, RepositoryError>;
    /// Returns the sessions that had not expired at `now`, the newest first; never cached.
    async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Sourced<Vec<Session>>, RepositoryError>;
    /// Returns the account of an address, compared without case, with its hash; never cached.
    async fn credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, RepositoryError>;
    /// Returns an account with its hash; never cached.
    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, RepositoryError>;
}

/// Notes that a session is in use. It is outside every unit of work and renews no cell: whoever finds a session idle in a copy
/// looks again at the truth, where notes only move forward.
#[async_trait]
pub trait SessionActivity: Send + Sync {
    /// Moves the session's last use to `at`.
    async fn touch(&self, session: &SessionId, at: Timestamp) -> Result<(), RepositoryError>;
}

/// Writes accounts inside a unit of work.
#[async_trait]
pub trait UserRepository: Send {
    /// Makes an account; `None` when the address is taken.
    async fn insert(&mut self, new: &NewUser) -> Result<Option<User>, RepositoryError>;
    /// Returns an account and keeps others from changing it until the end.
    async fn lock(&mut self, user: UserId) -> Result<Option<Credentials>, RepositoryError>;
    /// Stores the name, the role, being disabled, and since when the address is proven, of an account that was locked.
    /// Records [`Change::Account`](crate::Change::Account).
    async fn save(&mut self, user: &User) -> Result<(), RepositoryError>;
    /// Replaces the hash of an account that was locked.
    async fn set_password(&mut self, user: UserId, password: &PasswordHash) -> Result<(), RepositoryError>;
}

/// Writes sessions inside a unit of work. Every method records [`Change::Account`](crate::Change::Account), also where there
/// was nothing to end: whoever asks for that may have been shown a session that had ended already.
#[async_trait]
pub trait SessionRepository: Send {
    /// Begins a session. Ends those that expired before it began, those that were not seen after `idle_since`, and the oldest
    /// beyond [`MAX_LIVE_SESSIONS`](super::MAX_LIVE_SESSIONS).
    async fn begin(&mut self, session: &Session, idle_since: Timestamp) -> Result<(), RepositoryError>;
    /// Ends a session of this account; false when it has no such session.
    async fn end(&mut self, user: UserId, session: &SessionId) -> Result<bool, RepositoryError>;
    /// Ends every session of this account but the one given; returns how many.
    async fn end_all(&mut self, user: UserId, except: Option<&SessionId>) -> Result<u64, RepositoryError>;
}

/// Writes the tokens of messages inside a unit of work. An account has one token for a purpose at most: a newer one takes the
/// place of the one before. Whoever also locks the account does so first.
#[async_trait]
pub trait MailedTokenRepository: Send {
    /// Keeps a token, in the place of the account's other one for this purpose.
    async fn keep(&mut self, token: &KeptToken) -> Result<(), RepositoryError>;
    /// Returns whose token this is, be it over or not. It takes no lock and uses nothing up.
    async fn holder(
        &mut self,
        purpose: Purpose,
        hash: &MailedTokenHash,
    ) -> Result<Option<UserId>, RepositoryError>;
    /// Uses a token up; false where there is no such token, or it is over. Of many who try at once, one is told true.
    async fn use_up(
        &mut self,
        purpose: Purpose,
        hash: &MailedTokenHash,
        now: Timestamp,
    ) -> Result<bool, RepositoryError>;
    /// Makes the account's token for this purpose void, where it has one.
    async fn void(&mut self, user: UserId, purpose: Purpose) -> Result<(), RepositoryError>;
}
