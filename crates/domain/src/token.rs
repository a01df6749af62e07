//! Opaque tokens. A token is told once, to whoever may use it, and is kept nowhere; what is kept is its hash.

use crate::{Entropy, Invalid};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::{fmt, marker::PhantomData};

/// 256 random bits in base64url (RFC 4648, 5) without padding. `K` is the kind of thing that it opens, so that a token of one
/// kind can never be passed where another is meant. Whoever holds it may have that thing, so its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token<K>(String, PhantomData<K>);

impl<K> Token<K> {
    /// Makes a new token that nobody can guess.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()), PhantomData)
    }

    /// Reads a token as somebody brought it, in its only spelling. Whether the shop made it is another question.
    ///
    /// # Errors
    /// Anything that is no token.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let valid = BASE64_URL_SAFE_NO_PAD.decode(raw).is_ok_and(|bytes| bytes.len() == 32);
        valid
            .then(|| Self(raw.to_owned(), PhantomData))
            .ok_or(Invalid::new("must be a token that the shop gave out"))
    }

    /// Returns the text, for telling it to its holder.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns what the shop keeps of it.
    pub fn hash(&self) -> TokenHash<K> {
        TokenHash(Sha256::digest(&self.0).into(), PhantomData)
    }
}

impl<K> fmt::Debug for Token<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// The SHA-256 of a token's text: it finds a thing and opens none. Nothing slower is needed where nothing can be guessed, and
/// what is found by a hash takes as long for a token that is nearly right as for any other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash<K>([u8; 32], PhantomData<K>);

impl<K> fmt::Display for TokenHash<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<K> fmt::Debug for TokenHash<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenHash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingEntropy;

    type Any = Token<()>;

    #[test]
    fn a_token_has_one_spelling_and_does_not_show_when_printed() {
        let token = Any::generate(&CountingEntropy::default());
        let text = token.expose();
        assert_eq!((text.len(), Any::parse(text)), (43, Ok(token.clone())));
        assert_eq!(format!("{token:?}"), "Token(..)");
        // The last of 43 characters carries four bits; the other two are zero in the one spelling.
        let respelled = |end: &str| Any::parse(&format!("{}{end}", &text[..42]));
        assert_eq!(["A", "B", "C", "D"].iter().filter(|end| respelled(end).is_ok()).count(), 1);
        let wrong = [String::new(), "token".to_owned(), text[1..].to_owned(), text.replace(|_| true, "+")];
        let padded = ["{}=", "{}A", " {}", "{} "].map(|around| around.replace("{}", text));
        for wrong in wrong.iter().chain(&padded) {
            assert!(Any::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_hash_tells_tokens_apart_and_holds_none() {
        let entropy = CountingEntropy::default();
        assert_ne!(Any::generate(&entropy).hash(), Any::generate(&entropy).hash());
        let known = Any::parse(&"A".repeat(43)).map(|token| token.hash()).unwrap();
        let digits = "0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a";
        assert_eq!(format!("{known} {known:?}"), format!("{digits} TokenHash({digits})"));
    }
}
