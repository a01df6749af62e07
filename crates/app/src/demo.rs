//! The demonstration catalogue: goods written by hand, and after them as many combined ones as somebody asks for. It is
//! the same on every machine and on every day: no randomness, no clock. It knows nothing of where it is stored.

mod automotive;
mod beauty;
mod books;
mod clothing;
mod combined;
mod draft;
mod electronics;
mod garden;
mod goods;
mod grocery;
mod home;
mod sports;
mod toys;

pub(crate) use draft::Draft;

use chrono::{DateTime, TimeDelta};
use domain::{Currency, Timestamp};
use goods::Goods;

/// A category of the demonstration catalogue.
struct Section {
    name: &'static str,
    /// How its stock keeping units begin.
    prefix: &'static str,
    goods: &'static [Goods],
}

const SECTIONS: [Section; 10] = [
    Section { name: "Electronics", prefix: "ELE", goods: electronics::GOODS },
    Section { name: "Books", prefix: "BOO", goods: books::GOODS },
    Section { name: "Clothing", prefix: "CLO", goods: clothing::GOODS },
    Section { name: "Home", prefix: "HOM", goods: home::GOODS },
    Section { name: "Garden", prefix: "GAR", goods: garden::GOODS },
    Section { name: "Toys", prefix: "TOY", goods: toys::GOODS },
    Section { name: "Sports", prefix: "SPO", goods: sports::GOODS },
    Section { name: "Beauty", prefix: "BEA", goods: beauty::GOODS },
    Section { name: "Grocery", prefix: "GRO", goods: grocery::GOODS },
    Section { name: "Automotive", prefix: "AUT", goods: automotive::GOODS },
];

/// How many goods of each category are written by hand.
const PER_SECTION: usize = 20;
/// How many goods are written by hand.
pub(crate) const HANDMADE: usize = SECTIONS.len() * PER_SECTION;

/// Returns the demonstration catalogue, without end: the goods written by hand, then combined ones. Neighbours, and so
/// the pages of a listing by age, are of different categories.
pub(crate) fn catalogue(currency: Currency) -> impl Iterator<Item = Draft> {
    let handmade = (0..HANDMADE).map(move |position| {
        let (round, turn) = (position / SECTIONS.len(), position % SECTIONS.len());
        let section = &SECTIONS[(turn * 3 + round) % SECTIONS.len()];
        Draft::of_goods(section, round, added_on(position), currency)
    });
    handmade.chain((0..).map(move |number| combined::product(number, added_before(number), currency)))
}

/// Returns 2025-01-06 08:00 UTC, when the first of the goods written by hand was added.
fn opening() -> Timestamp {
    DateTime::from_timestamp(1_736_150_400, 0).unwrap_or_default()
}

/// Spreads the goods written by hand over the nine months from the opening on.
fn added_on(position: usize) -> Timestamp {
    opening() + minutes(position, 1_877)
}

/// Puts the combined goods before the opening, so that the others are what a visitor sees first.
fn added_before(number: usize) -> Timestamp {
    opening() - minutes(number + 1, 7)
}

fn minutes(count: usize, each: i64) -> TimeDelta {
    TimeDelta::minutes(i64::try_from(count).unwrap_or(i64::MAX / 10_000) * each)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashSet};

    fn usd() -> Currency {
        Currency::parse("USD").unwrap()
    }

    #[test]
    fn there_are_two_hundred_goods_in_ten_categories() {
        let mut by_category = BTreeMap::new();
        for draft in catalogue(usd()).take(HANDMADE) {
            *by_category.entry(draft.category).or_insert(0) += 1;
        }
        assert_eq!((HANDMADE, by_category.len()), (200, 10));
        assert!(SECTIONS.iter().all(|section| section.goods.len() == PER_SECTION), "{by_category:?}");
    }

    #[test]
    fn it_is_the_same_every_time_and_lies_in_the_past() {
        let [once, again] = [0, 1].map(|_| catalogue(usd()).take(1_000).collect::<Vec<_>>());
        assert_eq!(once, again);
        let autumn = DateTime::parse_from_rfc3339("2025-10-01T00:00:00Z").unwrap();
        assert!(once.iter().all(|draft| draft.created_at < autumn));
    }

    #[test]
    fn names_slugs_skus_and_times_are_unique() {
        let (mut slugs, mut skus, mut times) = (HashSet::new(), HashSet::new(), HashSet::new());
        for draft in catalogue(usd()).take(120_000) {
            let name = draft.name.to_string();
            assert!(times.insert(draft.created_at), "{name}: another has its time");
            assert!(slugs.insert(draft.slug()), "{name}: another has its slug");
            for variant in draft.variants {
                assert!(skus.insert(variant.sku.clone()), "{name}: another has the sku {}", variant.sku);
            }
        }
    }

    #[test]
    fn a_page_of_the_default_listing_shows_every_category() {
        let newest: Vec<_> = catalogue(usd()).take(HANDMADE).skip(HANDMADE - 20).collect();
        let categories: HashSet<_> = newest.iter().map(|draft| draft.category.as_str()).collect();
        assert_eq!(categories.len(), 10);
    }

    #[test]
    fn the_listing_that_the_readme_asks_for_finds_several() {
        let (least, most) = (usd().amount("20").unwrap().minor(), usd().amount("40").unwrap().minor());
        let found = catalogue(usd()).take(HANDMADE).filter(|draft| {
            let lowest = draft.variants.iter().map(|variant| variant.price.minor()).min().unwrap();
            let in_stock = draft.variants.iter().any(|variant| variant.on_hand > 0);
            draft.category.as_str() == "Electronics" && (least..=most).contains(&lowest) && in_stock
        });
        assert!(found.count() >= 5);
    }

    #[test]
    fn some_goods_are_scarce_some_are_gone_and_some_come_in_variants() {
        let drafts: Vec<_> = catalogue(usd()).take(HANDMADE).collect();
        let of_stock = |wanted: fn(i64) -> bool| {
            drafts.iter().flat_map(|d| &d.variants).filter(|v| wanted(v.on_hand)).count()
        };
        assert!(of_stock(|on_hand| on_hand == 0) >= 10);
        assert!(of_stock(|on_hand| (1..=5).contains(&on_hand)) >= 10);
        assert!(drafts.iter().filter(|draft| (2..=4).contains(&draft.variants.len())).count() >= 15);
    }

    #[test]
    fn every_currency_can_price_it() {
        for code in ["USD", "JPY", "KWD"] {
            let currency = Currency::parse(code).unwrap();
            for draft in catalogue(currency).take(HANDMADE + 1_000) {
                assert!(draft.variants.iter().all(|v| v.price.minor() > 0 && v.price.currency() == currency));
            }
        }
    }
}
