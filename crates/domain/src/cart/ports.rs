//! The ports of carts.

use super::{Cart, CartOwner, CartTokenHash, CartView, Quantity, Target};
use crate::catalog::{Availability, ProductName, Sku, VariantTitle};
use crate::{Doc, Money, ProductId, RepositoryError, Sourced, Timestamp, UserId, VariantId};
use async_trait::async_trait;

/// Reads carts outside a unit of work. Reading makes none.
#[async_trait]
pub trait CartReader: Send + Sync {
    /// Returns an account's cart; an empty one where nothing was ever put into it. May be cached.
    async fn cart(&self, user: UserId) -> Result<Sourced<Doc<CartView>>, RepositoryError>;
    /// Returns a guest's cart; `None` where there is none that has not ended. Never cached: no key is to tell of a token.
    async fn guest_cart(
        &self,
        token: CartTokenHash,
        now: Timestamp,
    ) -> Result<Option<Sourced<Doc<CartView>>>, RepositoryError>;
}

/// A variant that is sold, as somebody asks to buy it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The variant.
    pub variant: VariantId,
    /// Its stock keeping unit.
    pub sku: Sku,
    /// What one costs.
    pub price: Money,
    /// How many there are.
    pub on_hand: i64,
}

/// A line of a cart with what the catalogue says of its variant now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// The variant.
    pub variant: VariantId,
    /// Its product.
    pub product: ProductId,
    /// Its stock keeping unit.
    pub sku: Sku,
    /// What the product is called.
    pub name: ProductName,
    /// What tells the variant from its siblings.
    pub title: VariantTitle,
    /// How many.
    pub quantity: Quantity,
    /// What one costs.
    pub unit_price: Money,
    /// What one cost when the line was added.
    pub price_when_added: Money,
    /// How many can be had; 0 where variant or product is archived.
    pub available: i64,
    /// How well it can be had; [`Availability::OutOfStock`] where variant or product is archived.
    pub availability: Availability,
}

impl PricedLine {
    /// Returns what the line costs.
    ///
    /// # Panics
    /// Never: 999 units at the highest price fit in 64 bits.
    pub fn total(&self) -> Money {
        self.unit_price
            .times(self.quantity.get())
            .expect("the bounds of quantity and price keep a line within 64 bits")
    }
}

/// Writes carts inside a unit of work.
#[async_trait]
pub trait CartRepository: Send {
    /// Returns a cart, be it live or not, and keeps others from changing it until the end; `None` where there is none.
    async fn lock(&mut self, owner: &CartOwner) -> Result<Option<Cart>, RepositoryError>;
    /// Returns a cart as [`CartRepository::lock`] does, made empty where there was none.
    async fn open(&mut self, owner: &CartOwner, now: Timestamp) -> Result<Cart, RepositoryError>;
    /// Stores what was edited of a cart that was locked. Records [`Change::Cart`](crate::Change::Cart) of an account's.
    async fn save(&mut self, before: &Cart, after: &Cart) -> Result<(), RepositoryError>;
    /// Removes a guest's cart that was locked, with its lines.
    async fn remove(&mut self, guest: CartTokenHash) -> Result<(), RepositoryError>;
    /// Returns the variants that are sold and answer to the target: several where it is a product with several.
    async fn offers(&mut self, target: &Target) -> Result<Vec<Offer>, RepositoryError>;
    /// Returns the cart's lines as they are stored now, in the order in which they were added, with live prices.
    async fn priced(&mut self, owner: &CartOwner) -> Result<Vec<PricedLine>, RepositoryError>;
}
