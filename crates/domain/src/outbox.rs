//! The port to the outbox: what was committed together with messages, for whoever passes them on. It knows texts and
//! numbers; what a message means is the business of those who write and read it.

use crate::RepositoryError;
use async_trait::async_trait;

/// Identifies a message; later ones have higher numbers, though they may become visible earlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub i64);

/// A message that somebody committed and nobody has passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which one it is.
    pub id: MessageId,
    /// What it says, as it was announced; whatever SQL put there otherwise.
    pub text: String,
}

/// The messages that are left. Reading takes no locks, so that any number of programs may pass on the same ones.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Returns those with a higher id than `after`, in the order of their ids, `limit` at most.
    async fn pending(&self, after: MessageId, limit: u32) -> Result<Vec<Message>, RepositoryError>;

    /// Deletes messages that were passed on. One that is gone already is no error.
    async fn forget(&self, messages: &[MessageId]) -> Result<(), RepositoryError>;
}
