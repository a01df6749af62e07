//! The number by which people speak of an order.

use crate::{Entropy, Invalid};
use std::fmt;

/// Crockford's base 32: no I, L, O or U, so that a number can be read out over the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An order's number such as `7K2M9-X4QRT`: ten characters of Crockford's base 32, 50 random bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderNumber(String);

impl OrderNumber {
    /// Makes a number that nobody can guess.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let character = |byte: u8| char::from(ALPHABET[usize::from(byte % 32)]);
        let [head, tail] = [entropy.bytes::<5>(), entropy.bytes::<5>()].map(|half| half.map(character));
        Self(head.into_iter().chain(['-']).chain(tail).collect())
    }

    /// Reads a number as the database keeps it.
    ///
    /// # Errors
    /// Anything else than [`OrderNumber::generate`] makes.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let bytes = raw.as_bytes();
        let valid = bytes.len() == 11
            && bytes
                .iter()
                .enumerate()
                .all(|(at, byte)| if at == 5 { *byte == b'-' } else { ALPHABET.contains(byte) });
        valid.then(|| Self(raw.to_owned())).ok_or(Invalid::new("must be an order number such as 7K2M9-X4QRT"))
    }

    /// Returns the number's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sayable_and_differ() {
        let numbers: std::collections::HashSet<_> =
            (0..1_000).map(|_| OrderNumber::generate(&crate::OsEntropy)).collect();
        assert_eq!(numbers.len(), 1_000);
        for number in numbers {
            assert_eq!(OrderNumber::parse(number.as_str()), Ok(number));
        }
        assert!(OrderNumber::parse("7K2M9-X4QRI").is_err() && OrderNumber::parse("7K2M9XX4QRT").is_err());
    }
}
