//! The two secrets that accounts rest on, as types that cannot be weak and cannot be printed. They are stored nowhere
//! near the database: whoever has only the one can neither forge tokens nor test guessed passwords.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{Entropy, Invalid};
use secrecy::{ExposeSecret, SecretString};

/// The least bytes of a secret: as many as HMAC-SHA-256 gives (RFC 7518, 3.2).
const MIN_BYTES: usize = 32;

macro_rules! secret {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(SecretString);

        impl $name {
            /// Takes a secret as it was configured.
            ///
            /// # Errors
            /// Fewer than 32 bytes.
            pub fn parse(raw: SecretString) -> Result<Self, Invalid> {
                let strong = raw.expose_secret().len() >= MIN_BYTES;
                strong.then_some(Self(raw)).ok_or(Invalid::new("must have at least 32 bytes"))
            }

            /// Makes a secret for a first start: 32 random bytes in base64.
            pub fn generate(entropy: &dyn Entropy) -> Self {
                Self(STANDARD.encode(entropy.bytes::<32>()).into())
            }

            /// Returns the text, for keeping it where only the shop can read it.
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }
    )*};
}

secret! {
    /// What tokens are signed with.
    AuthSecret;
    /// What passwords are keyed with before they are hashed.
    Pepper;
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::OsEntropy;

    #[test]
    fn short_secrets_are_refused() {
        for weak in ["", "secret", &"x".repeat(31)] {
            assert!(AuthSecret::parse(weak.into()).is_err(), "{weak:?}");
            assert!(Pepper::parse(weak.into()).is_err(), "{weak:?}");
        }
        assert!(AuthSecret::parse("x".repeat(32).into()).is_ok());
    }

    #[test]
    fn generated_secrets_are_strong_and_differ() {
        let (one, other) = (Pepper::generate(&OsEntropy), Pepper::generate(&OsEntropy));
        assert_ne!(one.expose(), other.expose());
        assert!(Pepper::parse(one.expose().into()).is_ok());
        assert_eq!(STANDARD.decode(one.expose()).unwrap().len(), 32);
    }

    #[test]
    fn secrets_do_not_show_when_printed() {
        let secret = AuthSecret::generate(&OsEntropy);
        assert!(!format!("{secret:?}").contains(secret.expose()));
    }
}
