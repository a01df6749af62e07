//! Typed identifiers, so that a product's id can never be passed where a variant's is meant.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

id! {
    /// Identifies an account.
    UserId;
    /// Identifies a product.
    ProductId;
    /// Identifies a variant, the thing that is stocked and sold.
    VariantId;
    /// Identifies a category.
    CategoryId;
    /// Identifies an order inside the shop; customers quote its [`OrderNumber`](crate::order::OrderNumber).
    OrderId;
    /// Identifies an endpoint that webhooks are sent to.
    EndpointId;
    /// Identifies a delivery to an endpoint; receivers know the event by its [`EventId`](crate::webhook::EventId).
    DeliveryId;
}

/// Identifies a session: 128 random bits as 32 hexadecimal digits, the `jti` of its token (RFC 7519, 4.1.7).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(String);

impl SessionId {
    /// Makes a new identifier that nobody can guess.
    pub fn generate(entropy: &dyn crate::Entropy) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(entropy.bytes())))
    }

    /// Reads an identifier as a client or the database wrote it.
    ///
    /// # Errors
    /// Anything but 32 lower-case hexadecimal digits.
    pub fn parse(raw: &str) -> Result<Self, crate::Invalid> {
        let valid = raw.len() == 32 && raw.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        valid
            .then(|| Self(raw.to_owned()))
            .ok_or(crate::Invalid::new("must be 32 lower-case hexadecimal digits"))
    }

    /// Returns the identifier's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
