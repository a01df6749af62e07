//! A guest's cart, taken over into the account that the guest signs in to: in the transaction that begins the session, so
//! once or not at all. It takes nothing away from what the account had, and says what it could not take over.

use super::{Cart, CartLine, CartOwner, CartTokenHash, MAX_LINES, PricedLine, Quantity};
use crate::{RepositoryError, Timestamp, UnitOfWork, UserId, VariantId};
use serde::{Deserialize, Serialize};

/// What came of taking a guest's cart over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CartMerge {
    /// How many of the guest's lines were added to the account's cart, or raised a line of it.
    pub merged: u32,
    /// The guest's lines of which the account's cart now holds fewer than the guest's did.
    pub adjustments: Vec<CartAdjustment>,
}

/// A guest's line of which the account's cart now holds fewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CartAdjustment {
    /// The variant.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub variant_id: VariantId,
    /// Its stock keeping unit.
    pub sku: String,
    /// How many the guest's cart held.
    pub requested: u32,
    /// How many the account's cart holds; 0 where it has no such line.
    pub quantity: u32,
    /// Why it is not what the guest's cart held.
    pub reason: AdjustmentReason,
}

/// Why a guest's line was not taken over whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AdjustmentReason {
    /// None can be had.
    OutOfStock,
    /// There are fewer.
    LimitedStock,
    /// The account's cart has as many lines as a cart can have.
    CartFull,
}

/// Takes a guest's cart over and removes it; `None` where the token is no cart's. Of each variant the account's cart then
/// holds the larger quantity, as far as there is stock, and never fewer than before. A line that the account had keeps its
/// place and price; the guest's others follow in their order.
///
/// # Errors
/// The store's.
pub async fn merge(
    work: &mut dyn UnitOfWork,
    user: UserId,
    guest: CartTokenHash,
    now: Timestamp,
) -> Result<Option<CartMerge>, RepositoryError> {
    let owner = CartOwner::Guest(guest);
    // The guest's cart first, here as everywhere: of two who take it over, one waits, and then finds it gone.
    if work.carts().lock(&owner).await?.is_none_or(|cart| !cart.is_live(now)) {
        return Ok(None);
    }
    let lines = work.carts().priced(&owner).await?;
    let before = work.carts().open(&CartOwner::User(user), now).await?;
    let mut after = before.edited(now);
    let mut outcome = CartMerge::default();
    for line in &lines {
        take_over(&mut after, line, &mut outcome);
    }
    if outcome.merged > 0 {
        work.carts().save(&before, &after).await?;
    }
    work.carts().remove(guest).await?;
    Ok(Some(outcome))
}

fn take_over(cart: &mut Cart, line: &PricedLine, outcome: &mut CartMerge) {
    let held = cart.quantity_of(line.variant);
    let had = |units: Option<Quantity>| units.map_or(0, Quantity::get);
    let obtainable = u32::try_from(line.available).unwrap_or(u32::MAX).min(line.quantity.get());
    let taken = Quantity::new(obtainable).ok().filter(|units| Some(*units) > held);
    let full = held.is_none() && cart.lines.len() >= MAX_LINES;
    if let Some(quantity) = taken.filter(|_| !full) {
        if !cart.set(line.variant, quantity) {
            cart.lines.push(CartLine { variant: line.variant, quantity, price: line.price_when_added });
        }
        outcome.merged += 1;
    }
    let holds = had(cart.quantity_of(line.variant));
    if holds < line.quantity.get() {
        let reason = match obtainable {
            0 => AdjustmentReason::OutOfStock,
            _ if full => AdjustmentReason::CartFull,
            _ => AdjustmentReason::LimitedStock,
        };
        outcome.adjustments.push(CartAdjustment {
            variant_id: line.variant,
            sku: line.sku.to_string(),
            requested: line.quantity.get(),
            quantity: holds,
            reason,
        });
    }
}
