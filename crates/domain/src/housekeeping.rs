//! What is thrown away in time: things that have ended, that nobody is shown any more, and that only take room.

use crate::{RepositoryError, Timestamp};
use async_trait::async_trait;

/// A kind of thing that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Guests' carts that nobody has edited for long.
    GuestCarts,
    /// Answers that were kept for requests which are sent again.
    IdempotencyKeys,
    /// Events that happened long ago, with the log of where they were sent. One that still waits to be sent goes too.
    Events,
    /// Tokens of messages that nobody used in time.
    MailedTokens,
    /// Deliveries to endpoints that staff removed, with the log of their attempts.
    Deliveries,
    /// Endpoints that staff removed, when their deliveries are gone.
    Endpoints,
}

impl Ending {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::GuestCarts,
        Self::IdempotencyKeys,
        Self::Events,
        Self::MailedTokens,
        Self::Deliveries,
        Self::Endpoints,
    ];

    /// Returns what the log calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GuestCarts => "guests' carts",
            Self::IdempotencyKeys => "idempotency keys",
            Self::Events => "events",
            Self::MailedTokens => "tokens of messages",
            Self::Deliveries => "deliveries to removed endpoints",
            Self::Endpoints => "removed endpoints",
        }
    }
}

/// Throws things away. It does no harm when several programs do it at once, or none for long.
#[async_trait]
pub trait Housekeeping: Send + Sync {
    /// Removes what of a kind has ended by now, and tells how many.
    async fn prune(&self, what: Ending, now: Timestamp) -> Result<u64, RepositoryError>;
}
