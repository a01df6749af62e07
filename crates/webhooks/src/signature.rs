//! The signature of Standard Webhooks: HMAC-SHA-256 over the id, the moment of sending and the body, so that a receiver
//! knows who sent what when.

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::webhook::SigningSecret;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Returns the header `webhook-signature`: a signature with each of the secrets, separated by spaces. A receiver accepts
/// the webhook where one of them is right.
///
/// # Panics
/// Never: HMAC takes keys of any length.
pub fn signature(secrets: &[SigningSecret], id: &str, timestamp: i64, body: &[u8]) -> String {
    let sign = |secret: &SigningSecret| {
        let mac = Hmac::<Sha256>::new_from_slice(secret.bytes()).expect("HMAC takes keys of any length");
        let mac = mac.chain_update(format!("{id}.{timestamp}.")).chain_update(body);
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    };
    secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with `openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…`.
    #[test]
    fn it_is_the_one_that_others_compute() {
        let (old, new) = (SigningSecret::new([7; 32]), SigningSecret::new([8; 32]));
        let one = signature(std::slice::from_ref(&old), "msg_1", 1_780_315_200, br#"{"a":1}"#);
        assert_eq!(one, "v1,byMnZDmOlFi7ZEdeECkX1gF7zZYmbTbRFMiFFUB+KyA=");
        let both = signature(&[new.clone(), old], "msg_1", 1_780_315_200, br#"{"a":1}"#);
        let first = signature(&[new], "msg_1", 1_780_315_200, br#"{"a":1}"#);
        assert_eq!(both, format!("{first} {one}"));
    }
}
