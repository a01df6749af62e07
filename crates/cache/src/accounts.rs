//! Accounts as read through cells: only what every authenticated request asks, and never a credential.

use crate::{CellKey, Cells, Loaded};
use async_trait::async_trait;
use domain::account::{AccountReader, AccountState, Credentials, EmailAddress, Session, UserView};
use domain::{Doc, RepositoryError, Sourced, Timestamp, UserId};
use std::sync::Arc;

/// Keeps the state of accounts in cells; everything else is read from where it is.
pub struct CachedAccounts {
    inner: Arc<dyn AccountReader>,
    cells: Cells,
}

impl CachedAccounts {
    /// Puts cells in front of a reader.
    pub fn new(inner: Arc<dyn AccountReader>, cells: Cells) -> Self {
        Self { inner, cells }
    }
}

#[async_trait]
impl AccountReader for CachedAccounts {
    async fn state(&self, user: UserId) -> Result<Option<Sourced<Doc<AccountState>>>, RepositoryError> {
        let inner = Arc::clone(&self.inner);
        let load = async move { Ok(inner.state(user).await?.map(Loaded::Lasting)) };
        self.cells.find(&CellKey::account(user), load).await
    }

    async fn profile(&self, user: UserId) -> Result<Option<Sourced<Doc<UserView>>>, RepositoryError> {
        self.inner.profile(user).await
    }

    async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Sourced<Vec<Session>>, RepositoryError> {
        self.inner.sessions(user, now).await
    }

    async fn credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, RepositoryError> {
        self.inner.credentials(email).await
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, RepositoryError> {
        self.inner.credentials_of(user).await
    }
}
