//! What is kept at a cell's key: a seal and a header on one line, and the JSON that the client gets below it. Anything
//! that was not written here, whole, is no cell: never a panic, never a half-right answer.
//!
//! ```text
//! 5d41402abc4b2a76 {"format":2,"epoch":"…","generations":{"cart:2":"…","variants":"…"},"etag":"3.…","storedAt":…}
//! {"items":[…],"subtotal":…}
//! ```

use crate::nonce::{Epoch, Generation, digest};
use crate::tags::Tag;
use bytes::Bytes;
use domain::{Doc, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Changes whenever an older program could misread a cell.
const FORMAT: u32 = 2;
/// The hexadecimal digits at the beginning: a digest of everything after them and the space that follows.
const SEAL: usize = 16;

/// The state of the store that a cell holds good for: the generations of its tags, in the order of the key's tags, as
/// they were before the load, and the epoch that they were read in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Stamp {
    pub(crate) epoch: Epoch,
    pub(crate) generations: Vec<Generation>,
}

/// A cell as it was found.
#[derive(Debug)]
pub(crate) struct Cell {
    header: Header,
    json: Bytes,
}

/// Why a cell may not be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// It was stored in another life of the store, or for another database.
    Epoch,
    /// It carries the tags of another key.
    Tags,
    /// A tag was renewed since.
    Generation,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    format: u32,
    epoch: Epoch,
    generations: BTreeMap<String, Generation>,
    etag: String,
    stored_at: Timestamp,
    expires_at: Timestamp,
}

impl Cell {
    /// Writes a cell.
    ///
    /// # Panics
    /// Never: the header is a plain struct with string keys.
    pub(crate) fn encode<T>(
        tags: &[Tag],
        stamp: &Stamp,
        doc: &Doc<T>,
        stored_at: Timestamp,
        expires_at: Timestamp,
    ) -> Bytes {
        let generations = tags.iter().map(Tag::to_string).zip(stamp.generations.iter().cloned()).collect();
        let epoch = stamp.epoch.clone();
        let etag = doc.etag().to_owned();
        let header = Header { format: FORMAT, epoch, generations, etag, stored_at, expires_at };
        let mut sealed =
            serde_json::to_vec(&header).expect("the header is a plain struct, which JSON can hold");
        sealed.push(b'\n');
        sealed.extend_from_slice(doc.json());
        [digest(&sealed).as_bytes(), b" ", &sealed].concat().into()
    }

    /// Reads a cell; `None` where the bytes are not one.
    pub(crate) fn decode(bytes: &Bytes) -> Option<Self> {
        let (seal, rest) = bytes.split_at_checked(SEAL)?;
        let sealed = rest.strip_prefix(b" ")?;
        if seal != digest(sealed).as_bytes() {
            return None;
        }
        let end = sealed.iter().position(|byte| *byte == b'\n')?;
        let header: Header = serde_json::from_slice(&sealed[..end]).ok()?;
        (header.format == FORMAT).then(|| Self { header, json: bytes.slice_ref(&sealed[end + 1..]) })
    }

    /// Tells whether the cell may be served while the store is in this state.
    pub(crate) fn holds_in(&self, tags: &[Tag], stamp: &Stamp) -> bool {
        self.mismatch(tags, stamp).is_none()
    }

    /// Tells why the cell may not be served while the store is in this state; `None` where it may.
    pub(crate) fn mismatch(&self, tags: &[Tag], stamp: &Stamp) -> Option<Mismatch> {
        let stored = &self.header.generations;
        let same = |(tag, generation): (&Tag, &Generation)| stored.get(tag.as_str()) == Some(generation);
        if self.header.epoch != stamp.epoch {
            Some(Mismatch::Epoch)
        } else if stored.len() != tags.len() || !tags.iter().all(|tag| stored.contains_key(tag.as_str())) {
            Some(Mismatch::Tags)
        } else if tags.len() != stamp.generations.len() || !tags.iter().zip(&stamp.generations).all(same) {
            Some(Mismatch::Generation)
        } else {
            None
        }
    }

    /// Returns the tags that the cell was stored under, each with its generation then; `None` where one is nobody's tag.
    pub(crate) fn stored_under(&self) -> Option<Vec<(Tag, Generation)>> {
        let read = |(tag, generation): (&String, &Generation)| Some((Tag::read(tag)?, generation.clone()));
        self.header.generations.iter().map(read).collect()
    }

    /// Returns when the cell was stored.
    pub(crate) fn stored_at(&self) -> Timestamp {
        self.header.stored_at
    }

    /// Returns when the cell ends.
    pub(crate) fn expires_at(&self) -> Timestamp {
        self.header.expires_at
    }

