//! What people do with their accounts.

use crate::{Actor, Client, Guessable};
use async_trait::async_trait;
use domain::account::{EmailAddress, PersonName, Role, SessionView, UserView};
use domain::cart::{CartMerge, CartTokenHash};
use domain::{Doc, Invalid, RepositoryError, SessionId, Sourced, Timestamp, UserId};
use secrecy::SecretString;
use std::time::Duration;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// Signs people up, in and out, and changes their accounts.
#[async_trait]
pub trait AccountService: Send + Sync {
    /// Makes a customer's account.
    async fn sign_up(&self, new: SignUp, client: &Client) -> Result<Sourced<Doc<UserView>>, SignUpError>;
    /// Begins a session and makes its token; a guest's cart that comes along becomes part of the account's at the same
    /// time. The session's cell is in the cache when this returns.
    async fn sign_in(&self, given: SignIn, client: &Client) -> Result<Sourced<SignedIn>, SignInError>;
    /// Ends the actor's session.
    async fn sign_out(&self, actor: &Actor) -> Result<(), RepositoryError>;
    /// Ends every session of the actor's account.
    async fn sign_out_all(&self, actor: &Actor) -> Result<(), RepositoryError>;
    /// Returns the actor's live sessions, the newest first.
    async fn sessions(&self, actor: &Actor) -> Result<Sourced<Vec<SessionView>>, RepositoryError>;
    /// Ends one session of the actor's account.
    async fn end_session(&self, actor: &Actor, session: SessionId) -> Result<(), AccountError>;
    /// Returns the actor's profile.
    async fn profile(&self, actor: &Actor) -> Result<Sourced<Doc<UserView>>, AccountError>;
    /// Changes the actor's profile.
    async fn change_profile(
        &self,
        actor: &Actor,
        patch: ProfilePatch,
    ) -> Result<Sourced<Doc<UserView>>, AccountError>;
    /// Replaces the actor's password and ends every other session of the account.
    async fn change_password(
        &self,
        actor: &Actor,
        current: Password,
        new: Password,
        client: &Client,
    ) -> Result<(), PasswordError>;
    /// Changes anybody's role or being disabled; ends every session of the account where either changes.
    async fn administer(
        &self,
        user: UserId,
        patch: AccountPatch,
    ) -> Result<Sourced<Doc<UserView>>, AccountError>;
}

/// A password of 8 to 256 characters, composed (NFC). Its `Debug` shows nothing.
#[derive(Clone, Debug)]
pub struct Password(pub(crate) SecretString);

impl Password {
    /// Reads a password as a person typed it.
    ///
    /// # Errors
    /// Fewer than 8 or more than 256 characters.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text: String = raw.nfc().collect();
        let valid = (8..=256).contains(&text.chars().count());
        valid.then(|| Self(text.into())).ok_or(Invalid::new("must have 8 to 256 characters"))
    }
}

/// What a new customer gives.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// What they are called.
    pub name: PersonName,
    /// Where they are reached.
    pub email: EmailAddress,
    /// Their password.
    pub password: Password,
}

/// What somebody signs in with.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The account's address, in whatever case.
    pub email: EmailAddress,
    /// Its password.
    pub password: Password,
    /// The guest's cart that comes along.
    pub guest_cart: Option<CartTokenHash>,
}

/// A session that has just begun.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The JWT (RFC 7519); whoever holds it is the account.
    pub token: SecretString,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The account.
    pub user: UserView,
    /// What came of the guest's cart that came along; `None` where there was none.
    pub cart_merge: Option<CartMerge>,
}

/// What people change of their profile; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ProfilePatch {
    /// What they are called.
    pub name: Option<PersonName>,
}

/// What staff change of an account; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountPatch {
    /// What it may do.
    pub role: Option<Role>,
    /// Whether it is shut out.
    pub disabled: Option<bool>,
}

/// Why there is no new account.
#[derive(Clone, Debug, Error)]
pub enum SignUpError {
    /// Somebody has the address, in whatever case.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The password is too easy to guess.
    #[error("the password {0}")]
    Guessable(#[from] Guessable),
    /// Too many tries from this address.
    #[error("too many tries")]
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// Why there is no session.
#[derive(Clone, Debug, Error)]
pub enum SignInError {
    /// The address is unknown, the password wrong or the account disabled; nobody is told which.
    #[error("the e-mail address or the password is wrong")]
    Refused,
    /// Too many tries at this account or from this address.
    #[error("too many tries")]
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// Why an account stays as it is.
#[derive(Clone, Debug, Error)]
pub enum AccountError {
    /// There is no such account or session.
    #[error("there is no such account or session")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// Why a password stays as it is.
#[derive(Clone, Debug, Error)]
pub enum PasswordError {
    /// The current password is not that.
    #[error("the current password is wrong")]
    Wrong,
    /// The new password is too easy to guess.
    #[error("the new password {0}")]
    Guessable(#[from] Guessable),
    /// Too many tries at this account.
    #[error("too many tries")]
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

domain::contention_through_repository!(SignUpError, SignInError, AccountError, PasswordError);
