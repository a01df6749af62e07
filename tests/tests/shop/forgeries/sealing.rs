//! Making tokens by hand, without the library that the shop makes them with.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::digest::{Digest, core_api::BlockSizeUser};
use hmac::{Mac, SimpleHmac};
use serde_json::Value;
use sha2::Sha256;
use system_tests::SECRET;

/// A real token, taken apart.
pub(super) struct Original {
    pub(super) header: Value,
    pub(super) claims: Value,
    header_text: String,
    claims_text: String,
}

impl Original {
    pub(super) fn of(token: &str) -> Self {
        let mut parts = token.split('.').map(|part| {
            String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap_or_default()).unwrap_or_default()
        });
        let (header_text, claims_text) = (parts.next().unwrap(), parts.next().unwrap());
        let read = |text: &str| serde_json::from_str(text).unwrap();
        Self { header: read(&header_text), claims: read(&claims_text), header_text, claims_text }
    }

    /// Puts it together again.
    pub(super) fn signed(&self) -> String {
        self.signed_by(SECRET)
    }

    /// Signs it with another secret.
    pub(super) fn signed_by(&self, secret: &str) -> String {
        signed::<Sha256>(&self.header_text, &self.claims_text, secret)
    }

    /// Signs it with another algorithm of this name.
    pub(super) fn signed_with<D: Digest + BlockSizeUser>(&self, name: &str) -> String {
        let header = with(&self.header, "alg", name.into());
        signed::<D>(&header.to_string(), &self.claims_text, SECRET)
    }
}

/// Signs whatever it is given with the shop's secret.
pub(super) fn sealed(header: &str, claims: &str) -> String {
    signed::<Sha256>(header, claims, SECRET)
}

/// Returns the object with one member replaced.
pub(super) fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[name] = value;
    object
}

/// Returns the object without one member.
pub(super) fn without(object: &Value, name: &str) -> Value {
    let mut object = object.clone();
    object.as_object_mut().unwrap().remove(name);
    object
}

pub(super) fn in_base64(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn signed<D: Digest + BlockSizeUser>(header: &str, claims: &str, secret: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let mut mac = SimpleHmac::<D>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}
