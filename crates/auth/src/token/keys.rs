//! The keys that tokens are signed with: one signs, each of them verifies, so that a secret can be replaced without
//! signing anybody out. Keys are told apart by an identifier that follows from the key, never by what a token asks for.

mod lines;
mod rotation;

pub use rotation::{KeyFacts, TooSoon};

use crate::AuthSecret;
use domain::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// One key or several, the newest first, each with its time. Only the oldest may be of unknown age.
pub struct KeyRing {
    keys: Vec<Key>,
    signature_only: Validation,
}

struct Key {
    secret: AuthSecret,
    /// When it was made; `None` for one that was there before there were others.
    made_at: Option<Timestamp>,
    /// The one header that tokens of this key have.
    header: Header,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl KeyRing {
    /// Makes the ring of a shop that has one secret.
    pub fn of(secret: AuthSecret) -> Self {
        Self::from_keys(vec![Key::new(secret, None)])
    }

    fn from_keys(keys: Vec<Key>) -> Self {
        // What the claims say is for `Tokens` to judge, by the injected clock.
        let mut signature_only = Validation::new(Algorithm::HS256);
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        Self { keys, signature_only }
    }

    /// Returns the secrets, the newest first.
    pub fn secrets(&self) -> impl Iterator<Item = &AuthSecret> {
        self.keys.iter().map(|key| &key.secret)
    }

    /// Tells whether another ring has the same keys with the same times.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        let same = |(one, other): (&Key, &Key)| one.header == other.header && one.made_at == other.made_at;
        self.keys.len() == other.keys.len() && self.keys.iter().zip(&other.keys).all(same)
    }

    pub(super) fn sign(&self, claims: &impl Serialize, now: Timestamp) -> String {
        let key = self.signing(now);
        jsonwebtoken::encode(&key.header, claims, &key.encoding)
            .expect("claims are plain structs, and HMAC takes any key and message")
    }

    /// Returns what a token says, when one of the keys that have their time signed it. The header must be the very one that
    /// we write: nothing in it is obeyed, so neither another algorithm nor `crit`, `jku`, `jwk` or the like can do anything.
    pub(super) fn open<T: DeserializeOwned>(&self, token: &str, now: Timestamp) -> Result<T, &'static str> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| "its header cannot be read")?;
        let at = self.keys.iter().position(|key| key.header == header);
        let at = at.filter(|at| self.verifies(*at, now)).ok_or("its header is not one of ours")?;
        jsonwebtoken::decode(token, &self.keys[at].decoding, &self.signature_only)
            .map(|token| token.claims)
            .map_err(|_| "its signature is wrong or its claims cannot be read")
    }
}

impl Key {
    fn new(secret: AuthSecret, made_at: Option<Timestamp>) -> Self {
        let bytes = secret.expose().as_bytes();
        let header = Header { kid: Some(key_id(bytes)), ..Header::new(Algorithm::HS256) };
        let (encoding, decoding) = (EncodingKey::from_secret(bytes), DecodingKey::from_secret(bytes));
        Self { secret, made_at, header, encoding, decoding }
    }

    fn id(&self) -> &str {
        self.header.kid.as_deref().unwrap_or_default()
    }
}

/// Returns the first 8 hexadecimal digits of the key's SHA-256.
fn key_id(secret: &[u8]) -> String {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(secret));
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}
