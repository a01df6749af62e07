//! From tokens to actors: the token names a session, and the account's state, which comes from the cache as a rule, says
//! whether that session still lives. Changes nothing but when a session was last seen.

use crate::limiter::Limiter;
use crate::token::{LIFETIME_SECONDS, Tokens};
use crate::{Actor, AuthenticationError, Authenticator, VerifiedToken};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::account::{AccountReader, AccountState, LiveSession, SessionActivity};
use domain::{Clock, RepositoryError, SessionId, Timestamp};
use governor::Quota;
use std::{sync::Arc, time::Duration};

/// How long a session's use goes unnoted after it was noted.
const NOTED_EVERY: Duration = Duration::from_mins(5);

/// What sessions are checked with.
pub struct SessionsOptions {
    /// Checks tokens; the one that makes them.
    pub tokens: Arc<Tokens>,
    /// Knows the live sessions; the cached one.
    pub reader: Arc<dyn AccountReader>,
    /// Takes notes of use.
    pub activity: Arc<dyn SessionActivity>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Admits whoever holds the token of a live session.
pub struct Sessions {
    tokens: Arc<Tokens>,
    reader: Arc<dyn AccountReader>,
    activity: Arc<dyn SessionActivity>,
    clock: Arc<dyn Clock>,
    notes: Limiter<SessionId>,
}

impl Sessions {
    /// Puts it together.
    ///
    /// # Panics
    /// Never: five minutes are longer than nothing.
    pub fn new(options: SessionsOptions) -> Self {
        let SessionsOptions { tokens, reader, activity, clock } = options;
        let quota = Quota::with_period(NOTED_EVERY).expect("five minutes are longer than nothing");
        let notes = Limiter::new(quota, Arc::clone(&clock));
        Self { tokens, reader, activity, clock, notes }
    }

    /// Notes that the session is in use, unless that was done within five minutes, its beginning included. Nobody waits
    /// for the note, and nothing depends on it.
    fn note(&self, session: &LiveSession, now: Timestamp) {
        let began = session.expires_at - TimeDelta::seconds(LIFETIME_SECONDS);
        let just_began = (now - began).to_std().is_ok_and(|age| age < NOTED_EVERY);
        if just_began || self.notes.check(&session.id).is_err() {
            return;
        }
        let (activity, session) = (Arc::clone(&self.activity), session.id.clone());
        tokio::spawn(async move {
            if let Err(error) = activity.touch(&session, now).await {
                tracing::debug!(%error, "the last use of a session was not noted");
            }
        });
    }
}

#[async_trait]
impl Authenticator for Sessions {
    fn verify(&self, token: &str) -> Result<VerifiedToken, AuthenticationError> {
        self.tokens.verify(token)
    }

    async fn admit(&self, token: &VerifiedToken) -> Result<Actor, AuthenticationError> {
        let state = self.reader.state(token.user).await?.ok_or(AuthenticationError::SessionEnded)?;
        let state: AccountState = state.value.decode().map_err(|error| {
            RepositoryError::Unexpected(format!("the state of an account cannot be read: {error}"))
        })?;
        let now = self.clock.now();
        if !state.admits(&token.session, now) {
            return Err(AuthenticationError::SessionEnded);
        }
        if let Some(session) = state.sessions.iter().find(|live| live.id == token.session) {
            self.note(session, now);
        }
        Ok(Actor { user: token.user, session: token.session.clone(), role: state.role })
    }
}
