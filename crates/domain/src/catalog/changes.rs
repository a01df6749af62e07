//! What an edit of a product makes out of date.

use super::{Availability, Product, ProductStatus, Slug, Variant};
use crate::{Change, Money, VariantId};
use std::collections::BTreeSet;

/// Tells what readers see differently once `after` has taken the place of `before` (`None`: it was just made).
///
/// A listing is named only when something that it shows, filters or sorts by differs, and the variants only when
/// something that a cart shows differs: an edit of a description empties neither.
pub fn changes_between(before: Option<&Product>, after: &Product) -> Vec<Change> {
    let states = || before.into_iter().chain([after]);
    let slugs: BTreeSet<&Slug> = states().map(|product| &product.slug).collect();
    let mut changes = vec![Change::Product { id: after.id, slugs: slugs.into_iter().cloned().collect() }];
    if before.and_then(listed) != listed(after) {
        let categories: BTreeSet<&Slug> = states()
            .filter(|product| listed(product).is_some())
            .map(|product| &product.category.slug)
            .collect();
        changes.extend(categories.into_iter().map(|category| Change::Listing { category: category.clone() }));
    }
    if before.is_some_and(|before| carts_differ(before, after)) {
        changes.push(Change::Variants);
    }
    changes
}

/// What a listing knows of a product; nothing of one that is archived.
fn listed(product: &Product) -> Option<(&str, &Slug, &Slug, Money, Availability)> {
    (product.status == ProductStatus::Active).then(|| {
        (
            product.name.as_str(),
            &product.slug,
            &product.category.slug,
            product.lowest_price(),
            product.availability(),
        )
    })
}

/// What a cart's line shows of a variant: name, slug, sku, title, price and band.
type LineFacts<'a> = (&'a str, &'a Slug, &'a str, &'a str, Money, Availability);

fn line<'a>(product: &'a Product, variant: &'a Variant) -> LineFacts<'a> {
    let sold = product.sells(variant);
    let availability = if sold { variant.availability() } else { Availability::OutOfStock };
    let (name, sku, title) = (product.name.as_str(), variant.sku.as_str(), variant.title.as_str());
    (name, &product.slug, sku, title, variant.price, availability)
}

fn carts_differ(before: &Product, after: &Product) -> bool {
    before.variants.iter().any(|variant| Some(line(before, variant)) != line_of(after, variant.id))
}

fn line_of(product: &Product, id: VariantId) -> Option<LineFacts<'_>> {
    product.variants.iter().find(|variant| variant.id == id).map(|variant| line(product, variant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::a_product;

    fn names(changes: &[Change]) -> Vec<&'static str> {
        let name = |change: &Change| match change {
            Change::Product { .. } => "product",
            Change::Listing { .. } => "listing",
            Change::Variants => "variants",
            Change::Account(_) | Change::Cart(_) | Change::Orders(_) => "other",
        };
        changes.iter().map(name).collect()
    }

    #[test]
    fn a_new_product_appears_in_its_listing_and_in_no_cart() {
        assert_eq!(names(&changes_between(None, &a_product())), ["product", "listing"]);
    }

    #[test]
    fn a_description_empties_no_listing_and_no_cart() {
        let (before, mut after) = (a_product(), a_product());
        after.description = super::super::Description::parse("other").unwrap();
        assert_eq!(names(&changes_between(Some(&before), &after)), ["product"]);
    }

    #[test]
    fn a_count_within_its_band_empties_no_listing_and_no_cart() {
        let (before, mut after) = (a_product(), a_product());
        after.variants[0].on_hand -= 1;
        assert_eq!(names(&changes_between(Some(&before), &after)), ["product"]);
    }

    #[test]
    fn price_name_and_archival_reach_listings_and_carts() {
        let before = a_product();
        let edits: [fn(&mut Product); 3] = [
            |product| product.variants[0].price = product.variants[0].price.times(2).unwrap(),
            |product| product.name = super::super::ProductName::parse("Other").unwrap(),
            |product| product.status = ProductStatus::Archived,
        ];
        for edit in edits {
            let mut after = before.clone();
            edit(&mut after);
            assert_eq!(names(&changes_between(Some(&before), &after)), ["product", "listing", "variants"]);
        }
    }

    #[test]
    fn a_move_reaches_both_categories_and_a_new_slug_both_addresses() {
        let (before, mut after) = (a_product(), a_product());
        after.category.slug = Slug::of("Elsewhere");
        assert_eq!(names(&changes_between(Some(&before), &after)), ["product", "listing", "listing"]);
        after.slug = Slug::of("a new name");
        let Change::Product { slugs, .. } = &changes_between(Some(&before), &after)[0] else {
            panic!("a product changed")
        };
        assert_eq!(slugs.len(), 2);
    }
}
