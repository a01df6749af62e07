//! What clients see of a cart.

use super::PricedLine;
use crate::catalog::Availability;
use crate::money::MoneyView;
use crate::{Currency, Money, ProductId, VariantId, Version};
use serde::{Deserialize, Serialize};

/// A whole cart with live prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Cart))]
pub struct CartView {
    /// The lines, in the order in which they were added.
    pub items: Vec<CartItemView>,
    /// The sum of the lines.
    pub subtotal: MoneyView,
    /// Counts the cart's edits; the part of the entity tag that `If-Match` compares.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub version: Version,
}

/// A line of a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CartItem))]
pub struct CartItemView {
    /// The variant.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub variant_id: VariantId,
    /// Its product.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub product_id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// What the product is called.
    pub name: String,
    /// What tells the variant from its siblings.
    pub title: String,
    /// How many.
    pub quantity: u32,
    /// What one costs now.
    pub unit_price: MoneyView,
    /// What the line costs now.
    pub line_total: MoneyView,
    /// What one cost when the line was added.
    pub price_when_added: MoneyView,
    /// Whether one costs something else now than when the line was added.
    pub price_changed: bool,
    /// How well the variant can be had; `out_of_stock` where it is no longer sold.
    pub availability: Availability,
}

impl CartView {
    /// Prices a cart.
    pub fn of(version: Version, lines: &[PricedLine], currency: Currency) -> Self {
        Self {
            items: lines.iter().map(CartItemView::from).collect(),
            subtotal: total(lines, currency).view(),
            version,
        }
    }
}

impl From<&PricedLine> for CartItemView {
    fn from(line: &PricedLine) -> Self {
        Self {
            variant_id: line.variant,
            product_id: line.product,
            sku: line.sku.to_string(),
            name: line.name.to_string(),
            title: line.title.to_string(),
            quantity: line.quantity.get(),
            unit_price: line.unit_price.view(),
            line_total: line.total().view(),
            price_when_added: line.price_when_added.view(),
            price_changed: line.unit_price != line.price_when_added,
            availability: line.availability,
        }
    }
}

/// Adds up the lines of a cart: to the minor unit, with nothing to round.
///
/// # Panics
/// Never: 100 lines of 999 units at the highest price fit in 64 bits.
pub(crate) fn total(lines: &[PricedLine], currency: Currency) -> Money {
    lines
        .iter()
        .try_fold(currency.minor(0), |sum, line| sum.plus(line.total()))
        .expect("the bounds of carts and prices keep every total within 64 bits")
}
