//! The secrets of endpoints, derived instead of stored: HMAC-SHA-256 of what the database holds about an endpoint, under a
//! key that follows from the shop's pepper, which no database holds.

use domain::webhook::{EndpointNonce, SecretKeeper, SigningSecret};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What sets this use of the pepper apart from every other.
const PURPOSE: &[u8] = b"tradepost webhook secrets 1";

/// Derives the secrets of endpoints.
#[derive(Clone)]
pub struct SigningKeys(Hmac<Sha256>);

impl SigningKeys {
    /// Derives the shop's key for this purpose from its pepper.
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    pub fn derived_from(pepper: &[u8]) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(pepper).expect("HMAC takes keys of any length");
        let key = mac.chain_update(PURPOSE).finalize().into_bytes();
        Self(Hmac::new_from_slice(&key).expect("HMAC takes keys of any length"))
    }
}

impl SecretKeeper for SigningKeys {
    fn secret(&self, nonce: &EndpointNonce, version: u32) -> SigningSecret {
        let mac = self.0.clone().chain_update(format!("{}.{version}", nonce.as_str()));
        SigningSecret::new(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_endpoints_one_versions_and_one_shops() {
        let nonce = |digit: &str| EndpointNonce::parse(&digit.repeat(32)).unwrap();
        let (shop, other) = (SigningKeys::derived_from(&[1; 32]), SigningKeys::derived_from(&[2; 32]));
        let secret = shop.secret(&nonce("a"), 1);
        assert_eq!(secret, SigningKeys::derived_from(&[1; 32]).secret(&nonce("a"), 1));
        for another in
            [shop.secret(&nonce("b"), 1), shop.secret(&nonce("a"), 2), other.secret(&nonce("a"), 1)]
        {
            assert_ne!(secret, another);
        }
        assert!(secret.bytes() != &[1; 32]);
    }
}
