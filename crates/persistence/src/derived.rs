//! What a product's row holds although it follows from the rest: for comparing what is stored with what should be. Edits and
//! sales keep it right by themselves; whoever audits or repairs asks here.

use crate::entity::product;
use domain::audit::Check;
use domain::catalog::{LOW_STOCK, Product};
use domain::text::fold;

/// The derived columns of a product.
pub(crate) struct Derived {
    /// `None` where the product has no variant at all.
    pub(crate) lowest_price: Option<i64>,
    pub(crate) variants_in_stock: i64,
    pub(crate) variants_plentiful: i64,
    pub(crate) name_key: String,
    pub(crate) search_text: String,
}

/// A column that is not what it should be.
pub(crate) struct Gap {
    pub(crate) check: Check,
    pub(crate) column: &'static str,
    pub(crate) expected: String,
    pub(crate) found: String,
}

/// Returns the text that a search looks into.
pub(crate) fn search_text(name: &str, description: &str) -> String {
    fold(&format!("{name}\n{description}"))
}

impl Derived {
    /// Reads what is stored.
    pub(crate) fn stored(row: &product::Model) -> Self {
        Self {
            lowest_price: Some(row.lowest_price),
            variants_in_stock: row.variants_in_stock,
            variants_plentiful: row.variants_plentiful,
            name_key: row.name_key.clone(),
            search_text: row.search_text.clone(),
        }
    }

    /// Works out what should be stored.
    pub(crate) fn of(product: &Product) -> Self {
        let more_than = |units| product.sold().map(|variant| i64::from(variant.on_hand > units)).sum();
        let (name, description) = (product.name.as_str(), product.description.as_str());
        Self {
            lowest_price: Some(product.lowest_price().minor()),
            variants_in_stock: more_than(0),
            variants_plentiful: more_than(LOW_STOCK),
            name_key: fold(name),
            search_text: search_text(name, description),
        }
    }

    /// Compares what should be with what is stored.
    pub(crate) fn gaps(&self, stored: &Self) -> Vec<Gap> {
        let price = |price: Option<i64>| price.map_or("no variant".to_owned(), |price| price.to_string());
        let columns = [
            (Check::ListingPrices, "lowest_price", price(self.lowest_price), price(stored.lowest_price)),
            (
                Check::ListingStock,
                "variants_in_stock",
                self.variants_in_stock.to_string(),
                stored.variants_in_stock.to_string(),
            ),
            (
                Check::ListingStock,
                "variants_plentiful",
                self.variants_plentiful.to_string(),
                stored.variants_plentiful.to_string(),
            ),
            (Check::ListingText, "name_key", self.name_key.clone(), stored.name_key.clone()),
            (Check::ListingText, "search_text", self.search_text.clone(), stored.search_text.clone()),
        ];
        let differing = columns.into_iter().filter(|(.., expected, found)| expected != found);
        let gap = |(check, column, expected, found): (_, _, String, String)| {
            let (expected, found) = (excerpt(&expected, &found), excerpt(&found, &expected));
            Gap { check, column, expected, found }
        };
        differing.map(gap).collect()
    }
}

/// Shows a text from where it differs from another one.
fn excerpt(text: &str, other: &str) -> String {
    const SHOWN: usize = 40;
    let same = text.chars().zip(other.chars()).take_while(|(one, two)| one == two).count();
    let skipped = if text.chars().count() > SHOWN { same } else { 0 };
    let shown: String = text.chars().skip(skipped).take(SHOWN).collect();
    let (before, after) = (skipped > 0, skipped + SHOWN < text.chars().count());
    format!("{}{shown}{}", if before { "…" } else { "" }, if after { "…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shown_from_where_they_differ() {
        let (long, other) = ("a".repeat(100) + "tail", "a".repeat(100) + "end");
        assert_eq!(excerpt(&long, &other), "…tail");
        assert_eq!(excerpt("", &long), "");
        assert_eq!(excerpt(&long, ""), "a".repeat(40) + "…");
        assert_eq!(excerpt("short", "shore"), "short");
    }
}
