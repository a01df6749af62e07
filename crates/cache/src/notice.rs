//! Notices: what a row of the outbox says. A tag alone is attended to by its writer, who renews it a moment after the commit;
//! a tag behind `!` by nobody, because the writer has no store or knows that it does not answer. `*` stands for every tag.

use crate::Tag;

/// Stands before a tag that its writer will not renew.
const UNATTENDED: char = '!';

/// Stands for every tag.
const EVERYTHING: &str = "*";

/// What a notice speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// One tag.
    Tag(Tag),
    /// Every tag there is.
    Everything,
}

/// Writes the notice of a tag that its writer is about to renew.
pub(crate) fn attended(tag: &Tag) -> String {
    tag.to_string()
}

/// Writes the notice of a tag that somebody else has to renew.
pub(crate) fn unattended(tag: &Tag) -> String {
    format!("{UNATTENDED}{tag}")
}

/// Writes the notice that every cell is to be put out of date.
pub(crate) fn everything() -> String {
    format!("{UNATTENDED}{EVERYTHING}")
}

/// Tells whether a writer attends to a notice.
pub(crate) fn is_attended(text: &str) -> bool {
    !text.starts_with(UNATTENDED)
}

/// Returns what a notice speaks of; `None` where it is none of ours.
pub(crate) fn subject(text: &str) -> Option<Subject> {
    match text.strip_prefix(UNATTENDED).unwrap_or(text) {
        EVERYTHING => Some(Subject::Everything),
        tag => Tag::read(tag).map(Subject::Tag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UserId;

    #[test]
    fn notices_are_read_as_they_were_written() {
        let cart = Tag::cart(UserId(2));
        let (attended, unattended) = (attended(&cart), unattended(&cart));
        assert_eq!((attended.as_str(), unattended.as_str()), ("cart:2", "!cart:2"));
        assert!(is_attended(&attended) && !is_attended(&unattended));
        for notice in [attended, unattended] {
            assert_eq!(subject(&notice), Some(Subject::Tag(cart.clone())));
        }
        assert_eq!(subject(&everything()), Some(Subject::Everything));
        assert!(!is_attended(&everything()));
        assert_eq!((subject(""), subject("!"), subject("two words")), (None, None, None));
    }
}
