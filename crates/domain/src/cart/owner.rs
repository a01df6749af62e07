//! Whose a cart is: an account's, or that of a guest who holds its token. The token is told once, to the guest, and is kept
//! nowhere; what is kept is its hash.

use crate::{Client, Entropy, Invalid, Timestamp, UserId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use std::fmt;

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

/// What a guest holds to come back to a cart: 256 random bits in base64url (RFC 4648, 5) without padding. Whoever holds it
/// has the cart, so its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct CartToken(String);

impl CartToken {
    /// Makes a new token that nobody can guess.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()))
    }

    /// Reads a token as a guest sent it, in its only spelling.
    ///
    /// # Errors
    /// Anything that is no token.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let valid = URL_SAFE_NO_PAD.decode(raw).is_ok_and(|bytes| bytes.len() == 32);
        valid.then(|| Self(raw.to_owned())).ok_or(Invalid::new("must be a token that the shop gave out"))
    }

    /// Returns the text, for telling it to its guest.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns what the shop keeps of it.
    pub fn hash(&self) -> CartTokenHash {
        CartTokenHash(Sha256::digest(&self.0).into())
    }
}

impl fmt::Debug for CartToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CartToken(..)")
    }
}

/// The SHA-256 of a token's text: it finds a cart and opens none. Nothing slower is needed where nothing can be guessed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CartTokenHash([u8; 32]);

impl fmt::Display for CartTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CartTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CartTokenHash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CountingEntropy, a_client};

    #[test]
    fn a_token_has_one_spelling_and_does_not_show_when_printed() {
        let token = CartToken::generate(&CountingEntropy::default());
        let text = token.expose().to_owned();
        assert_eq!(text.len(), 43);
        assert_eq!(CartToken::parse(&text), Ok(token.clone()));
        let shopper = Shopper::Guest { token: Some(token.clone()), client: a_client() };
        assert!(!format!("{shopper:?}").contains(&text));
        assert_eq!(format!("{token:?}"), "CartToken(..)");
        // The last of 43 characters carries four bits; the other two are zero in the one spelling.
        let last = text.char_indices().last().map(|(at, _)| at).unwrap_or_default();
        let respelled = |end: &str| CartToken::parse(&format!("{}{end}", &text[..last]));
        assert_eq!(["A", "B", "C", "D"].iter().filter(|end| respelled(end).is_ok()).count(), 1);
        for wrong in
            ["", "token", &text[1..], &format!("{text}="), &format!("{text}A"), &text.replace(|_| true, "+")]
        {
            assert!(CartToken::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_hash_tells_tokens_apart_and_holds_none() {
        let entropy = CountingEntropy::default();
        let (one, other) = (CartToken::generate(&entropy), CartToken::generate(&entropy));
        assert_ne!(one.hash(), other.hash());
        let known = CartToken("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()).hash();
        let digits = "0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a";
        assert_eq!(format!("{known} {known:?}"), format!("{digits} CartTokenHash({digits})"));
    }

    #[test]
    fn only_guests_carts_end() {
        let (now, guest) = (Timestamp::UNIX_EPOCH, CartTokenHash([0; 32]));
        assert_eq!(CartOwner::User(UserId(1)).expiry(now), None);
        assert_eq!(CartOwner::Guest(guest).expiry(now), Some(now + TimeDelta::days(30)));
    }
}
