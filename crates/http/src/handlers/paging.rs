//! `page`, `after` and `limit`, which every paged list takes.

use crate::extract::{Check, Parameters};
use domain::Invalid;
use domain::page::{Limit, Position, decode_cursor};
use serde::{Serialize, de::DeserializeOwned};

/// Reads where a page begins and how long it is. What is wrong is noted, and something valid stands in for it, so that
/// the rest of the query is looked at too.
pub(crate) fn paging<C: Serialize + DeserializeOwned>(
    query: &mut Parameters,
    check: &mut Check,
    check_cursor: impl FnOnce(&C) -> Result<(), Invalid>,
) -> (Position<C>, Limit) {
    let limit = query.read("limit", check, |text| Limit::new(whole(text)?)).unwrap_or(Limit::DEFAULT);
    let page = query.take("page", check);
    let Some(cursor) = query.take("after", check) else {
        let position = page.map_or(Ok(Position::Page(1)), |page| Position::page(whole(&page)?, limit));
        let position = position.map_err(|invalid| check.refuse_parameter("page", invalid.to_string()));
        return (position.unwrap_or(Position::Page(1)), limit);
    };
    if page.is_some() {
        check.refuse_parameter("after", "cannot be given together with page");
    }
    let cursor = decode_cursor(&cursor).and_then(|cursor| check_cursor(&cursor).map(|()| cursor));
    let position = cursor.map(Position::After);
    let position = position.map_err(|invalid| check.refuse_parameter("after", invalid.to_string()));
    (position.unwrap_or(Position::Page(1)), limit)
}

/// Reads a whole number without sign. One that is too large stays too large for whatever bound comes next.
pub(super) fn whole(text: &str) -> Result<u32, Invalid> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u32::MAX)).ok_or(Invalid::new("must be a whole number from 1 on"))
}
