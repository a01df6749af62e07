//! Whose a cart is: an account's, or that of a guest who holds its token.

use crate::token::{Token, TokenHash};
use crate::{Client, Timestamp, UserId};
use chrono::TimeDelta;

/// How many days a guest's cart is kept after its last edit.
const GUEST_DAYS: i64 = 30;

/// Whose a cart is, and so which cart it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CartOwner {
    /// An account's.
    User(UserId),
    /// That of whoever holds the token with this hash.
    Guest(CartTokenHash),
}

impl CartOwner {
    /// Returns when a cart ends that is edited now and never again; `None` for an account's, which stays.
    pub fn expiry(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::User(_) => None,
            Self::Guest(_) => Some(now + TimeDelta::days(GUEST_DAYS)),
        }
    }
}

/// Who comes for a cart.
#[derive(Clone, Debug)]
pub enum Shopper {
    /// Somebody who is signed in.
    Account(UserId),
    /// A guest.
    Guest {
        /// The token that came along; it need not be a cart's.
        token: Option<CartToken>,
        /// Where the guest comes from.
        client: Client,
    },
}

impl Shopper {
    /// Returns whose cart is meant; `None` for a guest without a token.
    pub fn owner(&self) -> Option<CartOwner> {
        match self {
            Self::Account(user) => Some(CartOwner::User(*user)),
            Self::Guest { token, .. } => token.as_ref().map(|token| CartOwner::Guest(token.hash())),
        }
    }

    /// Returns the token that came along.
    pub fn token(&self) -> Option<&CartToken> {
        match self {
            Self::Account(_) => None,
            Self::Guest { token, .. } => token.as_ref(),
        }
    }
}

/// What a [`CartToken`] opens: the cart of a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuestCart {}

/// What a guest holds to come back to a cart.
pub type CartToken = Token<GuestCart>;

/// What the shop keeps of a [`CartToken`].
pub type CartTokenHash = TokenHash<GuestCart>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingEntropy;

    #[test]
    fn only_guests_carts_end() {
        let (now, guest) = (Timestamp::UNIX_EPOCH, CartToken::generate(&CountingEntropy::default()).hash());
        assert_eq!(CartOwner::User(UserId(1)).expiry(now), None);
        assert_eq!(CartOwner::Guest(guest).expiry(now), Some(now + TimeDelta::days(30)));
    }
}
