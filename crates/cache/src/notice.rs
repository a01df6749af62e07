//! Notices: what a row of the outbox says. A tag alone is attended to by its writer, who renews it a moment after the commit;
//! a tag behind `!` by nobody, because the writer has no store or knows that it does not answer.

use crate::Tag;

/// Stands before a tag that its writer will not renew.
const UNATTENDED: char = '!';

/// Writes the notice of a tag that its writer is about to renew.
pub(crate) fn attended(tag: &Tag) -> String {
    tag.to_string()
}

/// Writes the notice of a tag that somebody else has to renew.
pub(crate) fn unattended(tag: &Tag) -> String {
    format!("{UNATTENDED}{tag}")
}

/// Tells whether a writer attends to a notice.
pub(crate) fn is_attended(text: &str) -> bool {
    !text.starts_with(UNATTENDED)
}

/// Returns the tag that a notice speaks of; `None` where it is none of ours.
pub(crate) fn tag(text: &str) -> Option<Tag> {
    Tag::read(text.strip_prefix(UNATTENDED).unwrap_or(text))
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
        assert_eq!((tag(&attended), tag(&unattended)), (Some(cart.clone()), Some(cart)));
        assert_eq!((tag(""), tag("!"), tag("two words")), (None, None, None));
    }
}
