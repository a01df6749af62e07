//! Carts in memory.

use super::{shop::MemoryShop, state::is_sold, unit::MemoryUnit};
use crate::cart::{Cart, CartReader, CartRepository, CartView, Offer, PricedLine, Target};
use crate::catalog::{Product, Variant};
use crate::{Change, Doc, RepositoryError, Source, Sourced, UserId};
use async_trait::async_trait;

#[async_trait]
impl CartReader for MemoryShop {
    async fn cart(&self, user: UserId) -> Result<Sourced<Doc<CartView>>, RepositoryError> {
        let state = self.read()?;
        let version = state.cart(user).version;
        let view = CartView::of(version, &state.priced(user), self.currency());
        Ok(Sourced::direct(Source::Sqlite, Doc::encode(version, &view)))
    }
}

#[async_trait]
impl CartRepository for MemoryUnit {
    async fn lock(&mut self, user: UserId) -> Result<Cart, RepositoryError> {
        Ok(self.state.cart(user))
    }

    async fn save(&mut self, _before: &Cart, after: &Cart) -> Result<(), RepositoryError> {
        self.state.carts.insert(after.user, after.clone());
        self.record(Change::Cart(after.user));
        Ok(())
    }

    async fn offers(&mut self, target: &Target) -> Result<Vec<Offer>, RepositoryError> {
        let meant = |product: &Product, variant: &Variant| match target {
            Target::Product(id) => product.id == *id,
            Target::Variant(id) => variant.id == *id,
            Target::Sku(sku) => variant.sku == *sku,
        };
        let products = self.state.products.values();
        let offers = products.flat_map(|product| {
            product
                .variants
                .iter()
                .filter(move |variant| is_sold(product, variant) && meant(product, variant))
        });
        let offer = |variant: &Variant| Offer {
            variant: variant.id,
            sku: variant.sku.clone(),
            on_hand: variant.on_hand,
        };
        Ok(offers.map(offer).collect())
    }

    async fn priced(&mut self, user: UserId) -> Result<Vec<PricedLine>, RepositoryError> {
        Ok(self.state.priced(user))
    }
}
