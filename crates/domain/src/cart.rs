//! Carts: lines of variants and quantities, with live prices whenever they are looked at.

mod merge;
mod owner;
mod ports;
mod service;
mod views;

pub use merge::{AdjustmentReason, CartAdjustment, CartMerge, merge};
pub use owner::{CartOwner, CartToken, CartTokenHash, Shopper};
pub use ports::{CartReader, CartRepository, Offer, PricedLine};
pub use service::{CartError, CartService, Carts, CartsOptions, ShownCart};
pub(crate) use views::total;
pub use views::{CartItemView, CartView};

use crate::catalog::Sku;
use crate::{Invalid, Money, ProductId, Timestamp, VariantId, Version};

/// The most lines that a cart can have.
pub const MAX_LINES: usize = 100;
/// The most units of one variant that a cart can hold.
pub const MAX_QUANTITY: u32 = 999;

/// How many of one thing: 1 to [`MAX_QUANTITY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(u32);

impl Quantity {
    /// Checks a number of units.
    ///
    /// # Errors
    /// Anything but 1 to [`MAX_QUANTITY`].
    pub fn new(units: u32) -> Result<Self, Invalid> {
        let valid = (1..=MAX_QUANTITY).contains(&units);
        valid.then_some(Self(units)).ok_or(Invalid::new("must be 1 to 999"))
    }

    /// Returns the number of units.
    pub fn get(self) -> u32 {
        self.0
    }

    /// Adds; `None` beyond [`MAX_QUANTITY`].
    pub fn plus(self, more: Self) -> Option<Self> {
        Self::new(self.0 + more.0).ok()
    }
}

/// What a client wants to put into a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The only variant of a product.
    Product(ProductId),
    /// A variant.
    Variant(VariantId),
    /// The variant with this stock keeping unit.
    Sku(Sku),
}

/// One line of a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// What is wanted.
    pub variant: VariantId,
    /// How many.
    pub quantity: Quantity,
    /// What one cost when the line was added. Nobody pays it: it tells whether the price has changed since.
    pub price: Money,
}

/// A cart, held by a unit of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cart {
    /// Whose it is.
    pub owner: CartOwner,
    /// Counts its edits.
    pub version: Version,
    /// When it ends; an account's never does.
    pub expires_at: Option<Timestamp>,
    /// Its lines in the order in which they were added; at most [`MAX_LINES`], each variant once.
    pub lines: Vec<CartLine>,
}

/// A cart that would break its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartFull {
    /// It has [`MAX_LINES`] lines already.
    Lines,
    /// It would hold more than [`MAX_QUANTITY`] units of one variant.
    Quantity,
}

impl Cart {
    /// Tells whether it is still there. One that has ended is as good as none, until it is removed.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// Returns the cart as it is after one more edit, whose lines are still to be changed.
    #[must_use]
    pub fn edited(&self, now: Timestamp) -> Self {
        let (version, expires_at) = (self.version.next(), self.owner.expiry(now));
        Self { version, expires_at, ..self.clone() }
    }

    /// Returns how many of a variant it holds.
    pub fn quantity_of(&self, variant: VariantId) -> Option<Quantity> {
        self.lines.iter().find(|line| line.variant == variant).map(|line| line.quantity)
    }

    /// Adds the units of a line to the line of its variant, which keeps its first price; without one, adds it at the end.
    ///
    /// # Errors
    /// When that would break the cart's bounds; then nothing has changed.
    pub fn add(&mut self, new: CartLine) -> Result<(), CartFull> {
        if let Some(line) = self.lines.iter_mut().find(|line| line.variant == new.variant) {
            line.quantity = line.quantity.plus(new.quantity).ok_or(CartFull::Quantity)?;
        } else if self.lines.len() < MAX_LINES {
            self.lines.push(new);
        } else {
            return Err(CartFull::Lines);
        }
        Ok(())
    }

    /// Sets the quantity of a line; false when there is no such line.
    pub fn set(&mut self, variant: VariantId, quantity: Quantity) -> bool {
        let line = self.lines.iter_mut().find(|line| line.variant == variant);
        line.map(|line| line.quantity = quantity).is_some()
    }

    /// Removes a line; false when there is no such line.
    pub fn remove(&mut self, variant: VariantId) -> bool {
        let lines = self.lines.len();
        self.lines.retain(|line| line.variant != variant);
        self.lines.len() < lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;
    use crate::testing::usd;

    fn empty() -> Cart {
        let owner = CartOwner::User(UserId(1));
        Cart { owner, version: Version::NONE, expires_at: None, lines: vec![] }
    }

    fn line(variant: i64, quantity: u32) -> CartLine {
        CartLine { variant: VariantId(variant), quantity: units(quantity), price: usd("2.50") }
    }

    fn units(units: u32) -> Quantity {
        Quantity::new(units).unwrap()
    }

    #[test]
    fn adding_twice_makes_one_line_with_the_first_price() {
        let mut cart = empty();
        cart.add(line(7, 2)).unwrap();
        cart.add(CartLine { price: usd("3.00"), ..line(7, 3) }).unwrap();
        assert_eq!(cart.lines, [line(7, 5)]);
    }

    #[test]
    fn bounds_hold_and_a_refusal_changes_nothing() {
        let mut cart = empty();
        for id in 0..100 {
            cart.add(line(id, 999)).unwrap();
        }
        let full = cart.clone();
        assert_eq!(cart.add(line(100, 1)), Err(CartFull::Lines));
        assert_eq!(cart.add(line(5, 1)), Err(CartFull::Quantity));
        assert_eq!(cart, full);
        assert!(Quantity::new(0).is_err() && Quantity::new(1000).is_err());
    }

    #[test]
    fn a_line_that_is_not_there_is_neither_set_nor_removed() {
        let mut cart = empty();
        cart.add(line(1, 1)).unwrap();
        assert!(!cart.set(VariantId(2), units(1)) && !cart.remove(VariantId(2)));
        assert!(cart.set(VariantId(1), units(9)) && cart.quantity_of(VariantId(1)) == Some(units(9)));
        assert!(cart.remove(VariantId(1)) && cart.lines.is_empty());
    }
}
