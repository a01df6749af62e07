//! Tags: what a cell depends on. A unit of work renews the tags of what it changed, and every cell that carries one is
//! out of date from then on. The one place that turns the shop's changes into tags.

use domain::catalog::Slug;
use domain::{Change, ProductId, UserId};
use std::{collections::BTreeSet, fmt};

/// How many bytes a tag has at most: far more than the longest slug.
const LONGEST: usize = 1_000;

/// What the keys of all generations begin with.
pub(crate) const GENERATIONS: &str = "gen:";

/// Something that cells depend on, such as `cart:2` or `catalog`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

impl Tag {
    /// An account's role, its being disabled, and its live sessions.
    pub fn user(user: UserId) -> Self {
        Self(format!("user:{user}"))
    }

    /// A customer's cart.
    pub fn cart(user: UserId) -> Self {
        Self(format!("cart:{user}"))
    }

    /// A customer's orders.
    pub fn orders(user: UserId) -> Self {
        Self(format!("orders:{user}"))
    }

    /// One product, read by its id.
    pub fn product(id: ProductId) -> Self {
        Self(format!("product:{id}"))
    }

    /// One product, read by its slug.
    pub fn slug(slug: &Slug) -> Self {
        Self(format!("slug:{slug}"))
    }

    /// What the listings of a category show.
    pub fn category(slug: &Slug) -> Self {
        Self(format!("category:{slug}"))
    }

    /// What any listing shows.
    pub fn catalog() -> Self {
        Self("catalog".to_owned())
    }

    /// What a cart's line shows of any variant.
    pub fn variants() -> Self {
        Self("variants".to_owned())
    }

    /// Returns the tag's text, as the outbox keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a tag as the outbox keeps it. Its kind need not be known here: an instance of a newer version may have left
    /// it. `None` for what nobody's tag looks like.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let fits = (1..=LONGEST).contains(&text.len());
        let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        (fits && clean).then(|| Self(text.to_owned()))
    }

    /// Returns the key that holds the tag's generation.
    pub(crate) fn generation_key(&self) -> String {
        format!("{GENERATIONS}{}", self.0)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Returns the tags to renew after these changes, each once.
pub fn tags_of(changes: &[Change]) -> Vec<Tag> {
    let mut tags = BTreeSet::new();
    for change in changes {
        match change {
            Change::Account(user) => tags.extend([Tag::user(*user)]),
            Change::Cart(user) => tags.extend([Tag::cart(*user)]),
            Change::Orders(user) => tags.extend([Tag::orders(*user)]),
            Change::Product { id, slugs } => {
                tags.insert(Tag::product(*id));
                tags.extend(slugs.iter().map(Tag::slug));
            }
            Change::Listing { category } => tags.extend([Tag::category(category), Tag::catalog()]),
            Change::Variants => tags.extend([Tag::variants()]),
        }
    }
    tags.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(changes: &[Change]) -> Vec<String> {
        tags_of(changes).iter().map(Tag::to_string).collect()
    }

    #[test]
    fn every_change_renews_its_own_tags() {
        let product = Change::Product { id: ProductId(7), slugs: vec![Slug::of("Old"), Slug::of("New")] };
        let listing = Change::Listing { category: Slug::of("Home & Kitchen") };
        for (change, tags) in [
            (Change::Account(UserId(2)), vec!["user:2"]),
            (Change::Cart(UserId(2)), vec!["cart:2"]),
            (Change::Orders(UserId(2)), vec!["orders:2"]),
            (product, vec!["product:7", "slug:new", "slug:old"]),
            (listing, vec!["catalog", "category:home-kitchen"]),
            (Change::Variants, vec!["variants"]),
        ] {
            assert_eq!(texts(&[change]), tags);
        }
        assert_eq!(texts(&[]), Vec::<String>::new());
    }

    #[test]
    fn every_tag_is_read_as_it_was_written_and_rubbish_is_none() {
        for tag in [Tag::cart(UserId(1)), Tag::slug(&Slug::of("Ünïcode & more")), Tag::catalog()] {
            assert_eq!(Tag::read(tag.as_str()), Some(tag));
        }
        for rubbish in ["", "two words", "line\n", "\u{0}", &"x".repeat(1_001)] {
            assert_eq!(Tag::read(rubbish), None, "{rubbish:?}");
        }
    }

    #[test]
    fn a_tag_is_renewed_once() {
        let listing = |name| Change::Listing { category: Slug::of(name) };
        let changes = [listing("Toys"), listing("Books"), listing("Toys"), Change::Cart(UserId(1))];
        assert_eq!(texts(&changes), ["cart:1", "catalog", "category:books", "category:toys"]);
    }
}