    /// Returns the document inside.
    pub(crate) fn into_doc<T>(self) -> Doc<T> {
        Doc::from_parts(self.json, self.header.etag)
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{UserId, Version};

    fn tags() -> [Tag; 2] {
        [Tag::cart(UserId(2)), Tag::variants()]
    }

    fn stamp() -> Stamp {
        Stamp {
            epoch: Epoch::of(&["run", "database"]),
            generations: vec![Generation::from_bits(1), Generation::from_bits(2)],
        }
    }

    fn cell() -> Bytes {
        let doc = Doc::encode(Version(3), &["tea", "a\nb"]);
        let stored_at = Timestamp::UNIX_EPOCH;
        Cell::encode(&tags(), &stamp(), &doc, stored_at, stored_at + chrono::TimeDelta::minutes(30))
    }

    #[test]
    fn a_cell_survives_the_round_trip_and_a_person_can_read_it() {
        let bytes = cell();
        let (header, json) = std::str::from_utf8(&bytes).unwrap().split_once('\n').unwrap();
        assert_eq!(
            &header[SEAL..],
            concat!(
                r#" {"format":2,"epoch":"72816e4d925a2639","#,
                r#""generations":{"cart:2":"0000000000000001","variants":"0000000000000002"},"#,
                r#""etag":"3.28e41826b679ba6b","#,
                r#""storedAt":"1970-01-01T00:00:00Z","expiresAt":"1970-01-01T00:30:00Z"}"#
            )
        );
        assert_eq!(json, r#"["tea","a\nb"]"#);
        let found = Cell::decode(&bytes).unwrap();
        assert!(found.holds_in(&tags(), &stamp()));
        let doc = found.into_doc::<Vec<String>>();
        assert_eq!(
            (doc.decode().unwrap().as_slice(), &doc.etag()[..2]),
            (["tea", "a\nb"].map(str::to_owned).as_slice(), "3.")
        );
    }

    #[test]
    fn a_cell_holds_in_its_own_state_alone() {
        let found = Cell::decode(&cell()).unwrap();
        let [cart, variants] = tags();
        let (good, mut other) = (stamp(), stamp());
        other.epoch = Epoch::of(&["another run", "database"]);
        assert!(!found.holds_in(&tags(), &other));
        for swapped in [vec![2, 1], vec![1, 3], vec![1], vec![1, 2, 3], vec![]] {
            let generations = swapped.into_iter().map(Generation::from_bits).collect();
            assert!(!found.holds_in(&tags(), &Stamp { generations, ..good.clone() }));
        }
        assert!(!found.holds_in(&tags()[..1], &good));
        assert!(!found.holds_in(&[Tag::cart(UserId(3)), variants.clone()], &good));
        assert!(!found.holds_in(&[cart, variants, Tag::catalog()], &good));
    }

    #[test]
    fn nothing_that_was_changed_is_a_cell() {
        let whole = cell();
        for at in 0..whole.len() {
            assert!(Cell::decode(&whole.slice(..at)).is_none(), "cut at {at}");
            for flip in [0x01, 0x20, 0x80] {
                let mut changed = whole.to_vec();
                changed[at] ^= flip;
                assert!(Cell::decode(&changed.into()).is_none(), "byte {at} changed by {flip:#x}");
            }
            let mut longer = whole.to_vec();
            longer.insert(at, b'\n');
            assert!(Cell::decode(&longer.into()).is_none(), "a line break at {at}");
        }
        for strange in
            ["", " ", "\n", "{}\n{}", "0000000000000000", "0000000000000000 {}\n", "hello\nworld", "é"]
        {
            assert!(Cell::decode(&Bytes::copy_from_slice(strange.as_bytes())).is_none(), "{strange:?}");
        }
    }

    #[test]
    fn a_right_seal_alone_makes_no_cell() {
        let sealed = |text: &str| Bytes::from([&digest(text.as_bytes()), " ", text].concat());
        let header = std::str::from_utf8(&cell()).unwrap()[SEAL + 1..].split_once('\n').unwrap().0.to_owned();
        assert!(Cell::decode(&sealed(&format!("{header}\n[]"))).is_some());
        for text in [
            String::new(),
            header.clone(),
            "{}\n[]".to_owned(),
            "[[[[\n[]".to_owned(),
            format!("{}\n[]", header.replace(r#""format":2"#, r#""format":1"#)),
            format!("{}\n[]", header.replace("1970", "9999999999")),
            format!("{}\n[]", header.replace("0000000000000001", "*")),
        ] {
            assert!(Cell::decode(&sealed(&text)).is_none(), "{text}");
        }
    }
}
