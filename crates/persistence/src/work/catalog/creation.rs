//! Making products, one or thousands, in the same few statements.

use super::Work;
use crate::derived::search_text;
use crate::entity::{product, variant};
use crate::error::{corrupt, store};
use crate::insert;
use crate::rows::products::status_word;
use domain::catalog::{
    LOW_STOCK, NewProduct, NewVariant, Product, ProductStatus, ProductTaken, Variant, changes_between,
};
use domain::stock::{Movement, MovementReason, StockRepository};
use domain::text::fold;
use domain::{Invalid, ProductId, RepositoryError, Timestamp, UserId, VariantId, Version};
use sea_orm::ActiveValue::Set;
use std::collections::HashMap;

/// How many products are made at a time; it bounds memory, not correctness.
pub(super) const BATCH: usize = 2_000;

/// A variant that is to be made with its opening stock.
pub(super) struct Opening<'a> {
    pub(super) product: &'a Product,
    pub(super) new: &'a NewVariant,
    pub(super) by: Option<UserId>,
}

impl Work {
    pub(super) async fn create(
        &mut self,
        new: &[NewProduct],
    ) -> Result<Result<Vec<Product>, ProductTaken>, RepositoryError> {
        let rows = new.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let (key, id) = (product::Column::Slug, product::Column::Id);
        let made = insert::unless_taken::<_, String>(&self.transaction, rows, key, id).await;
        let mut ids: HashMap<String, i64> = made.map_err(store)?.into_iter().collect();
        let mut products = Vec::with_capacity(new.len());
        for new in new {
            match ids.remove(new.slug.as_str()) {
                Some(id) => products.push(without_variants(ProductId(id), new)),
                None => return Ok(Err(ProductTaken::Slug(new.slug.clone()))),
            }
        }
        let wanted: Vec<_> = products
            .iter()
            .zip(new)
            .flat_map(|(product, made)| {
                let by = made.by;
                made.variants.iter().map(move |new| Opening { product, new, by })
            })
            .collect();
        let variants = match self.create_variants(&wanted).await? {
            Ok(variants) => variants,
            Err(taken) => return Ok(Err(taken)),
        };
        let mut variants = variants.into_iter();
        for (product, new) in products.iter_mut().zip(new) {
            product.variants.extend(variants.by_ref().take(new.variants.len()));
            self.changes.record(changes_between(None, product));
        }
        Ok(Ok(products))
    }

    /// Makes variants with their opening stock, in the order in which they are asked for.
    pub(super) async fn create_variants(
        &mut self,
        wanted: &[Opening<'_>],
    ) -> Result<Result<Vec<Variant>, ProductTaken>, RepositoryError> {
        let rows = wanted.iter().map(|Opening { product, new, .. }| variant_row(product.id, new));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let (key, id) = (variant::Column::Sku, variant::Column::Id);
        let made = insert::unless_taken::<_, String>(&self.transaction, rows, key, id).await;
        let mut ids: HashMap<String, i64> = made.map_err(store)?.into_iter().collect();
        let mut variants = Vec::with_capacity(wanted.len());
        let mut openings = Vec::with_capacity(wanted.len());
        for Opening { product, new, by } in wanted {
            let Some(id) = ids.remove(new.sku.as_str()) else {
                return Ok(Err(ProductTaken::Sku(new.sku.clone())));
            };
            let variant = variant(VariantId(id), new);
            openings.extend(opening(&variant, *by, product.updated_at));
            variants.push(variant);
        }
        self.record(&openings).await?;
        Ok(Ok(variants))
    }
}

fn row(new: &NewProduct) -> Result<product::ActiveModel, RepositoryError> {
    let prices = new.variants.iter().map(|variant| variant.price.minor());
    let lowest_price =
        prices.min().ok_or(Invalid::new("must have a variant")).map_err(corrupt("a product"))?;
    let more_than =
        |units| new.variants.iter().map(|variant| i64::from(variant.on_hand > units)).sum::<i64>();
    Ok(product::ActiveModel {
        slug: Set(new.slug.to_string()),
        name: Set(new.name.to_string()),
        name_key: Set(fold(new.name.as_str())),
        description: Set(new.description.as_str().to_owned()),
        search_text: Set(search_text(new.name.as_str(), new.description.as_str())),
        category_id: Set(new.category.id.0),
        status: Set(status_word(ProductStatus::Active).to_owned()),
        lowest_price: Set(lowest_price),
        variants_in_stock: Set(more_than(0)),
        variants_plentiful: Set(more_than(LOW_STOCK)),
        version: Set(1),
        created_at: Set(new.created_at),
        updated_at: Set(new.created_at),
        ..Default::default()
    })
}

fn variant_row(product: ProductId, new: &NewVariant) -> Result<variant::ActiveModel, RepositoryError> {
    Ok(variant::ActiveModel {
        product_id: Set(product.0),
        sku: Set(new.sku.to_string()),
        title: Set(new.title.to_string()),
        options: Set(super::edits::options(&new.options)?),
        price: Set(new.price.minor()),
        on_hand: Set(new.on_hand),
        archived: Set(false),
        ..Default::default()
    })
}

fn without_variants(id: ProductId, new: &NewProduct) -> Product {
    Product {
        id,
        slug: new.slug.clone(),
        name: new.name.clone(),
        description: new.description.clone(),
        category: new.category.clone(),
        status: ProductStatus::Active,
        version: Version(1),
        created_at: new.created_at,
        updated_at: new.created_at,
        variants: Vec::with_capacity(new.variants.len()),
    }
}

fn variant(id: VariantId, new: &NewVariant) -> Variant {
    Variant {
        id,
        sku: new.sku.clone(),
        title: new.title.clone(),
        options: new.options.clone(),
        price: new.price,
        on_hand: new.on_hand,
        archived: false,
    }
}

fn opening(variant: &Variant, by: Option<UserId>, at: Timestamp) -> Option<Movement> {
    (variant.on_hand > 0).then_some(Movement {
        variant: variant.id,
        delta: variant.on_hand,
        reason: MovementReason::Opening,
        order: None,
        note: None,
        by,
        at,
    })
}
