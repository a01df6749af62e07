//! The secrets that webhooks are signed with. None is stored: each follows from a key of the shop and what the database
//! holds about the endpoint, so that whoever has only the database can sign nothing.

use crate::{Entropy, Invalid, Timestamp};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use std::fmt;

/// How long the secret before the last change is still signed with.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// The 32 bytes that an endpoint's webhooks are signed with. They do not show when they are printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret([u8; 32]);

impl SigningSecret {
    /// Wraps the bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes, for signing.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the secret as its receiver gets it: `whsec_` and base64.
    pub fn expose(&self) -> String {
        format!("whsec_{}", BASE64_STANDARD.encode(self.0))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

/// What tells an endpoint's secrets from those of every other one: 128 random bits as 32 hexadecimal digits. It is no
/// secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointNonce(String);

impl EndpointNonce {
    /// Draws a new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(entropy.bytes())))
    }

    /// Reads one as the database has it.
    ///
    /// # Errors
    /// Anything but 32 lower-case hexadecimal digits.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let valid = raw.len() == 32 && raw.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        valid.then(|| Self(raw.to_owned())).ok_or(Invalid::new("must be 32 lower-case hexadecimal digits"))
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which secrets an endpoint has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointKey {
    /// What they are derived from, besides the shop's key.
    pub nonce: EndpointNonce,
    /// Which of them counts, from 1.
    pub version: u32,
    /// When it took the place of the one before.
    pub rotated_at: Option<Timestamp>,
}

impl EndpointKey {
    /// Makes the key of a new endpoint.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self { nonce: EndpointNonce::generate(entropy), version: 1, rotated_at: None }
    }

    /// Moves on to the next secret.
    #[must_use]
    pub fn rotated(&self, now: Timestamp) -> Self {
        Self { version: self.version.saturating_add(1), rotated_at: Some(now), ..self.clone() }
    }

    /// Returns until when the secret before this one is signed with, too; nothing where it is not any more.
    pub fn previous_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.rotated_at.map(|at| at + OVERLAP).filter(|until| now < *until)
    }

    /// Returns the secrets that are signed with at a moment, the newest first.
    pub fn secrets(&self, keeper: &dyn SecretKeeper, now: Timestamp) -> Vec<SigningSecret> {
        let older = self.previous_until(now).map(|_| self.version - 1);
        let versions = std::iter::once(self.version).chain(older);
        versions.map(|version| keeper.secret(&self.nonce, version)).collect()
    }
}

/// Knows the key of the shop that secrets are derived from.
pub trait SecretKeeper: Send + Sync {
    /// Returns a secret; the same one whenever it is asked for.
    fn secret(&self, nonce: &EndpointNonce, version: u32) -> SigningSecret;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;
    use crate::testing::{CountingEntropy, FixedClock};

    struct Spelled;

    impl SecretKeeper for Spelled {
        fn secret(&self, _: &EndpointNonce, version: u32) -> SigningSecret {
            SigningSecret::new([u8::try_from(version).unwrap(); 32])
        }
    }

    #[test]
    fn a_secret_is_shown_to_its_receiver_alone() {
        let secret = SigningSecret::new([7; 32]);
        assert_eq!(secret.expose(), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        assert_eq!(format!("{secret:?}"), "SigningSecret(…)");
    }

    #[test]
    fn for_a_day_both_secrets_are_signed_with() {
        let (clock, key) = (FixedClock::default(), EndpointKey::generate(&CountingEntropy::default()));
        let versions = |key: &EndpointKey, at| -> Vec<u8> {
            key.secrets(&Spelled, at).iter().map(|secret| secret.bytes()[0]).collect()
        };
        let rotated_at = clock.now();
        assert_eq!(versions(&key, rotated_at), [1]);
        let key = key.rotated(rotated_at);
        let last_moment = rotated_at + OVERLAP - TimeDelta::microseconds(1);
        assert_eq!(versions(&key, last_moment), [2, 1]);
        assert_eq!(versions(&key, rotated_at + OVERLAP), [2]);
        assert_eq!(versions(&key.rotated(rotated_at), last_moment), [3, 2]);
    }
}
