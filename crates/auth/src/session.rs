//! From tokens to actors: the token names a session, and the account's state, which comes from the cache as a rule, says
//! whether that session still lives. Changes nothing but when a session was last seen.

use crate::idle::NOTED_EVERY;
use crate::limiter::Limiter;
use crate::token::{LIFETIME_SECONDS, Tokens};
use crate::{Actor, AuthenticationError, Authenticator, IdleLimit, VerifiedToken};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::account::{AccountReader, AccountState, LiveSession, SessionActivity};
use domain::{Clock, RepositoryError, SessionId, Timestamp, UserId};
use governor::Quota;
use std::sync::Arc;

/// What sessions are checked with.
pub struct SessionsOptions {
    /// Checks tokens; the one that makes them.
    pub tokens: Arc<Tokens>,
    /// Knows the live sessions; the cached one.
    pub reader: Arc<dyn AccountReader>,
    /// Takes notes of use.
    pub activity: Arc<dyn SessionActivity>,
    /// How long a session may go unused.
    pub idle: IdleLimit,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Admits whoever holds the token of a live session.
pub struct Sessions {
    tokens: Arc<Tokens>,
    reader: Arc<dyn AccountReader>,
    activity: Arc<dyn SessionActivity>,
    idle: IdleLimit,
    clock: Arc<dyn Clock>,
    notes: Limiter<SessionId>,
}

impl Sessions {
    /// Puts it together.
    ///
    /// # Panics
    /// Never: five minutes are longer than nothing.
    pub fn new(options: SessionsOptions) -> Self {
        let SessionsOptions { tokens, reader, activity, idle, clock } = options;
        let quota = Quota::with_period(NOTED_EVERY).expect("five minutes are longer than nothing");
        let notes = Limiter::new(quota, Arc::clone(&clock));
        Self { tokens, reader, activity, idle, clock, notes }
    }

    /// Tells whether a session was unused for too long. What was read from a copy says when it was used at the earliest; only
    /// the truth can say that it was not used since.
    async fn is_idle(
        &self,
        user: UserId,
        live: &LiveSession,
        now: Timestamp,
    ) -> Result<bool, RepositoryError> {
        if !self.idle.is_over(live.last_seen_at, now) {
            return Ok(false);
        }
        let sessions = self.reader.sessions(user, now).await?.value;
        let truth = sessions.iter().find(|session| session.id == live.id);
        Ok(truth.is_none_or(|session| self.idle.is_over(session.last_seen_at, now)))
    }

    /// Notes that the session is in use, unless that was done within five minutes, its beginning included. Nobody waits
    /// for the note. One that is lost is made good by the next, long before the session counts as idle.
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
        let live = state.live(&token.session, now).ok_or(AuthenticationError::SessionEnded)?;
        if self.is_idle(token.user, live, now).await? {
            return Err(AuthenticationError::SessionEnded);
        }
        self.note(live, now);
        Ok(Actor { user: token.user, session: token.session.clone(), role: state.role })
    }
}
