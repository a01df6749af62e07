//! Pages of lists, the newest first: one row more than is shown is asked for, and tells whether another page follows.

use domain::page::{Limit, Position, encode_cursor};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

/// Asks for the rows of a page and one more, by falling id; `last` tells the id that a cursor stands for.
pub(super) fn newest_first<S, C>(
    all: S,
    id: impl ColumnTrait,
    position: &Position<C>,
    limit: Limit,
    last: impl FnOnce(&C) -> i64,
) -> S
where
    S: QueryFilter + QueryOrder + QuerySelect,
{
    let rest = match position {
        Position::Page(_) => all,
        Position::After(cursor) => all.filter(id.lt(last(cursor))),
    };
    rest.order_by_desc(id).offset(u64::from(position.offset(limit))).limit(u64::from(limit.get()) + 1)
}

/// Cuts off the row that is not shown, and returns the cursor of the last one that is where there was one more.
pub(super) fn cut<R, C: Serialize>(
    rows: &mut Vec<R>,
    limit: Limit,
    cursor: impl FnOnce(&R) -> C,
) -> Option<String> {
    let shown = limit.get() as usize;
    let more = rows.len() > shown;
    rows.truncate(shown);
    rows.last().filter(|_| more).map(|last| encode_cursor(&cursor(last)))
}
