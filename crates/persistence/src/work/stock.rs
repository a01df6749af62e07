//! Stock. Counts move by conditional statements, in the order of the variants' ids; then the products' counters follow, in
//! the order of theirs. Whoever edits a product holds its variants first, so what is read of a product after one of its
//! variants was moved stays true until the end.

use super::Work;
use crate::entity::{category, product, stock_movement, variant};
use crate::error::{corrupt, store};
use crate::insert;
use crate::rows::products::status;
use async_trait::async_trait;
use domain::catalog::{Availability, LOW_STOCK, MAX_STOCK, ProductStatus, Slug};
use domain::stock::{CountChange, Counted, Demand, Moved, Movement, Shortage, StockRepository};
use domain::{Change, ProductId, RepositoryError, VariantId};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, IntoCondition};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryTrait};
use std::collections::BTreeMap;

#[async_trait]
impl StockRepository for Work {
    async fn take(&mut self, demand: &Demand) -> Result<Result<Vec<Moved>, Vec<Shortage>>, RepositoryError> {
        let mut moved = Vec::new();
        for (variant, units) in demand.iter() {
            let enough = variant::Column::OnHand.gte(units).into_condition();
            moved.extend(self.shift(variant, -units, enough).await?);
        }
        let known = self.goods(demand.iter().map(|(variant, _)| variant)).await?;
        let mut short = Vec::new();
        for (variant, requested) in demand.iter() {
            let taken = moved.iter().any(|moved| moved.variant == variant);
            let available = match known.get(&variant) {
                Some(good) if good.sold() && taken => continue,
                Some(good) if good.sold() => good.on_hand,
                _ => 0,
            };
            if available >= requested {
                return Err(super::overtaken("the stock")); // it came back after we had found too little
            }
            short.push(Shortage { variant, requested, available });
        }
        if !short.is_empty() {
            return Ok(Err(short));
        }
        self.settle(&moved, &known).await?;
        Ok(Ok(moved))
    }

    async fn give_back(&mut self, demand: &Demand) -> Result<(), RepositoryError> {
        let mut moved = Vec::new();
        for (variant, units) in demand.iter() {
            moved.extend(self.shift(variant, units, Condition::all()).await?);
        }
        let known = self.goods(demand.iter().map(|(variant, _)| variant)).await?;
        self.settle(&moved, &known).await
    }

    async fn count(&mut self, variant: VariantId, change: CountChange) -> Result<Counted, RepositoryError> {
        let on_hand = variant::Column::OnHand;
        let (delta, seen) = match change {
            CountChange::By(delta) => (delta, None),
            CountChange::Replace { expected, on_hand: wanted } => {
                (wanted.saturating_sub(expected), Some(on_hand.eq(expected)))
            }
        };
        // Within 0 to the most once the difference is added, said without an addition that could overflow. What goods that
        // came back made too much of can always be lessened.
        let enough = on_hand.gte(0_i64.saturating_sub(delta));
        let room = (delta > 0).then(|| on_hand.lte(MAX_STOCK.saturating_sub(delta)));
        let possible = Condition::all().add(enough).add_option(room).add_option(seen);
        let moved = self.shift(variant, delta, possible).await?;
        let known = self.goods([variant]).await?;
        if let Some(moved) = moved {
            self.settle(&[moved], &known).await?;
            return Ok(Counted::Moved(moved));
        }
        let good = known.get(&variant);
        Ok(good.map_or(Counted::Missing, |good| Counted::Refused { on_hand: good.on_hand }))
    }

    async fn record(&mut self, movements: &[Movement]) -> Result<(), RepositoryError> {
        let row = |movement: &Movement| stock_movement::ActiveModel {
            variant_id: Set(movement.variant.0),
            delta: Set(movement.delta),
            reason: Set(movement.reason.as_str().to_owned()),
            order_id: Set(movement.order.map(|order| order.0)),
            note: Set(movement.note.as_ref().map(ToString::to_string)),
            user_id: Set(movement.by.map(|user| user.0)),
            at: Set(movement.at),
            ..Default::default()
        };
        insert::rows(&self.transaction, movements.iter().map(row).collect()).await.map_err(store)
    }
}

/// A variant and what its product says of it, read after it was moved.
struct Good {
    product: ProductId,
    on_hand: i64,
    /// Whether it counts towards its product's availability.
    counts: bool,
    /// Whether customers can find its product.
    active: bool,
    slug: Slug,
    category: Slug,
}

