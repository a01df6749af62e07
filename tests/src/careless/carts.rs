//! Carts, of which the order of their lines is noted.

use super::CarelessUnit;
use async_trait::async_trait;
use domain::cart::{Cart, CartOwner, CartRepository, CartTokenHash, Offer, PricedLine, Target};
use domain::{RepositoryError, Timestamp};

#[async_trait]
impl CartRepository for CarelessUnit {
    async fn lock(&mut self, owner: &CartOwner) -> Result<Option<Cart>, RepositoryError> {
        let cart = self.inner.carts().lock(owner).await?;
        self.cart = cart.iter().flat_map(|cart| &cart.lines).map(|line| line.variant).collect();
        Ok(cart)
    }

    async fn open(&mut self, owner: &CartOwner, now: Timestamp) -> Result<Cart, RepositoryError> {
        self.inner.carts().open(owner, now).await
    }

    async fn save(&mut self, before: &Cart, after: &Cart) -> Result<(), RepositoryError> {
        self.inner.carts().save(before, after).await
    }

    async fn remove(&mut self, guest: CartTokenHash) -> Result<(), RepositoryError> {
        self.inner.carts().remove(guest).await
    }

    async fn offers(&mut self, target: &Target) -> Result<Vec<Offer>, RepositoryError> {
        self.inner.carts().offers(target).await
    }

    async fn priced(&mut self, owner: &CartOwner) -> Result<Vec<PricedLine>, RepositoryError> {
        self.inner.carts().priced(owner).await
    }
}
