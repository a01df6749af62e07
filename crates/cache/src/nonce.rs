//! The marks that tell one state of a store from another: a generation for each tag, an epoch for the whole store.

use domain::Entropy;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A random nonce that stands for what a tag's data is now; a write takes it away, and no two are ever alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Generation(String);

impl Generation {
    /// Draws a new one.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self::from_bits(u64::from_be_bytes(entropy.bytes()))
    }

    /// Returns another one, always the same for the same one, that nobody else draws.
    pub(crate) fn another(&self) -> Self {
        Self(digest(self.0.as_bytes()))
    }

    /// Reads what a store holds; `None` where it is nothing that [`Generation::draw`] made.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let valid = raw.len() == 16 && raw.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        valid.then(|| Self(String::from_utf8_lossy(raw).into_owned()))
    }

    /// Returns the 16 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn from_bits(bits: u64) -> Self {
        Self(format!("{bits:016x}"))
    }
}

impl TryFrom<String> for Generation {
    type Error = &'static str;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(raw.as_bytes()).ok_or("a generation has 16 hexadecimal digits")
    }
}

impl From<Generation> for String {
    fn from(generation: Generation) -> Self {
        generation.0
    }
}

/// One life of a store together with the database that it keeps copies of. A cell of another epoch is never served:
/// its generations may have come back from a snapshot, or mean another database.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(String);

impl Epoch {
    /// Hashes what identifies the life.
    pub fn of(parts: &[&str]) -> Self {
        Self(digest(parts.join("\n").as_bytes()))
    }
}

/// Returns the first 16 hexadecimal digits of SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let bits = digest[..8].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    format!("{bits:016x}")
}
