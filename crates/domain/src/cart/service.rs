//! What customers do with their carts.

use super::{Cart, CartFull, CartView, Offer, Quantity, Target};
use crate::catalog::Sku;
use crate::{Currency, Doc, RepositoryError, Sourced, UnitOfWork, Units, UserId, VariantId, Version};
use async_trait::async_trait;
use thiserror::Error;

/// Changes carts. Every method answers the whole cart as it is then; `expected` is the version that the cart must have,
/// where the caller cares.
#[async_trait]
pub trait CartService: Send + Sync {
    /// Adds units of something.
    async fn add(
        &self,
        user: UserId,
        expected: Option<Version>,
        target: Target,
        quantity: Quantity,
    ) -> CartAnswer;
    /// Sets the quantity of a line.
    async fn set(
        &self,
        user: UserId,
        expected: Option<Version>,
        variant: VariantId,
        quantity: Quantity,
    ) -> CartAnswer;
    /// Removes a line.
    async fn remove(&self, user: UserId, expected: Option<Version>, variant: VariantId) -> CartAnswer;
    /// Removes every line.
    async fn clear(&self, user: UserId, expected: Option<Version>) -> CartAnswer;
}

type CartAnswer = Result<Sourced<Doc<CartView>>, CartError>;

/// Why a cart stays as it is.
#[derive(Clone, Debug, Error)]
pub enum CartError {
    /// Nothing that is sold answers to the target.
    #[error("there is no such thing to buy")]
    NoSuchThing,
    /// The product has several variants, and none was chosen.
    #[error("the product has several variants")]
    VariantRequired {
        /// The variants to choose from.
        choices: Vec<VariantId>,
    },
    /// The cart has no line of this variant.
    #[error("the cart has no such line")]
    NoSuchLine,
    /// There is less than that.
    #[error("{sku} is out of stock")]
    OutOfStock {
        /// The variant's stock keeping unit.
        sku: Sku,
        /// How many the cart would have held.
        requested: i64,
        /// How many there are.
        available: i64,
    },
    /// The cart would break its bounds.
    #[error("the cart is full")]
    Full(CartFull),
    /// The cart is not the one that the caller saw.
    #[error("the cart has changed")]
    Stale {
        /// The version that it has.
        current: Version,
    },
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

crate::contention_through_repository!(CartError);

/// The carts of the shop.
pub struct Carts {
    units: Units,
    currency: Currency,
}

/// What is done to a cart while it is locked.
#[derive(Clone)]
enum Edit {
    Add(Target, Quantity),
    Set(VariantId, Quantity),
    Remove(VariantId),
    Clear,
}

impl Carts {
    /// Puts the use cases together.
    pub fn new(units: Units, currency: Currency) -> Self {
        Self { units, currency }
    }

    async fn edit(&self, user: UserId, expected: Option<Version>, edit: Edit) -> CartAnswer {
        let currency = self.currency;
        self.units.run(move |work| attempt(work, user, expected, edit.clone(), currency)).await
    }
}

#[async_trait]
impl CartService for Carts {
    async fn add(
        &self,
        user: UserId,
        expected: Option<Version>,
        target: Target,
        quantity: Quantity,
    ) -> CartAnswer {
        self.edit(user, expected, Edit::Add(target, quantity)).await
    }

    async fn set(
        &self,
        user: UserId,
        expected: Option<Version>,
        variant: VariantId,
        quantity: Quantity,
    ) -> CartAnswer {
        self.edit(user, expected, Edit::Set(variant, quantity)).await
    }

    async fn remove(&self, user: UserId, expected: Option<Version>, variant: VariantId) -> CartAnswer {
        self.edit(user, expected, Edit::Remove(variant)).await
    }

    async fn clear(&self, user: UserId, expected: Option<Version>) -> CartAnswer {
        self.edit(user, expected, Edit::Clear).await
    }
}

async fn attempt(
    mut work: Box<dyn UnitOfWork>,
    user: UserId,
    expected: Option<Version>,
    edit: Edit,
    currency: Currency,
) -> CartAnswer {
    let before = work.carts().lock(user).await?;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(CartError::Stale { current: before.version });
    }
    let mut after = Cart { version: before.version.next(), ..before.clone() };
    match edit {
        Edit::Add(target, quantity) => {
            let offer = only(work.carts().offers(&target).await?)?;
            after.add(offer.variant, quantity).map_err(CartError::Full)?;
            check_stock(&after, &offer)?;
        }
        Edit::Set(variant, quantity) => {
            after.set(variant, quantity).then_some(()).ok_or(CartError::NoSuchLine)?;
            let offer = only(work.carts().offers(&Target::Variant(variant)).await?)?;
            check_stock(&after, &offer)?;
        }
        Edit::Remove(variant) => after.remove(variant).then_some(()).ok_or(CartError::NoSuchLine)?,
        Edit::Clear => after.lines.clear(),
    }
    work.carts().save(&before, &after).await?;
    let lines = work.carts().priced(user).await?;
    let committed = work.commit().await?;
    let view = CartView::of(after.version, &lines, currency);
    Ok(Sourced::direct(committed.source, Doc::encode(after.version, &view)))
}

/// Returns the one variant that was meant.
fn only(mut offers: Vec<Offer>) -> Result<Offer, CartError> {
    match offers.len() {
        0 => Err(CartError::NoSuchThing),
        1 => Ok(offers.swap_remove(0)),
        _ => Err(CartError::VariantRequired { choices: offers.iter().map(|offer| offer.variant).collect() }),
    }
}

/// Says early what placing the order would say: nothing is reserved by a cart.
fn check_stock(cart: &Cart, offer: &Offer) -> Result<(), CartError> {
    let requested = cart.quantity_of(offer.variant).map_or(0, |quantity| i64::from(quantity.get()));
    if requested <= offer.on_hand {
        return Ok(());
    }
    Err(CartError::OutOfStock { sku: offer.sku.clone(), requested, available: offer.on_hand })
}
