//! Carts in memory.

use super::{shop::MemoryShop, unit::MemoryUnit};
use crate::cart::{
    Cart, CartOwner, CartReader, CartRepository, CartTokenHash, CartView, Offer, PricedLine, Target,
};
use crate::catalog::{Product, Variant};
use crate::{Change, Doc, RepositoryError, Source, Sourced, Timestamp, UserId, Version};
use async_trait::async_trait;

#[async_trait]
impl CartReader for MemoryShop {
    async fn cart(&self, user: UserId) -> Result<Sourced<Doc<CartView>>, RepositoryError> {
        let owner = CartOwner::User(user);
        let state = self.read()?;
        let version = state.cart(&owner).map_or(Version::NONE, |cart| cart.version);
        Ok(self.shown(version, &state.priced(&owner)))
    }

    async fn guest_cart(
        &self,
        token: CartTokenHash,
        now: Timestamp,
    ) -> Result<Option<Sourced<Doc<CartView>>>, RepositoryError> {
        let owner = CartOwner::Guest(token);
        let state = self.read()?;
        let live = state.cart(&owner).filter(|cart| cart.is_live(now));
        Ok(live.map(|cart| self.shown(cart.version, &state.priced(&owner))))
    }
}

impl MemoryShop {
    fn shown(&self, version: Version, lines: &[PricedLine]) -> Sourced<Doc<CartView>> {
        let view = CartView::of(version, lines, self.currency());
        Sourced::direct(Source::Sqlite, Doc::encode(version, &view))
    }
}

#[async_trait]
impl CartRepository for MemoryUnit {
    async fn lock(&mut self, owner: &CartOwner) -> Result<Option<Cart>, RepositoryError> {
        Ok(self.state.cart(owner).cloned())
    }

    async fn open(&mut self, owner: &CartOwner, now: Timestamp) -> Result<Cart, RepositoryError> {
        if self.state.cart(owner).is_none() {
            let (owner, expires_at) = (*owner, owner.expiry(now));
            self.state.keep(Cart { owner, version: Version::NONE, expires_at, lines: Vec::new() });
        }
        Ok(self.state.cart(owner).cloned().expect("it was made where it was absent"))
    }

    async fn save(&mut self, _before: &Cart, after: &Cart) -> Result<(), RepositoryError> {
        self.state.keep(after.clone());
        if let CartOwner::User(user) = after.owner {
            self.record(Change::Cart(user));
        }
        Ok(())
    }

    async fn remove(&mut self, guest: CartTokenHash) -> Result<(), RepositoryError> {
        self.state.guest_carts.remove(&guest);
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
            product.variants.iter().filter(move |variant| product.sells(variant) && meant(product, variant))
        });
        let offer = |variant: &Variant| Offer {
            variant: variant.id,
            sku: variant.sku.clone(),
            price: variant.price,
            on_hand: variant.on_hand,
        };
        Ok(offers.map(offer).collect())
    }

    async fn priced(&mut self, owner: &CartOwner) -> Result<Vec<PricedLine>, RepositoryError> {
        Ok(self.state.priced(owner))
    }
}
