//! Tokens of messages in memory, and a mailbox for all that is sent.

use super::unit::MemoryUnit;
use crate::account::{KeptToken, MailedTokenHash, MailedTokenRepository, Purpose};
use crate::mail::{Letter, MailError, Mailer};
use crate::{RepositoryError, Timestamp, UserId};
use async_trait::async_trait;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

#[async_trait]
impl MailedTokenRepository for MemoryUnit {
    async fn keep(&mut self, token: &KeptToken) -> Result<(), RepositoryError> {
        self.state.mailed_tokens.insert((token.user, token.purpose), *token);
        Ok(())
    }

    async fn holder(
        &mut self,
        purpose: Purpose,
        hash: &MailedTokenHash,
    ) -> Result<Option<UserId>, RepositoryError> {
        let mut kept = self.state.mailed_tokens.values();
        Ok(kept.find(|token| token.purpose == purpose && token.hash == *hash).map(|token| token.user))
    }

    async fn use_up(
        &mut self,
        purpose: Purpose,
        hash: &MailedTokenHash,
        now: Timestamp,
    ) -> Result<bool, RepositoryError> {
        let before = self.state.mailed_tokens.len();
        let is_it =
            |token: &KeptToken| token.purpose == purpose && token.hash == *hash && now < token.expires_at;
        self.state.mailed_tokens.retain(|_, token| !is_it(token));
        Ok(self.state.mailed_tokens.len() < before)
    }

    async fn void(&mut self, user: UserId, purpose: Purpose) -> Result<(), RepositoryError> {
        self.state.mailed_tokens.remove(&(user, purpose));
        Ok(())
    }
}

/// Takes every message, once it has failed as often as a test asks for.
#[derive(Debug, Default)]
pub struct MemoryMailer {
    letters: Mutex<Vec<Letter>>,
    failures: Mutex<Vec<MailError>>,
    tries: Mutex<usize>,
    came: Notify,
    is_silent: bool,
}

impl MemoryMailer {
    /// Fails with these, the last one first, before it takes anything.
    pub fn failing_with(failures: Vec<MailError>) -> Self {
        Self { failures: Mutex::new(failures), ..Self::default() }
    }

    /// Never answers.
    pub fn silent() -> Self {
        Self { is_silent: true, ..Self::default() }
    }

    /// Takes the next message out, when it has come.
    pub async fn next(&self) -> Letter {
        loop {
            let came = self.came.notified();
            if let Some(letter) = self.first() {
                return letter;
            }
            came.await;
        }
    }

    fn first(&self) -> Option<Letter> {
        let mut letters = locked(&self.letters);
        (!letters.is_empty()).then(|| letters.remove(0))
    }

    /// Takes the messages out that have come, the oldest first.
    pub fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut *locked(&self.letters))
    }

    /// Returns how often it was asked to take one.
    pub fn tries(&self) -> usize {
        *locked(&self.tries)
    }
}

#[async_trait]
impl Mailer for MemoryMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        *locked(&self.tries) += 1;
        if self.is_silent {
            std::future::pending::<()>().await;
        }
        if let Some(failure) = locked(&self.failures).pop() {
            return Err(failure);
        }
        locked(&self.letters).push(letter.clone());
        self.came.notify_one();
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
