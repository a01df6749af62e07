//! Globs as Redis reads them (`stringmatchlen` in its `util.c`), so that a pattern finds the same keys on both stores.

/// Tells whether a text is what a pattern says: `*` any bytes, `?` one byte, `[ab]`, `[^a]` and `[a-z]` one of some, `\`
/// before a byte that stands for itself. Whatever is not closed ends with the pattern.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    // What stands behind the last `*`, and where it was tried. Each star only ever has to be tried against more text
    // while it is the last one, which keeps the work below the product of both lengths.
    let mut last_star: Option<(&[u8], &[u8])> = None;
    loop {
        if let Some(rest) = pattern.strip_prefix(b"*") {
            last_star = Some((rest, text));
            pattern = rest;
            continue;
        }
        let one = text.split_first().and_then(|(byte, rest)| Some((step(pattern, *byte)?, rest)));
        if let Some(rest) = one {
            (pattern, text) = rest;
        } else if pattern.is_empty() && text.is_empty() {
            return true;
        } else {
            let Some((behind, tried)) = last_star.filter(|(_, tried)| !tried.is_empty()) else {
                return false;
            };
            (pattern, text) = (behind, &tried[1..]);
            last_star = Some((behind, text));
        }
    }
}

/// Returns the pattern behind its first element where that matches this byte. The first element is no `*`.
fn step(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    match pattern {
        [] => None,
        [b'?', rest @ ..] => Some(rest),
        [b'[', b'^', rest @ ..] => class(rest, byte, false),
        [b'[', rest @ ..] => class(rest, byte, true),
        [b'\\', literal, rest @ ..] | [literal, rest @ ..] => (*literal == byte).then_some(rest),
    }
}

/// Reads a class from behind its opening, and returns what follows where the byte is in it as `wanted`.
fn class(mut rest: &[u8], byte: u8, wanted: bool) -> Option<&[u8]> {
    let mut found = false;
    let behind = loop {
        rest = match rest {
            [] => break rest,
            [b'\\', literal, rest @ ..] => {
                found |= *literal == byte;
                rest
            }
            [b']', rest @ ..] => break rest,
            [from, b'-', to, rest @ ..] => {
                found |= (*from.min(to)..=*from.max(to)).contains(&byte);
                rest
            }
            [literal, rest @ ..] => {
                found |= *literal == byte;
                rest
            }
        };
    };
    (found == wanted).then_some(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_elements_of_a_pattern() {
        for (pattern, yes, no) in [
            ("cart:2", &["cart:2"][..], &["cart:22", "cart:", "", "Cart:2"][..]),
            ("cart:*", &["cart:2", "cart:", "cart:a:b"], &["cart", "acart:2"]),
            ("*:2", &["cart:2", ":2", ":2:2"], &["cart:22", "2"]),
            ("*a*b*", &["ab", "xaxbx", "aab", "abab"], &["ba", "a", "b"]),
            ("c?rt", &["cart", "c*rt"], &["crt", "caart"]),
            ("[bc]art", &["bart", "cart"], &["dart", "art", "]art"]),
            ("[^c]art", &["bart", "^art"], &["cart", "art"]),
            ("x[2-4]", &["x2", "x3", "x4"], &["x1", "x5", "x-"]),
            ("x[4-2]", &["x3"], &["x5"]),
            ("\\*", &["*"], &["a", "\\*"]),
            ("[\\]]", &["]"], &["\\", "[]"]),
        ] {
            for text in yes {
                assert!(matches(pattern.as_bytes(), text.as_bytes()), "{pattern} is {text}");
            }
            for text in no {
                assert!(!matches(pattern.as_bytes(), text.as_bytes()), "{pattern} is not {text}");
            }
        }
    }

    #[test]
    fn many_stars_take_no_longer_than_they_must() {
        let text = "a".repeat(2_000);
        let pattern = "*a".repeat(200) + "b";
        assert!(!matches(pattern.as_bytes(), text.as_bytes()));
    }
}
