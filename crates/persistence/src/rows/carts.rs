//! Carts with live prices.

use crate::entity::{cart, cart_line, product, variant};
use crate::error::{corrupt, store};
use crate::rows::products;
use domain::cart::{CartOwner, PricedLine, Quantity};
use domain::catalog::{Availability, ProductName, ProductStatus, Sku, VariantTitle};
use domain::{Currency, Invalid, ProductId, RepositoryError, VariantId, Version};
use sea_orm::sea_query::{Condition, IntoCondition};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// Selects the cart of this owner.
pub(crate) fn of(owner: &CartOwner) -> Condition {
    match owner {
        CartOwner::User(user) => cart::Column::UserId.eq(user.0).into_condition(),
        CartOwner::Guest(token) => cart::Column::TokenHash.eq(token.to_string()).into_condition(),
    }
}

/// Reads a whole cart in one statement, so that version, lines and prices belong together; `None` where there is none.
pub(crate) async fn priced(
    connection: &impl ConnectionTrait,
    which: Condition,
    currency: Currency,
) -> Result<Option<(Version, Vec<PricedLine>)>, RepositoryError> {
    let rows = cart::Entity::find()
        .filter(which)
        .find_also_related(cart_line::Entity)
        .find_also(cart_line::Entity, variant::Entity)
        .find_also(variant::Entity, product::Entity)
        .order_by_asc(cart_line::Column::Position)
        .all(connection)
        .await
        .map_err(store)?;
    let Some(version) = rows.first().map(|(cart, ..)| Version(cart.version)) else { return Ok(None) };
    let lines = rows.into_iter().filter_map(|(_, line, variant, product)| Some((line?, variant?, product?)));
    let lines = lines.map(|(line, variant, product)| price(&line, &variant, &product, currency));
    Ok(Some((version, lines.collect::<Result<_, _>>()?)))
}

/// Reads the number of units of a stored line.
pub(crate) fn quantity(line: &cart_line::Model) -> Result<Quantity, RepositoryError> {
    let units = u32::try_from(line.quantity).map_err(|_| Invalid::new("is out of range"));
    units.and_then(Quantity::new).map_err(corrupt("cart_lines.quantity"))
}

fn price(
    line: &cart_line::Model,
    variant: &variant::Model,
    product: &product::Model,
    currency: Currency,
) -> Result<PricedLine, RepositoryError> {
    let sold = !variant.archived && products::status(&product.status)? == ProductStatus::Active;
    Ok(PricedLine {
        variant: VariantId(variant.id),
        product: ProductId(product.id),
        sku: Sku::parse(&variant.sku).map_err(corrupt("variants.sku"))?,
        name: ProductName::parse(&product.name).map_err(corrupt("products.name"))?,
        title: VariantTitle::parse(&variant.title).map_err(corrupt("variants.title"))?,
        quantity: quantity(line)?,
        unit_price: currency.minor(variant.price),
        price_when_added: currency.minor(line.unit_price),
        available: if sold { variant.on_hand } else { 0 },
        availability: if sold { Availability::of(variant.on_hand) } else { Availability::OutOfStock },
    })
}
