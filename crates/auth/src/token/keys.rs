//! The keys that tokens are signed with: one signs, each of them verifies, so that a secret can be replaced without
//! signing everybody out. Keys are told apart by an identifier that follows from the key, never by what a token asks for.

use crate::AuthSecret;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Several keys in the order in which they came into use, the newest first.
pub struct KeyRing {
    signing: Key,
    older: Vec<Key>,
    signature_only: Validation,
}

struct Key {
    /// The one header that tokens of this key have.
    header: Header,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl KeyRing {
    /// Makes a ring that signs with the first secret and also accepts what the older ones signed.
    pub fn new(signing: &AuthSecret, older: &[AuthSecret]) -> Self {
        // What the claims say is for `Tokens` to judge, by the injected clock.
        let mut signature_only = Validation::new(Algorithm::HS256);
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        Self { signing: Key::new(signing), older: older.iter().map(Key::new).collect(), signature_only }
    }

    pub(super) fn sign(&self, claims: &impl Serialize) -> String {
        jsonwebtoken::encode(&self.signing.header, claims, &self.signing.encoding)
            .expect("claims are plain structs, and HMAC takes any key and message")
    }

    /// Returns what a token says, when one of the keys signed it. The header must be the very one that we write: nothing
    /// in it is obeyed, so neither another algorithm nor `crit`, `jku`, `jwk` or the like can do anything.
    pub(super) fn open<T: DeserializeOwned>(&self, token: &str) -> Result<T, &'static str> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| "its header cannot be read")?;
        let mut keys = std::iter::once(&self.signing).chain(&self.older);
        let key = keys.find(|key| key.header == header).ok_or("its header is not one of ours")?;
        jsonwebtoken::decode(token, &key.decoding, &self.signature_only)
            .map(|token| token.claims)
            .map_err(|_| "its signature is wrong or its claims cannot be read")
    }
}

impl Key {
    fn new(secret: &AuthSecret) -> Self {
        let secret = secret.expose().as_bytes();
        let header = Header { kid: Some(key_id(secret)), ..Header::new(Algorithm::HS256) };
        Self {
            header,
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
        }
    }
}

/// Returns the first 8 hexadecimal digits of the key's SHA-256.
fn key_id(secret: &[u8]) -> String {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(secret));
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}
