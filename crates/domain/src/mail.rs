//! Messages to people: the port that sends them. What they say is decided by whoever sends one.

use crate::account::EmailAddress;
use async_trait::async_trait;
use std::fmt;
use thiserror::Error;

/// A message of plain text. It may hold a token, so its `Debug` shows nothing.
#[derive(Clone)]
pub struct Letter {
    /// Who is to read it.
    pub to: EmailAddress,
    /// What it is about: never anything that came from a client.
    pub subject: &'static str,
    /// What it says, in lines that end with `\n`.
    pub text: String,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letter(..)")
    }
}

/// Sends messages.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a message over to whoever brings it.
    ///
    /// # Errors
    /// It was not taken. Nothing in the error tells what the message says or whom it is for, so that it can be logged.
    async fn send(&self, letter: &Letter) -> Result<(), MailError>;
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MailError {
    /// It never will be: there is no such mailbox, or the server cannot write to it.
    #[error("the message is refused: {0}")]
    Refused(String),
    /// It may be taken later.
    #[error("the message cannot be sent now: {0}")]
    Unavailable(String),
}
