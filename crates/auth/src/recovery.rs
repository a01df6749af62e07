//! What people do with the tokens that are sent to their addresses: choose a new password without the old one, and confirm the
//! address.

use crate::{Actor, Client, Guessable, Password};
use async_trait::async_trait;
use domain::RepositoryError;
use domain::account::{EmailAddress, MailedToken};
use std::time::Duration;
use thiserror::Error;

/// Sends people tokens, and takes them back. Messages follow later, and whether one is sent is told to nobody.
#[async_trait]
pub trait RecoveryService: Send + Sync {
    /// Has a token for a new password sent to this address, if it is an account's that is not disabled. Whether it is
    /// makes no difference to the answer, nor to how long it takes.
    async fn forget_password(&self, email: EmailAddress, client: &Client) -> Result<(), MessageError>;
    /// Replaces the password of whoever was sent this token. Every session of the account ends, and its address is proven.
    async fn reset_password(
        &self,
        token: MailedToken,
        new: Password,
        client: &Client,
    ) -> Result<(), TokenError>;
    /// Confirms the address that this token was sent to.
    async fn verify_email(&self, token: MailedToken, client: &Client) -> Result<(), TokenError>;
    /// Has another token sent that confirms the actor's address.
    async fn ask_verification(&self, actor: &Actor, client: &Client) -> Result<Verification, MessageError>;
}

/// What becomes of asking for a message that confirms an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// It follows.
    Follows,
    /// The address is confirmed, and nothing is sent.
    IsDone,
}

/// Why no message follows.
#[derive(Clone, Debug, Error)]
pub enum MessageError {
    /// Too many messages to this account, or too many tries from this address.
    #[error("too many tries")]
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// Why a token is worth nothing.
#[derive(Clone, Debug, Error)]
pub enum TokenError {
    /// It was used, it is over, a newer one took its place, the account is disabled, or the shop never made it; nobody is told
    /// which.
    #[error("the token cannot be used")]
    Unusable,
    /// The new password is too easy to guess; the token can still be used.
    #[error("the new password {0}")]
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

domain::contention_through_repository!(TokenError);
