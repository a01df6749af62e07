//! Sessions in memory.

use super::{shop::MemoryShop, unit::MemoryUnit};
use crate::account::{MAX_LIVE_SESSIONS, Session, SessionActivity, SessionRepository};
use crate::{Change, RepositoryError, SessionId, Timestamp, UserId};
use async_trait::async_trait;

#[async_trait]
impl SessionActivity for MemoryShop {
    async fn touch(&self, session: &SessionId, at: Timestamp) -> Result<(), RepositoryError> {
        if let Some(session) = self.read()?.sessions.get_mut(session) {
            session.last_seen_at = at;
        }
        Ok(())
    }
}

#[async_trait]
impl SessionRepository for MemoryUnit {
    async fn begin(&mut self, new: &Session, idle_since: Timestamp) -> Result<(), RepositoryError> {
        let sessions = &mut self.state.sessions;
        let is_live =
            |session: &Session| new.created_at < session.expires_at && idle_since < session.last_seen_at;
        sessions.retain(|_, session| session.user != new.user || is_live(session));
        sessions.insert(new.id.clone(), new.clone());
        let mut own: Vec<&Session> = sessions.values().filter(|session| session.user == new.user).collect();
        own.sort_by_key(|session| (session.created_at, session.id == new.id));
        let beyond = own.len().saturating_sub(MAX_LIVE_SESSIONS);
        let oldest: Vec<SessionId> = own.iter().take(beyond).map(|session| session.id.clone()).collect();
        sessions.retain(|id, _| !oldest.contains(id));
        self.record(Change::Account(new.user));
        Ok(())
    }

    async fn end(&mut self, user: UserId, id: &SessionId) -> Result<bool, RepositoryError> {
        let ended = self.state.sessions.get(id).is_some_and(|session| session.user == user);
        if ended {
            self.state.sessions.remove(id);
        }
        self.record(Change::Account(user));
        Ok(ended)
    }

    async fn end_all(&mut self, user: UserId, except: Option<&SessionId>) -> Result<u64, RepositoryError> {
        let before = self.state.sessions.len();
        self.state.sessions.retain(|id, session| session.user != user || Some(id) == except);
        let ended = before - self.state.sessions.len();
        self.record(Change::Account(user));
        Ok(ended as u64)
    }
}
