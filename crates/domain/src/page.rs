//! Pages of lists: by number for people, by cursor for machines that read deep.

use crate::Invalid;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The most items that a page may have.
pub const MAX_LIMIT: u32 = 100;
/// The deepest item that a page number may reach; beyond it a cursor is asked for.
pub const MAX_DEPTH: u32 = 10_000;
/// The longest cursor that is read, in bytes: one with the key of a cell in it, whose category has the longest name.
const MAX_CURSOR: usize = 4096;

/// How many items a page has: 1 to [`MAX_LIMIT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit(u32);

impl Limit {
    /// What a client gets that names none.
    pub const DEFAULT: Self = Self(20);

    /// Checks a number of items.
    ///
    /// # Errors
    /// Anything but 1 to [`MAX_LIMIT`].
    pub fn new(limit: u32) -> Result<Self, Invalid> {
        let valid = (1..=MAX_LIMIT).contains(&limit);
        valid.then_some(Self(limit)).ok_or(Invalid::new("must be 1 to 100"))
    }

    /// Returns the number of items.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// Where a page begins: at a numbered page, or after the last item that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Position<C> {
    /// The page of this number, from 1 on.
    Page(u32),
    /// The page that follows this item.
    After(C),
}

impl<C> Position<C> {
    /// Checks a page number against the depth that numbers may reach.
    ///
    /// # Errors
    /// Page 0, and pages that end beyond [`MAX_DEPTH`]; the reason names `after`.
    pub fn page(number: u32, limit: Limit) -> Result<Self, Invalid> {
        if number == 0 {
            return Err(Invalid::new("must be 1 or more"));
        }
        match number.checked_mul(limit.get()) {
            Some(last) if last <= MAX_DEPTH => Ok(Self::Page(number)),
            _ => Err(Invalid::owned(format!(
                "must not reach beyond item {MAX_DEPTH}; follow `nextCursor` with `after` to read deeper"
            ))),
        }
    }

    /// Returns how many items lie before the page; 0 after a cursor.
    pub fn offset(&self, limit: Limit) -> u32 {
        match self {
            Self::Page(number) => (number - 1) * limit.get(),
            Self::After(_) => 0,
        }
    }

    /// Returns the page's number, where it has one.
    pub fn number(&self) -> Option<u32> {
        match self {
            Self::Page(number) => Some(*number),
            Self::After(_) => None,
        }
    }
}

/// Writes a cursor as the opaque text that clients hand back.
///
/// # Panics
/// When the cursor cannot be written as JSON; cursors are plain structs, which always can.
pub fn encode_cursor<C: Serialize>(cursor: &C) -> String {
    BASE64_URL_SAFE_NO_PAD
        .encode(serde_json::to_vec(cursor).expect("cursors are plain structs, which JSON can hold"))
}

/// Reads a cursor back.
///
/// # Errors
/// Text that [`encode_cursor`] did not make.
pub fn decode_cursor<C: Serialize + DeserializeOwned>(text: &str) -> Result<C, Invalid> {
    (text.len() <= MAX_CURSOR)
        .then(|| BASE64_URL_SAFE_NO_PAD.decode(text).ok())
        .flatten()
        .and_then(|json| serde_json::from_slice(&json).ok())
        // Another list's may have all that this one's has, and more.
        .filter(|cursor| encode_cursor(cursor) == text)
        .ok_or(Invalid::new("must be a `nextCursor` of this very list"))
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The page's number; null when it was reached by a cursor.
    pub page: Option<u32>,
    /// The most items that the page could have.
    pub limit: u32,
    /// How many items the whole list has.
    pub total: u64,
    /// How many pages that makes.
    pub total_pages: u64,
    /// What to pass as `after` for the page that follows; null on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Puts the only page of a short list together, which holds all of it.
    pub fn whole(items: Vec<T>) -> Self {
        let count = items.len() as u64;
        let limit = u32::try_from(count).unwrap_or(u32::MAX);
        Self { items, page: Some(1), limit, total: count, total_pages: count.min(1), next_cursor: None }
    }

    /// Puts a page together; `next` is the cursor of its last item where more follow.
    pub fn new<C>(
        items: Vec<T>,
        position: &Position<C>,
        limit: Limit,
        total: u64,
        next: Option<String>,
    ) -> Self {
        let total_pages = total.div_ceil(u64::from(limit.get()));
        Self { items, page: position.number(), limit: limit.get(), total, total_pages, next_cursor: next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_stop_where_cursors_must_take_over() {
        let limit = Limit::new(100).unwrap();
        assert_eq!(Position::<i64>::page(100, limit).unwrap().offset(limit), 9_900);
        let refused = Position::<i64>::page(101, limit).unwrap_err().to_string();
        assert!(refused.contains("`after`"), "{refused}");
        assert!(Position::<i64>::page(0, limit).is_err());
        assert!(Position::<i64>::page(u32::MAX, limit).is_err());
        assert!(Limit::new(0).is_err() && Limit::new(101).is_err());
    }

    #[test]
    fn cursors_survive_the_round_trip_and_nothing_else_is_one() {
        assert_eq!(
            decode_cursor::<(i64, String)>(&encode_cursor(&(7, "x".to_owned()))).unwrap(),
            (7, "x".to_owned())
        );
        for text in ["", "!", "AAAA", &"A".repeat(5_000)] {
            assert!(decode_cursor::<(i64, String)>(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_short_list_is_one_page() {
        let page = Page::whole(vec![1, 2, 3]);
        assert_eq!(
            (page.page, page.limit, page.total, page.total_pages, page.next_cursor),
            (Some(1), 3, 3, 1, None)
        );
        assert_eq!(Page::<i64>::whole(vec![]).total_pages, 0);
    }

    #[test]
    fn nothing_makes_no_pages() {
        let limit = Limit::DEFAULT;
        let page =
            |total| Page::<i64>::new(vec![], &Position::<i64>::Page(1), limit, total, None).total_pages;
        assert_eq!([page(0), page(1), page(20), page(21)], [0, 1, 1, 2]);
    }
}
