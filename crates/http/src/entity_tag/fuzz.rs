//! Whatever may stand in `If-Match` and `If-None-Match`. `scripts/fuzz` runs it long.

use super::*;
use proptest::prelude::*;

/// Writes what was read, in its plainest form.
fn written(listed: &Listed) -> String {
    match listed {
        Listed::Any => "*".to_owned(),
        Listed::Tags(tags) => {
            let tag = |tag: &EntityTag| format!("{}\"{}\"", if tag.weak { "W/" } else { "" }, tag.opaque);
            tags.iter().map(tag).collect::<Vec<_>>().join(", ")
        }
    }
}

proptest! {
    #[test]
    fn what_is_read_is_read_again_as_it_is_written(text in r#"(\*|W/|"|[ ,\t]|[0-9]{0,3}\.[a-z]|\PC){0,12}"#) {
        if let Ok(listed) = Listed::parse(&text) {
            prop_assert_eq!(Listed::parse(&written(&listed)), Ok(listed));
        }
    }

    #[test]
    fn a_list_of_tags_is_what_was_put_into_it(tags in prop::collection::vec((any::<bool>(), "[!#-~]{0,20}"), 1..6)) {
        let listed = Listed::Tags(tags.into_iter().map(|(weak, opaque)| EntityTag { weak, opaque }).collect());
        prop_assert_eq!(Listed::parse(&written(&listed)), Ok(listed));
    }

    #[test]
    fn a_version_is_a_strong_tags_number(weak: bool, number in "[0-9]{1,20}", digest in "[a-z0-9]{0,8}") {
        let tag = EntityTag { weak, opaque: format!("{number}.{digest}") };
        let expected = number.parse().ok().filter(|_| !weak).map(Version);
        prop_assert_eq!(tag.version(), expected);
    }
}
