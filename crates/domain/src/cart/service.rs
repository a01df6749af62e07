//! What shoppers do with their carts.

use super::{
    Cart, CartFull, CartLine, CartOwner, CartReader, CartToken, CartView, Offer, Quantity, Shopper, Target,
};
use crate::catalog::Sku;
use crate::throttle::{Gate, Subject};
use crate::{
    Clock, Currency, Doc, Entropy, RepositoryError, Source, Sourced, Timestamp, UnitOfWork, Units, VariantId,
    Version,
};
use async_trait::async_trait;
use std::{sync::Arc, time::Duration};
use thiserror::Error;

/// Shows and changes carts. Every method answers the whole cart as it is then; `expected` is the version that the cart must
/// have, where the caller cares.
#[async_trait]
pub trait CartService: Send + Sync {
    /// Returns the shopper's cart; an empty one where there is none, which is not made by looking.
    async fn show(&self, shopper: &Shopper) -> Result<ShownCart, RepositoryError>;
    /// Adds units of something. A guest without a cart gets one, with a token that the shop has made.
    async fn add(
        &self,
        shopper: &Shopper,
        expected: Option<Version>,
        target: Target,
        quantity: Quantity,
    ) -> CartAnswer;
    /// Sets the quantity of a line.
    async fn set(
        &self,
        shopper: &Shopper,
        expected: Option<Version>,
        variant: VariantId,
        quantity: Quantity,
    ) -> CartAnswer;
    /// Removes a line.
    async fn remove(&self, shopper: &Shopper, expected: Option<Version>, variant: VariantId) -> CartAnswer;
    /// Removes every line.
    async fn clear(&self, shopper: &Shopper, expected: Option<Version>) -> CartAnswer;
}

type CartAnswer = Result<ShownCart, CartError>;

/// A cart as its shopper sees it.
#[derive(Clone, Debug)]
pub struct ShownCart {
    /// The cart.
    pub cart: Sourced<Doc<CartView>>,
    /// What its guest comes back with; `None` for an account, and where there is no cart.
    pub token: Option<CartToken>,
}

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
    /// Too many carts were begun from the guest's address.
    #[error("too many carts were begun")]
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
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

/// What the carts of a shop stand on.
#[derive(Clone)]
pub struct CartsOptions {
    /// Runs the units of work.
    pub units: Units,
    /// Reads carts; the cached one.
    pub reader: Arc<dyn CartReader>,
    /// The database, which says that there is no cart even where it need not be asked.
    pub source: Source,
    /// What prices are in.
    pub currency: Currency,
    /// Counts the carts that guests begin.
    pub guest_carts: Gate,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes guests' tokens.
    pub entropy: Arc<dyn Entropy>,
}

/// The carts of the shop.
#[derive(Clone)]
pub struct Carts {
    options: CartsOptions,
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
    pub fn new(options: CartsOptions) -> Self {
        Self { options }
    }

    async fn edit(&self, shopper: &Shopper, expected: Option<Version>, edit: Edit) -> CartAnswer {
        let (carts, shopper) = (self.clone(), shopper.clone());
        let attempt = move |work| carts.clone().attempt(work, shopper.clone(), expected, edit.clone());
        self.options.units.run(attempt).await
    }

    async fn attempt(
        self,
        mut work: Box<dyn UnitOfWork>,
        shopper: Shopper,
        expected: Option<Version>,
        edit: Edit,
    ) -> CartAnswer {
        let now = self.options.clock.now();
        let held = match shopper.owner() {
            Some(owner) => work.carts().lock(&owner).await?.filter(|cart| cart.is_live(now)),
            None => None,
        };
        let (before, token) = match (held, &edit) {
            (Some(cart), _) => (cart, shopper.token().cloned()),
            (None, Edit::Add(..)) => self.begin(work.as_mut(), &shopper, now).await?,
            (None, _) => {
                check_version(expected, Version::NONE)?;
                let cleared = matches!(edit, Edit::Clear);
                return if cleared { Ok(self.nothing()) } else { Err(CartError::NoSuchLine) };
            }
        };
        check_version(expected, before.version)?;
        let mut after = before.edited(now);
        change(&mut after, edit, work.as_mut()).await?;
        work.carts().save(&before, &after).await?;
        let lines = work.carts().priced(&after.owner).await?;
        let committed = work.commit().await?;
        let view = CartView::of(after.version, &lines, self.options.currency);
        let cart = Sourced::direct(committed.source, Doc::encode(after.version, &view));
        Ok(ShownCart { cart, token })
    }

