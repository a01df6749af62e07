//! From a bearer token to somebody who may act.

use async_trait::async_trait;
use domain::account::Role;
use domain::{RepositoryError, SessionId, UserId};
use thiserror::Error;

/// A signed-in account, as of this request: token valid, session live, account not disabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) role: Role,
}

impl Actor {
    /// Makes an actor without asking anybody, for tests of the layers above.
    #[cfg(feature = "testing")]
    pub fn assumed(user: UserId, session: SessionId, role: Role) -> Self {
        Self { user, session, role }
    }

    /// Returns the account.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Returns the session.
    pub fn session(&self) -> &SessionId {
        &self.session
    }

    /// Returns what the account may do.
    pub fn role(&self) -> Role {
        self.role
    }
}

/// A token whose signature and claims are in order. Nobody may act on it before [`Authenticator::admit`] has said yes;
/// the claims are readable only so that the data of a read can be fetched meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedToken {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
}

impl VerifiedToken {
    /// Makes a token without asking anybody, for tests of the layers above.
    #[cfg(feature = "testing")]
    pub fn assumed(user: UserId, session: SessionId) -> Self {
        Self { user, session }
    }

    /// Returns whom the token claims to be. What is fetched for it must not leave the program unless
    /// [`Authenticator::admit`] agrees.
    pub fn claimed_user(&self) -> UserId {
        self.user
    }
}

/// Why nobody may act.
#[derive(Clone, Debug, Error)]
pub enum AuthenticationError {
    /// The token is malformed, forged, expired or meant for somebody else; clients are not told which.
    #[error("the token is not valid: {0}")]
    InvalidToken(&'static str),
    /// The session was ended, or the account is disabled or gone.
    #[error("the session has ended")]
    SessionEnded,
    /// The store failed, so that nobody can tell.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// Turns bearer tokens into actors.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// Checks signature and claims; asks no store.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidToken`].
    fn verify(&self, token: &str) -> Result<VerifiedToken, AuthenticationError>;
    /// Checks that the session is live and the account not disabled, and notes that the session is in use.
    ///
    /// # Errors
    /// [`AuthenticationError::SessionEnded`] and the store's.
    async fn admit(&self, token: &VerifiedToken) -> Result<Actor, AuthenticationError>;
}
