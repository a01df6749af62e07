//! The table of cells: the readable key of each, and the tags that follow from it. No other file spells a key.
//!
//! Parts that come from clients are percent-encoded outside `[A-Za-z0-9._~-]`, so that none can reach into another
//! part or another key.

mod reading;

use crate::{Kind, tags::Tag};
use domain::catalog::{ListingQuery, Slug, StatusFilter};
use domain::order::{OrderQuery, OrderStatus};
use domain::page::{Position, encode_cursor};
use domain::{Money, OrderId, ProductId, UserId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::fmt::Display;

/// Everything but the characters that RFC 3986, 2.3 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'~').remove(b'-');

/// Where a cell is kept, and what it depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CellKey {
    kind: Kind,
    text: String,
    tags: Vec<Tag>,
}

impl CellKey {
    /// `user:token:{user}`: role, disabled and live sessions of an account.
    pub fn account(user: UserId) -> Self {
        Self::new(Kind::Session, format!("user:token:{user}"), [Tag::user(user)])
    }

    /// `cart:{user}`: a customer's cart.
    pub fn cart(user: UserId) -> Self {
        Self::new(Kind::Cart, format!("cart:{user}"), [Tag::cart(user), Tag::variants()])
    }

    /// `product:{id}`: one product.
    pub fn product(id: ProductId) -> Self {
        Self::new(Kind::Product, format!("product:{id}"), [Tag::product(id)])
    }

    /// `product:slug:{slug}`: one product by its slug.
    pub fn product_by_slug(slug: &Slug) -> Self {
        Self::new(Kind::Product, format!("product:slug:{slug}"), [Tag::slug(slug)])
    }

    /// `products:{category}:{min}:{max}:{inStock}:{page}:{limit}:{sortBy}:{order}` and `:after={cursor}` where there is
    /// one. `None` for what is never cached: a search for text, and what only staff may see.
    pub fn listing(query: &ListingQuery) -> Option<Self> {
        if query.q.is_some() || query.status != StatusFilter::Active {
            return None;
        }
        let text = format!(
            "products:{category}:{min}:{max}:{in_stock}:{page}:{limit}:{sort_by}:{order}{after}",
            category = query.category.as_deref().map(encoded).unwrap_or_default(),
            min = part(query.min_price.map(Money::canonical)),
            max = part(query.max_price.map(Money::canonical)),
            in_stock = part(query.in_stock),
            page = part(query.position.number()),
            limit = query.limit.get(),
            sort_by = query.sort_by.as_str(),
            order = query.order.as_str(),
            after = after(&query.position),
        );
        let tag = query.category_slug().map_or_else(Tag::catalog, |slug| Tag::category(&slug));
        Some(Self::new(Kind::Listing, text, [tag]))
    }

    /// `categories`: all of them, with their counts.
    pub fn categories() -> Self {
        Self::new(Kind::Categories, "categories".to_owned(), [Tag::catalog()])
    }

    /// `orders:{user}:{page}:{limit}:{status}` and `:after={cursor}` where there is one: a page of a customer's orders.
    pub fn orders(user: UserId, query: &OrderQuery) -> Self {
        let text = format!(
            "orders:{user}:{page}:{limit}:{status}{after}",
            page = part(query.position.number()),
            limit = query.limit.get(),
            status = query.status.map(OrderStatus::as_str).unwrap_or_default(),
            after = after(&query.position),
        );
        Self::new(Kind::Orders, text, [Tag::orders(user)])
    }

    /// `order:{user}:{id}`: one order of a customer.
    pub fn order(user: UserId, id: OrderId) -> Self {
        Self::new(Kind::Order, format!("order:{user}:{id}"), [Tag::orders(user)])
    }

    /// Returns the key's text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns what the cell depends on.
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// Returns what the cell holds.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    fn new(kind: Kind, text: String, tags: impl Into<Vec<Tag>>) -> Self {
        Self { kind, text, tags: tags.into() }
    }
}

/// Writes a part that may be absent.
fn part(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Writes where a page begins that has no number; the cursor's own alphabet needs no encoding.
fn after<C: Serialize>(position: &Position<C>) -> String {
    match position {
        Position::Page(_) => String::new(),
        Position::After(cursor) => format!(":after={}", encode_cursor(cursor)),
    }
}

#[cfg(test)]
mod questions;
#[cfg(test)]
mod tests;
