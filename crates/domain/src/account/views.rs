//! What clients and the cache see of an account.

use super::{Role, Session, User};
use crate::{SessionId, Timestamp, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An account as its owner and staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = User))]
pub struct UserView {
    /// Identifies the account.
    #[cfg_attr(feature = "openapi", schema(value_type = i64, example = 2))]
    pub id: UserId,
    /// What its owner is called.
    pub name: String,
    /// Where its owner is reached.
    pub email: String,
    /// Whether its owner has proved to read the messages there.
    pub email_verified: bool,
    /// What it may do.
    pub role: Role,
    /// Whether it is shut out.
    pub disabled: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            name: user.name.to_string(),
            email: user.email.to_string(),
            email_verified: user.email_verified_at.is_some(),
            role: user.role,
            disabled: user.disabled,
            created_at: user.created_at,
        }
    }
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Session))]
pub struct SessionView {
    /// Identifies the session.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: SessionId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to within five minutes.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// The address that it signed in from.
    pub address: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl SessionView {
    /// Shows a session to the one that asks.
    pub fn of(session: &Session, asking: &SessionId) -> Self {
        Self {
            id: session.id.clone(),
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent.clone(),
            address: session.address.clone(),
            current: session.id == *asking,
        }
    }
}

/// What every authenticated request asks about an account. It is cached at `user:token:{user}` and holds no credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountState {
    /// What the account may do.
    pub role: Role,
    /// Whether it is shut out.
    pub disabled: bool,
    /// Its sessions that have not been ended; at most [`MAX_LIVE_SESSIONS`](super::MAX_LIVE_SESSIONS).
    pub sessions: Vec<LiveSession>,
}

impl AccountState {
    /// Returns a session that may act now, if it was not idle for too long; the account must not be shut out.
    pub fn live(&self, session: &SessionId, now: Timestamp) -> Option<&LiveSession> {
        let live = self.sessions.iter().find(|live| live.id == *session && now < live.expires_at);
        live.filter(|_| !self.disabled)
    }
}

/// A session that has not been ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveSession {
    /// Identifies it.
    pub id: SessionId,
    /// When it was last used, as far as was known when this was read; it may have been used since. Where a former version
    /// wrote the cell, long ago.
    #[serde(default)]
    pub last_seen_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}
