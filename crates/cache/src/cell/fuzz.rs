//! Bytes that nobody wrote as a cell, and cells that were changed on their way. `scripts/fuzz` runs them long.

use super::*;
use domain::Version;
use proptest::prelude::*;

fn tags() -> Vec<Tag> {
    ["cart:2", "variants"].map(|tag| Tag::read(tag).unwrap()).to_vec()
}

fn cell(json: &str, seconds: i64) -> Bytes {
    let stamp = Stamp {
        epoch: Epoch::of(&["a", "b", "c"]),
        generations: vec![Generation::draw(&domain::OsEntropy), Generation::draw(&domain::OsEntropy)],
    };
    let at = Timestamp::from_timestamp(seconds, 0).unwrap();
    Cell::encode(&tags(), &stamp, &Doc::<String>::encode(Version(3), &json.to_owned()), at, at)
}

proptest! {
    #[test]
    fn a_cell_reads_back_whole_and_not_at_all_when_a_byte_was_changed(
        json in ".{0,200}", seconds in 0_i64..4_000_000_000, at: prop::sample::Index, byte: u8, cut: prop::sample::Index
    ) {
        let whole = cell(&json, seconds);
        let read = Cell::decode(&whole).expect("what was written is read");
        prop_assert_eq!(read.stored_at().timestamp(), seconds);
        let doc: Doc<String> = read.into_doc();
        prop_assert_eq!(serde_json::from_slice::<String>(doc.json()).unwrap(), json);

        let mut changed = whole.to_vec();
        let at = at.index(changed.len());
        if changed[at] != byte {
            changed[at] = byte;
            prop_assert!(Cell::decode(&changed.clone().into()).is_none());
        }
        prop_assert!(Cell::decode(&whole.slice(..cut.index(whole.len()))).is_none());
    }

    #[test]
    fn bytes_that_nobody_sealed_are_no_cell(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Cell::decode(&bytes.into()).is_none());
    }

    #[test]
    fn behind_a_seal_only_a_header_makes_a_cell(
        header in r#"(\{("format":2,?|"epoch":"[a-z]*",?|"generations":\{[a-z":,]*\},?|"etag":"",?|"storedAt":[0-9"]*,?){0,6}\})|\PC{0,80}"#,
        json in "\\PC{0,40}"
    ) {
        let sealed = format!("{header}\n{json}");
        let bytes = Bytes::from(format!("{} {sealed}", digest(sealed.as_bytes())));
        if let Some(cell) = Cell::decode(&bytes) {
            prop_assert_eq!(cell.header.format, FORMAT);
            let doc: Doc<String> = cell.into_doc();
            prop_assert_eq!(&doc.json()[..], json.as_bytes());
        }
    }
}