impl Good {
    /// Whether customers can have it.
    fn sold(&self) -> bool {
        self.counts && self.active
    }
}

/// How many of a product's variants came into a band, or left it where negative.
#[derive(Default)]
struct Bands {
    in_stock: i64,
    plentiful: i64,
}

impl Work {
    /// Adds to a count where the condition holds; the answer is `None` where it does not.
    async fn shift(
        &self,
        variant: VariantId,
        delta: i64,
        condition: Condition,
    ) -> Result<Option<Moved>, RepositoryError> {
        let on_hand = variant::Column::OnHand;
        let update = variant::Entity::update_many()
            .col_expr(on_hand, Expr::col(on_hand).add(delta))
            .filter(variant::Column::Id.eq(variant.0))
            .filter(condition)
            .into_query();
        let row = self.returning(update, [on_hand, variant::Column::Id]).await?;
        Ok(row.map(|(after, _)| Moved { variant, before: after - delta, after }))
    }

    async fn goods(
        &self,
        variants: impl IntoIterator<Item = VariantId> + Send,
    ) -> Result<BTreeMap<VariantId, Good>, RepositoryError> {
        let ids: Vec<i64> = variants.into_iter().map(|variant| variant.0).collect();
        let rows = variant::Entity::find()
            .filter(variant::Column::Id.is_in(ids))
            .find_also_related(product::Entity)
            .and_also_related(category::Entity)
            .all(&self.transaction)
            .await
            .map_err(store)?;
        let mut goods = BTreeMap::new();
        for (variant, product, category) in rows {
            let (Some(product), Some(category)) = (product, category) else { continue };
            let active = status(&product.status)? == ProductStatus::Active;
            let good = Good {
                product: ProductId(product.id),
                on_hand: variant.on_hand,
                counts: !variant.archived,
                active,
                slug: Slug::parse(&product.slug).map_err(corrupt("products.slug"))?,
                category: Slug::parse(&category.slug).map_err(corrupt("categories.slug"))?,
            };
            goods.insert(VariantId(variant.id), good);
        }
        Ok(goods)
    }

    /// Lets the products' counters follow, and records what readers see differently.
    async fn settle(
        &mut self,
        moved: &[Moved],
        goods: &BTreeMap<VariantId, Good>,
    ) -> Result<(), RepositoryError> {
        let mut products: BTreeMap<ProductId, (&Good, Bands)> = BTreeMap::new();
        for moved in moved {
            let Some(good) = goods.get(&moved.variant) else { continue };
            let (_, bands) = products.entry(good.product).or_insert_with(|| (good, Bands::default()));
            if good.counts {
                bands.in_stock += i64::from(moved.after > 0) - i64::from(moved.before > 0);
                bands.plentiful += i64::from(moved.after > LOW_STOCK) - i64::from(moved.before > LOW_STOCK);
            }
            if good.sold() && Availability::of(moved.before) != Availability::of(moved.after) {
                self.changes.record([Change::Variants]);
            }
        }
        for (id, (good, bands)) in products {
            self.changes.record([Change::Product { id, slugs: vec![good.slug.clone()] }]);
            let crossed = (bands.in_stock, bands.plentiful) != (0, 0) && self.count_bands(id, &bands).await?;
            if crossed && good.active {
                self.changes.record([Change::Listing { category: good.category.clone() }]);
            }
        }
        Ok(())
    }

    /// Moves a product's counters; tells whether its own band was crossed.
    async fn count_bands(&self, product: ProductId, bands: &Bands) -> Result<bool, RepositoryError> {
        let (in_stock, plentiful) = (product::Column::VariantsInStock, product::Column::VariantsPlentiful);
        let update = product::Entity::update_many()
            .col_expr(in_stock, Expr::col(in_stock).add(bands.in_stock))
            .col_expr(plentiful, Expr::col(plentiful).add(bands.plentiful))
            .filter(product::Column::Id.eq(product.0))
            .into_query();
        let row = self.returning(update, [in_stock, plentiful]).await?;
        let (any, many) = row.ok_or_else(|| super::overtaken("the product"))?;
        let before = Availability::of_product(any - bands.in_stock, many - bands.plentiful);
        Ok(Availability::of_product(any, many) != before)
    }
}
