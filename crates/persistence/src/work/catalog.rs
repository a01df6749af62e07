//! The catalogue: making products, holding them, and storing edits. Derived columns (lowest price, counters, folded text)
//! are written here and nowhere else, but for the counters that follow stock.

mod creation;
mod edits;

use super::{Work, overtaken};
use crate::entity::{category, product, variant};
use crate::error::store;
use crate::insert;
use crate::rows::products;
use async_trait::async_trait;
use creation::Opening;
use domain::audit::Correction;
use domain::catalog::{
    CatalogRepository, Category, CategoryClash, CategoryName, NewProduct, NewVariant, Product, ProductTaken,
    Slug, changes_between,
};
use domain::{CategoryId, Change, ProductId, RepositoryError, UserId, VariantId};
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

#[async_trait]
impl CatalogRepository for Work {
    async fn category(
        &mut self,
        name: &CategoryName,
    ) -> Result<Result<Category, CategoryClash>, RepositoryError> {
        let slug = Slug::of(name.as_str());
        if let Some(existing) = self.category_at(&slug).await? {
            return Ok(unless_other(existing, name));
        }
        let row = category::ActiveModel {
            name: Set(name.to_string()),
            slug: Set(slug.to_string()),
            ..Default::default()
        };
        let (key, id) = (category::Column::Slug, category::Column::Id);
        let made = insert::unless_taken::<_, String>(&self.transaction, vec![row], key, id).await;
        if let Some((_, id)) = made.map_err(store)?.pop() {
            self.changes.record([Change::Listing { category: slug.clone() }]);
            return Ok(Ok(Category { id: CategoryId(id), name: name.clone(), slug }));
        }
        let existing = self.category_at(&slug).await?.ok_or_else(|| overtaken("the category"))?;
        Ok(unless_other(existing, name))
    }

    async fn taken_slugs(&mut self, slugs: &[Slug]) -> Result<Vec<Slug>, RepositoryError> {
        let taken: Vec<String> = product::Entity::find()
            .select_only()
            .column(product::Column::Slug)
            .filter(product::Column::Slug.is_in(slugs.iter().map(Slug::as_str)))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(store)?;
        Ok(slugs.iter().filter(|slug| taken.iter().any(|taken| taken == slug.as_str())).cloned().collect())
    }

    async fn insert(&mut self, new: &NewProduct) -> Result<Result<Product, ProductTaken>, RepositoryError> {
        let made = self.create(std::slice::from_ref(new)).await?;
        Ok(match made.map(|mut products| products.pop()) {
            Ok(Some(product)) => Ok(product),
            Ok(None) => return Err(overtaken("the product")),
            Err(taken) => Err(taken),
        })
    }

    async fn insert_many(&mut self, new: &[NewProduct]) -> Result<Result<(), ProductTaken>, RepositoryError> {
        for some in new.chunks(creation::BATCH) {
            if let Err(taken) = self.create(some).await? {
                return Ok(Err(taken));
            }
        }
        Ok(Ok(()))
    }

    async fn is_empty(&mut self) -> Result<bool, RepositoryError> {
        let any = product::Entity::find().one(&self.transaction).await.map_err(store)?;
        Ok(any.is_none())
    }

    async fn lock(&mut self, id: ProductId) -> Result<Option<Product>, RepositoryError> {
        let Some(held) = self.hold(id).await? else { return Ok(None) };
        let found = products::find(&self.transaction, product::Column::Id.eq(id.0), self.currency).await?;
        let all_held = |product: &Product| product.variants.iter().map(|variant| variant.id.0).eq(held);
        match found {
            Some(product) if all_held(&product) => Ok(Some(product)),
            _ => Err(overtaken("the product")), // a variant was added while we waited, and is not held
        }
    }

    async fn product_of(&mut self, variant: VariantId) -> Result<Option<Product>, RepositoryError> {
        let its = variant::Entity::find_by_id(variant.0).select_only().column(variant::Column::ProductId);
        let which = product::Column::Id.in_subquery(its.into_query());
        products::find(&self.transaction, which, self.currency).await
    }

    async fn save(
        &mut self,
        before: &Product,
        after: &Product,
    ) -> Result<Result<(), ProductTaken>, RepositoryError> {
        for variant in &after.variants {
            let old = before.variants.iter().find(|old| old.id == variant.id);
            if old.is_some_and(|old| old != variant)
                && let Err(taken) = self.save_variant(variant).await?
            {
                return Ok(Err(taken));
            }
        }
        if let Err(taken) = self.save_product(before, after).await? {
            return Ok(Err(taken));
        }
        self.changes.record(changes_between(Some(before), after));
        Ok(Ok(()))
    }

    async fn add_variant(
        &mut self,
        product: &Product,
        new: &NewVariant,
        by: UserId,
    ) -> Result<Result<Product, ProductTaken>, RepositoryError> {
        let made = self.create_variants(&[Opening { product, new, by: Some(by) }]).await?;
        let variants = match made {
            Ok(variants) => variants,
            Err(taken) => return Ok(Err(taken)),
        };
        let mut with = product.clone();
        with.variants.extend(variants);
        self.changes.record(changes_between(Some(product), &with));
        Ok(Ok(with))
    }

    async fn rederive(&mut self, id: ProductId) -> Result<Vec<Correction>, RepositoryError> {
        self.correct(id).await
    }
}

impl Work {
    /// Keeps others from changing a product and the variants that it has, and returns those; nothing where there is none.
    async fn hold(&self, id: ProductId) -> Result<Option<Vec<i64>>, RepositoryError> {
        let held = variant::Entity::find()
            .select_only()
            .column(variant::Column::Id)
            .filter(variant::Column::ProductId.eq(id.0))
            .order_by_asc(variant::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(store)?;
        let product = product::Entity::find_by_id(id.0).select_only().column(product::Column::Id);
        let product = product.lock(LockType::NoKeyUpdate).into_tuple::<i64>().one(&self.transaction).await;
        Ok(product.map_err(store)?.map(|_| held))
    }

    async fn category_at(&self, slug: &Slug) -> Result<Option<Category>, RepositoryError> {
        let found = category::Entity::find().filter(category::Column::Slug.eq(slug.as_str()));
        let row = found.one(&self.transaction).await.map_err(store)?;
        row.as_ref().map(products::category).transpose()
    }
}

/// Two names that make one slug are two categories, of which there can be one.
fn unless_other(category: Category, name: &CategoryName) -> Result<Category, CategoryClash> {
    if category.name == *name { Ok(category) } else { Err(CategoryClash { existing: category.name }) }
}
