//! Things to sell in tests.

use crate::catalog::{
    Category, Description, NewProductInput, NewVariant, Options, Product, ProductStatus, Sku, Slug, Variant,
};
use crate::text::Line;
use crate::{CategoryId, Currency, Money, ProductId, Timestamp, VariantId, Version};

/// Reads an amount of US dollars.
///
/// # Panics
/// When it is none.
pub fn usd(amount: &str) -> Money {
    Currency::parse("USD").expect("a currency").amount(amount).expect("an amount")
}

/// Returns what staff give for a simple product of the category Grocery: its title is its name.
///
/// # Panics
/// When the name is none.
pub fn goods(name: &str, sku: &str, price: &str, on_hand: i64) -> NewProductInput {
    NewProductInput {
        slug: None,
        name: Line::parse(name).expect("a name"),
        description: Description::default(),
        category: Line::parse("Grocery").expect("a category's name"),
        variants: vec![NewVariant {
            title: Line::parse(name).expect("a title"),
            ..variant(sku, price, on_hand)
        }],
    }
}

/// Returns what staff give for a variant: its title is its sku.
///
/// # Panics
/// When the sku is none.
pub fn variant(sku: &str, price: &str, on_hand: i64) -> NewVariant {
    NewVariant {
        sku: Sku::parse(sku).expect("a sku"),
        title: Line::parse(sku).expect("a title"),
        options: Options::new(),
        price: usd(price),
        on_hand,
    }
}

/// Returns a simple product that is sold: 10 units of green tea at 12.50 USD.
///
/// # Panics
/// Never: the values are valid.
pub fn a_product() -> Product {
    Product {
        id: ProductId(1),
        slug: Slug::of("Green tea"),
        name: Line::parse("Green tea").expect("a name"),
        description: Description::parse("Loose leaves.").expect("a description"),
        category: Category {
            id: CategoryId(1),
            name: Line::parse("Grocery").expect("a name"),
            slug: Slug::of("Grocery"),
        },
        status: ProductStatus::Active,
        version: Version(1),
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        variants: vec![Variant {
            id: VariantId(1),
            sku: Sku::parse("TEA-100").expect("a sku"),
            title: Line::parse("Default").expect("a title"),
            options: Options::new(),
            price: usd("12.50"),
            on_hand: 10,
            archived: false,
        }],
    }
}
