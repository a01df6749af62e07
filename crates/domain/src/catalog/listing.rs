//! What a listing can be asked: filters, an order that is always total, and where its page begins.

use super::Slug;
use crate::page::{Limit, Position};
use crate::{Invalid, Money, ProductId, Timestamp};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// What a listing is sorted by; the product's id decides between equals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SortBy {
    /// When the product was made.
    #[default]
    CreatedAt,
    /// The lowest price.
    Price,
    /// The folded name, by code point.
    Name,
}

impl SortBy {
    /// Returns the name that clients and cache keys use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "createdAt",
            Self::Price => "price",
            Self::Name => "name",
        }
    }

    /// Reads the name.
    ///
    /// # Errors
    /// Anything but `createdAt`, `price` and `name`.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        [Self::CreatedAt, Self::Price, Self::Name]
            .into_iter()
            .find(|by| by.as_str() == name)
            .ok_or(Invalid::new("must be createdAt, price or name"))
    }
}

/// The direction of a listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Order {
    /// The smallest first.
    Asc,
    /// The greatest first.
    #[default]
    Desc,
}

impl Order {
    /// Returns the name that clients and cache keys use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "ASC",
            Self::Desc => "DESC",
        }
    }

    /// Reads the name.
    ///
    /// # Errors
    /// Anything but `ASC` and `DESC`.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        [Self::Asc, Self::Desc]
            .into_iter()
            .find(|order| order.as_str() == name)
            .ok_or(Invalid::new("must be ASC or DESC"))
    }
}

/// Which products a listing shows; customers get [`StatusFilter::Active`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(rename_all = "lowercase"))]
pub enum StatusFilter {
    /// Those that are sold.
    #[default]
    Active,
    /// Those that are kept for the record.
    Archived,
    /// All.
    All,
}

/// The value that the last item of a page was sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SortKey {
    /// For [`SortBy::CreatedAt`].
    CreatedAt(Timestamp),
    /// For [`SortBy::Price`], in minor units.
    Price(i64),
    /// For [`SortBy::Name`], folded.
    Name(String),
}

impl SortKey {
    /// Returns what this value sorts by.
    pub fn sort_by(&self) -> SortBy {
        match self {
            Self::CreatedAt(_) => SortBy::CreatedAt,
            Self::Price(_) => SortBy::Price,
            Self::Name(_) => SortBy::Name,
        }
    }
}

/// The last item of a page, after which the next one begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListingCursor {
    /// What it was sorted by.
    pub key: SortKey,
    /// The direction that it was read in.
    pub order: Order,
    /// The item.
    pub id: ProductId,
}

/// What a listing is asked. Its parts are canonical: equal questions are equal values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListingQuery {
    /// A category's name or slug as the client wrote it, at most 100 characters; its slug decides.
    pub category: Option<String>,
    /// The lowest price wanted, inclusive.
    pub min_price: Option<Money>,
    /// The highest price wanted, inclusive.
    pub max_price: Option<Money>,
    /// Only what can be had (true), or only what cannot (false).
    pub in_stock: Option<bool>,
    /// Text that the folded name or description contains literally.
    pub q: Option<String>,
    /// Which products are shown.
    pub status: StatusFilter,
    /// Where the page begins.
    pub position: Position<ListingCursor>,
    /// How many items the page has at most.
    pub limit: Limit,
    /// What it is sorted by.
    pub sort_by: SortBy,
    /// In which direction.
    pub order: Order,
}

impl Default for ListingQuery {
    fn default() -> Self {
        Self {
            category: None,
            min_price: None,
            max_price: None,
            in_stock: None,
            q: None,
            status: StatusFilter::default(),
            position: Position::Page(1),
            limit: Limit::DEFAULT,
            sort_by: SortBy::default(),
            order: Order::default(),
        }
    }
}

impl ListingQuery {
    /// Returns the slug of the category that is asked for.
    pub fn category_slug(&self) -> Option<Slug> {
        self.category.as_deref().map(Slug::of)
    }

    /// Checks that a cursor belongs to a listing sorted this way. Clients can write cursors themselves.
    ///
    /// # Errors
    /// A cursor of another order, and one with a value that no product has and no database need take.
    pub fn check_cursor(cursor: &ListingCursor, sort_by: SortBy, order: Order) -> Result<(), Invalid> {
        if cursor.key.sort_by() != sort_by || cursor.order != order {
            return Err(Invalid::new("belongs to a listing with another sortBy or order"));
        }
        let possible = match &cursor.key {
            SortKey::CreatedAt(at) => (1970..=9999).contains(&at.year()),
            SortKey::Price(minor) => *minor >= 0,
            SortKey::Name(name) => !name.contains(char::is_control),
        };
        possible.then_some(()).ok_or(Invalid::new("must be a `nextCursor` of this very list"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn after(key: SortKey) -> ListingCursor {
        ListingCursor { key, order: Order::Asc, id: ProductId(1) }
    }

    #[test]
    fn a_cursor_of_another_order_is_refused() {
        let cursor = after(SortKey::Price(1));
        assert!(ListingQuery::check_cursor(&cursor, SortBy::Price, Order::Asc).is_ok());
        assert!(ListingQuery::check_cursor(&cursor, SortBy::Price, Order::Desc).is_err());
        assert!(ListingQuery::check_cursor(&cursor, SortBy::Name, Order::Asc).is_err());
    }

    #[test]
    fn a_cursor_that_somebody_made_up_reaches_no_database() {
        let made_up = [
            SortKey::Name("a\0b".to_owned()),
            SortKey::Price(-1),
            SortKey::CreatedAt(Timestamp::MIN_UTC),
            SortKey::CreatedAt(Timestamp::MAX_UTC),
            SortKey::CreatedAt(Timestamp::UNIX_EPOCH - TimeDelta::days(1)),
        ];
        for key in made_up {
            let cursor = after(key);
            let checked = ListingQuery::check_cursor(&cursor, cursor.key.sort_by(), Order::Asc);
            assert!(checked.is_err(), "{cursor:?}");
        }
    }
}
