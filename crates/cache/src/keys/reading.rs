//! Keys as people type them, read back: for looking at a cell, and for putting one out of date by hand. Nothing is a key
//! that the shop would not have written so.

use super::{CellKey, encoded};
use crate::{Kind, tags::Tag};
use domain::catalog::Slug;
use domain::{Invalid, OrderId, ProductId, UserId};
use percent_encoding::percent_decode_str;

/// How many parts the key of a page has behind its own; one more where the page begins at a cursor.
const PARTS_OF_LISTING: usize = 7;
const PARTS_OF_ORDERS: usize = 3;

impl CellKey {
    /// Reads a key.
    ///
    /// # Errors
    /// Whatever is no key of a cell; the reason lists the forms that there are.
    pub fn read(text: &str) -> Result<Self, Invalid> {
        let parts: Vec<&str> = text.split(':').collect();
        Self::of_parts(text, &parts).ok_or(Invalid::new(
            "must be the key of a cell: product:ID, product:slug:SLUG, products:CATEGORY:… with every part, categories, \
             cart:USER, orders:USER:… with every part, order:USER:ID or user:token:USER",
        ))
    }

    /// Returns the tags that stand for what this cell alone shows, or as few others as can be: `variants`, which every cart
    /// carries, is none.
    pub fn own_tags(&self) -> Vec<Tag> {
        let shared = Tag::variants();
        self.tags.iter().filter(|tag| **tag != shared).cloned().collect()
    }

    fn of_parts(text: &str, parts: &[&str]) -> Option<Self> {
        match parts {
            ["user", "token", user] => Some(Self::account(UserId(number(user)?))),
            ["cart", user] => Some(Self::cart(UserId(number(user)?))),
            ["product", id] => Some(Self::product(ProductId(number(id)?))),
            ["product", "slug", slug] => Some(Self::product_by_slug(&Slug::parse(slug).ok()?)),
            ["categories"] => Some(Self::categories()),
            ["order", user, id] => Some(Self::order(UserId(number(user)?), OrderId(number(id)?))),
            ["orders", user, page @ ..] if is_page(page, PARTS_OF_ORDERS) => {
                Some(Self::new(Kind::Orders, text.to_owned(), [Tag::orders(UserId(number(user)?))]))
            }
            ["products", "", page @ ..] if is_page(page, PARTS_OF_LISTING) => {
                Some(Self::new(Kind::Listing, text.to_owned(), [Tag::catalog()]))
            }
            ["products", category, page @ ..] if is_page(page, PARTS_OF_LISTING) => {
                let name = percent_decode_str(category).decode_utf8().ok()?;
                let tag = Tag::category(&Slug::of(&name));
                (encoded(&name) == *category).then(|| Self::new(Kind::Listing, text.to_owned(), [tag]))
            }
            _ => None,
        }
    }
}

/// Reads an id in its only spelling.
fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number: &i64| *number > 0 && number.to_string() == text)
}

/// Tells whether these can be the parts that say which page it is.
fn is_page(parts: &[&str], number: usize) -> bool {
    let cursor = parts.get(number).is_none_or(|part| part.starts_with("after="));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-=".contains(&byte));
    (number..=number + 1).contains(&parts.len()) && cursor && parts.iter().all(|part| plain(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalog::{ListingCursor, ListingQuery, Order, SortKey};
    use domain::order::{OrderCursor, OrderQuery, OrderStatus};
    use domain::page::{Limit, Position};

    fn own(text: &str) -> Vec<String> {
        CellKey::read(text).unwrap().own_tags().iter().map(Tag::to_string).collect()
    }

    #[test]
    fn every_key_is_read_as_it_was_written() {
        let (user, everything) = (UserId(2), ListingQuery::default());
        let orders = OrderQuery { status: None, position: Position::Page(1), limit: Limit::DEFAULT };
        let cursor = ListingCursor { key: SortKey::Price(1990), order: Order::Asc, id: ProductId(3) };
        let listing = |category: &str| ListingQuery {
            category: Some(category.to_owned()),
            in_stock: Some(true),
            ..everything.clone()
        };
        for key in [
            CellKey::account(user),
            CellKey::cart(user),
            CellKey::product(ProductId(7)),
            CellKey::product_by_slug(&Slug::of("Green tea")),
            CellKey::categories(),
            CellKey::order(user, OrderId(9)),
            CellKey::orders(user, &orders),
            CellKey::orders(user, &OrderQuery { status: Some(OrderStatus::Cancelled), ..orders.clone() }),
            CellKey::orders(
                user,
                &OrderQuery { position: Position::After(OrderCursor { id: OrderId(9) }), ..orders },
            ),
            CellKey::listing(&everything).unwrap(),
            CellKey::listing(&listing("Home & Kitchen")).unwrap(),
            CellKey::listing(&listing("a:b%3A*\né")).unwrap(),
            CellKey::listing(&ListingQuery { position: Position::After(cursor), ..everything.clone() })
                .unwrap(),
        ] {
            assert_eq!(CellKey::read(key.as_str()), Ok(key));
        }
    }

    #[test]
    fn what_is_renewed_by_hand_follows_from_the_key() {
        assert_eq!(own("product:7"), ["product:7"]);
        assert_eq!(own("product:slug:green-tea"), ["slug:green-tea"]);
        assert_eq!(own("products:Home%20%26%20Kitchen:20:40:true:1:20:price:ASC"), ["category:home-kitchen"]);
        assert_eq!(own("products:::::1:20:createdAt:DESC"), ["catalog"]);
        assert_eq!(own("categories"), ["catalog"]);
        assert_eq!(own("cart:2"), ["cart:2"], "and not every other cart with it");
        assert_eq!(
            (own("orders:2:1:20:"), own("order:2:9")),
            (vec!["orders:2".to_owned()], own("order:2:9"))
        );
        assert_eq!(own("order:2:9"), ["orders:2"]);
        assert_eq!(own("user:token:2"), ["user:2"]);
    }

    #[test]
    fn nothing_else_is_a_key() {
        for text in [
            "",
            "cart",
            "cart:",
            "cart:02",
            "cart:+2",
            "cart:0",
            "cart:2:",
            "cart:*",
            "gen:cart:2",
            "product:tea",
            "product:slug:Tea",
            "products",
            "products:Electronics",
            "products:a b::::1:20:price:ASC",
            "products:%61::::1:20:price:ASC",
            "products:::::1:20:price:ASC:before=x",
            "products:::::1:20:price:ASC:after=x:y",
            "products:::::1:20:pri ce:ASC",
            "orders:2",
            "orders:2:1:20",
            "session:1",
        ] {
            let refused = CellKey::read(text).expect_err(text).to_string();
            assert!(refused.contains("cart:USER") && refused.contains("products:CATEGORY"), "{refused}");
        }
    }
}
