//! The shop without the outside world: in-memory implementations of every port, for tests of the layers above.

use crate::catalog::{Category, Description, Options, Product, ProductStatus, Sku, Slug, Variant};
use crate::text::Line;
use crate::{CategoryId, Currency, ProductId, Timestamp, VariantId, Version};

/// Returns a simple product: 10 units of green tea at 12.50 USD.
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
            price: Currency::parse("USD").expect("a currency").minor(1250),
            on_hand: 10,
            archived: false,
        }],
    }
}