    /// Counts a guest who has no cart and is about to get one: that is a write by nobody, and could be had without end. What
    /// guests do with a cart that they have is bounded by the cart.
    async fn count_beginning(&self, shopper: &Shopper) -> Result<(), CartError> {
        let Shopper::Guest { client, .. } = shopper else { return Ok(()) };
        if self.show(shopper).await?.token.is_some() {
            return Ok(());
        }
        let counted = self.options.guest_carts.pass(&Subject::network(client.address), &client.meter).await;
        counted.map_err(|retry_after| CartError::Throttled { retry_after })
    }

    /// Begins a cart. A guest's has a token of the shop's own making, whatever came along: nobody can have a cart waiting
    /// for somebody else under a token that they know.
    async fn begin(
        &self,
        work: &mut dyn UnitOfWork,
        shopper: &Shopper,
        now: Timestamp,
    ) -> Result<(Cart, Option<CartToken>), RepositoryError> {
        let (owner, token) = match shopper {
            Shopper::Account(user) => (CartOwner::User(*user), None),
            Shopper::Guest { .. } => {
                let token = CartToken::generate(self.options.entropy.as_ref());
                (CartOwner::Guest(token.hash()), Some(token))
            }
        };
        Ok((work.carts().open(&owner, now).await?, token))
    }

    /// Returns the cart of a shopper who has none.
    fn nothing(&self) -> ShownCart {
        let view = CartView::of(Version::NONE, &[], self.options.currency);
        let cart = Sourced::direct(self.options.source, Doc::encode(Version::NONE, &view));
        ShownCart { cart, token: None }
    }
}

#[async_trait]
impl CartService for Carts {
    async fn show(&self, shopper: &Shopper) -> Result<ShownCart, RepositoryError> {
        let reader = &self.options.reader;
        match shopper {
            Shopper::Account(user) => Ok(ShownCart { cart: reader.cart(*user).await?, token: None }),
            Shopper::Guest { token: None, .. } => Ok(self.nothing()),
            Shopper::Guest { token: Some(token), .. } => {
                let found = reader.guest_cart(token.hash(), self.options.clock.now()).await?;
                let shown = found.map(|cart| ShownCart { cart, token: Some(token.clone()) });
                Ok(shown.unwrap_or_else(|| self.nothing()))
            }
        }
    }

    async fn add(
        &self,
        shopper: &Shopper,
        expected: Option<Version>,
        target: Target,
        quantity: Quantity,
    ) -> CartAnswer {
        self.count_beginning(shopper).await?;
        self.edit(shopper, expected, Edit::Add(target, quantity)).await
    }

    async fn set(
        &self,
        shopper: &Shopper,
        expected: Option<Version>,
        variant: VariantId,
        quantity: Quantity,
    ) -> CartAnswer {
        self.edit(shopper, expected, Edit::Set(variant, quantity)).await
    }

    async fn remove(&self, shopper: &Shopper, expected: Option<Version>, variant: VariantId) -> CartAnswer {
        self.edit(shopper, expected, Edit::Remove(variant)).await
    }

    async fn clear(&self, shopper: &Shopper, expected: Option<Version>) -> CartAnswer {
        self.edit(shopper, expected, Edit::Clear).await
    }
}

fn check_version(expected: Option<Version>, current: Version) -> Result<(), CartError> {
    match expected {
        Some(expected) if expected != current => Err(CartError::Stale { current }),
        Some(_) | None => Ok(()),
    }
}

async fn change(cart: &mut Cart, edit: Edit, work: &mut dyn UnitOfWork) -> Result<(), CartError> {
    match edit {
        Edit::Add(target, quantity) => {
            let offer = only(work.carts().offers(&target).await?)?;
            let line = CartLine { variant: offer.variant, quantity, price: offer.price };
            cart.add(line).map_err(CartError::Full)?;
            check_stock(cart, &offer)
        }
        Edit::Set(variant, quantity) => {
            cart.set(variant, quantity).then_some(()).ok_or(CartError::NoSuchLine)?;
            let offer = only(work.carts().offers(&Target::Variant(variant)).await?)?;
            check_stock(cart, &offer)
        }
        Edit::Remove(variant) => cart.remove(variant).then_some(()).ok_or(CartError::NoSuchLine),
        Edit::Clear => {
            cart.lines.clear();
            Ok(())
        }
    }
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
