//! Accounts in memory.

use super::{shop::MemoryShop, unit::MemoryUnit};
use crate::account::{
    AccountReader, AccountState, Credentials, EmailAddress, LiveSession, NewUser, PasswordHash, Session,
    User, UserRepository, UserView,
};
use crate::{Change, Doc, RepositoryError, Source, Sourced, Timestamp, UserId, Version};
use async_trait::async_trait;

#[async_trait]
impl AccountReader for MemoryShop {
    async fn state(&self, user: UserId) -> Result<Option<Sourced<Doc<AccountState>>>, RepositoryError> {
        let state = self.read()?;
        let live = |session: &Session| LiveSession {
            id: session.id.clone(),
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
        };
        let sessions = state.sessions.values().filter(|session| session.user == user).map(live).collect();
        let account = state.users.get(&user).map(|Credentials { user, .. }| AccountState {
            role: user.role,
            disabled: user.disabled,
            sessions,
        });
        Ok(account.map(|account| Sourced::direct(Source::Sqlite, Doc::encode(Version::NONE, &account))))
    }

    async fn profile(&self, user: UserId) -> Result<Option<Sourced<Doc<UserView>>>, RepositoryError> {
        let view = self.read()?.users.get(&user).map(|account| UserView::from(&account.user));
        Ok(view.map(|view| Sourced::direct(Source::Sqlite, Doc::encode(Version::NONE, &view))))
    }

    async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Sourced<Vec<Session>>, RepositoryError> {
        let state = self.read()?;
        let live = state.sessions.values().filter(|session| session.user == user && now < session.expires_at);
        let mut sessions: Vec<Session> = live.cloned().collect();
        sessions.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        Ok(Sourced::direct(Source::Sqlite, sessions))
    }

    async fn credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, RepositoryError> {
        let state = self.read()?;
        Ok(state.users.values().find(|account| account.user.email.key() == email.key()).cloned())
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, RepositoryError> {
        Ok(self.read()?.users.get(&user).cloned())
    }
}

#[async_trait]
impl UserRepository for MemoryUnit {
    async fn insert(&mut self, new: &NewUser) -> Result<Option<User>, RepositoryError> {
        if self.state.users.values().any(|account| account.user.email.key() == new.email.key()) {
            return Ok(None);
        }
        let user = User {
            id: UserId(self.state.next_id()),
            name: new.name.clone(),
            email: new.email.clone(),
            email_verified_at: None,
            role: new.role,
            disabled: false,
            created_at: new.created_at,
        };
        let account = Credentials { user: user.clone(), password: new.password.clone() };
        self.state.users.insert(user.id, account);
        Ok(Some(user))
    }

    async fn lock(&mut self, user: UserId) -> Result<Option<Credentials>, RepositoryError> {
        Ok(self.state.users.get(&user).cloned())
    }

    async fn save(&mut self, user: &User) -> Result<(), RepositoryError> {
        if let Some(account) = self.state.users.get_mut(&user.id) {
            account.user = user.clone();
            self.record(Change::Account(user.id));
        }
        Ok(())
    }

    async fn set_password(&mut self, user: UserId, password: &PasswordHash) -> Result<(), RepositoryError> {
        if let Some(account) = self.state.users.get_mut(&user) {
            account.password = password.clone();
        }
        Ok(())
    }
}
