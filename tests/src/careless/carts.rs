//! Carts, of which the order of their lines is noted.

use super::CarelessUnit;
use async_trait::async_trait;
use domain::cart::{Cart, CartRepository, Offer, PricedLine, Target};
use domain::{RepositoryError, UserId};

#[async_trait]
impl CartRepository for CarelessUnit {
    async fn lock(&mut self, user: UserId) -> Result<Cart, RepositoryError> {
        let cart = self.inner.carts().lock(user).await?;
        self.cart = cart.lines.iter().map(|line| line.variant).collect();
        Ok(cart)
    }

    async fn save(&mut self, before: &Cart, after: &Cart) -> Result<(), RepositoryError> {
        self.inner.carts().save(before, after).await
    }

    async fn offers(&mut self, target: &Target) -> Result<Vec<Offer>, RepositoryError> {
        self.inner.carts().offers(target).await
    }

    async fn priced(&mut self, user: UserId) -> Result<Vec<PricedLine>, RepositoryError> {
        self.inner.carts().priced(user).await
    }
}
