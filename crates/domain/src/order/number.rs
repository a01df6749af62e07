//! The number by which people speak of an order.

use crate::{Entropy, Invalid};
use std::fmt;

/// Crockford's base 32: no I, L, O or U, so that a number can be read out over the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many characters stand on either side of the hyphen.
const HALF: usize = 5;

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
        let valid = bytes.len() == 2 * HALF + 1
            && bytes
                .iter()
                .enumerate()
                .all(|(at, byte)| if at == HALF { *byte == b'-' } else { ALPHABET.contains(byte) });
        valid.then(|| Self(raw.to_owned())).ok_or(Invalid::new("must be an order number such as 7K2M9-X4QRT"))
    }

    /// Reads a number as people write it down: in any case, with or without the hyphen, with O for 0 and I or L for 1.
    ///
    /// # Errors
    /// What cannot be meant.
    pub fn read(raw: &str) -> Result<Self, Invalid> {
        let spoken = raw.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
        let mut text: String = spoken.collect();
        if text.is_char_boundary(HALF) {
            text.insert(HALF.min(text.len()), '-');
        }
        Self::parse(&text)
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
        let used: std::collections::HashSet<_> =
            numbers.iter().flat_map(|number| number.as_str().bytes()).collect();
        assert_eq!(used.len(), ALPHABET.len() + 1, "every character is drawn, and the hyphen is there");
        for number in numbers {
            assert_eq!(OrderNumber::parse(number.as_str()), Ok(number));
        }
        for written in ["7k2m9-x4qr1", "7K2M9X4QRI", " 7k2m9 x4qrl "] {
            assert_eq!(OrderNumber::read(written), OrderNumber::parse("7K2M9-X4QR1"), "{written}");
        }
        assert_eq!(OrderNumber::read("ooooo-ooooo"), OrderNumber::parse("00000-00000"));
        for wrong in ["", "-", "7K2M9", "7K2M9-X4QRU", "7K2M9-X4QRTT", "ééééé", "7K2é9-X4QRT"] {
            assert!(OrderNumber::read(wrong).is_err(), "{wrong}");
        }
        assert!(OrderNumber::parse("7K2M9-X4QRI").is_err() && OrderNumber::parse("7K2M9XX4QRT").is_err());
    }
}
