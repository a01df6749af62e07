//! Storing edits of products that are held.

use super::Work;
use crate::derived::{self, Gap, search_text};
use crate::entity::{category, product, variant};
use crate::error::{is_taken, store};
use crate::rows::products::{self, status_word};
use crate::work::overtaken;
use domain::audit::Correction;
use domain::catalog::{LOW_STOCK, Options, Product, ProductTaken, Variant};
use domain::text::fold;
use domain::{Change, ProductId, RepositoryError};
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, QueryFilter, QueryTrait};

impl Work {
    /// Stores all of a variant but its count.
    pub(super) async fn save_variant(
        &mut self,
        variant: &Variant,
    ) -> Result<Result<(), ProductTaken>, RepositoryError> {
        let saved = variant::Entity::update_many()
            .col_expr(variant::Column::Sku, Expr::value(variant.sku.as_str()))
            .col_expr(variant::Column::Title, Expr::value(variant.title.as_str()))
            .col_expr(variant::Column::Options, Expr::value(options(&variant.options)?))
            .col_expr(variant::Column::Price, Expr::value(variant.price.minor()))
            .col_expr(variant::Column::Archived, Expr::value(variant.archived))
            .filter(variant::Column::Id.eq(variant.id.0));
        match saved.exec(&self.transaction).await {
            Ok(_) => Ok(Ok(())),
            Err(error) if is_taken(&error) => Ok(Err(ProductTaken::Sku(variant.sku.clone()))),
            Err(error) => Err(store(error)),
        }
    }

    /// Stores a product's own row, and what it derives from its variants as they are stored.
    pub(super) async fn save_product(
        &mut self,
        before: &Product,
        after: &Product,
    ) -> Result<Result<(), ProductTaken>, RepositoryError> {
        let (name, description) = (after.name.as_str(), after.description.as_str());
        let saved = product::Entity::update_many()
            .col_expr(product::Column::Slug, Expr::value(after.slug.as_str()))
            .col_expr(product::Column::Name, Expr::value(name))
            .col_expr(product::Column::NameKey, Expr::value(fold(name)))
            .col_expr(product::Column::Description, Expr::value(description))
            .col_expr(product::Column::SearchText, Expr::value(search_text(name, description)))
            .col_expr(product::Column::CategoryId, Expr::value(after.category.id.0))
            .col_expr(product::Column::Status, Expr::value(status_word(after.status)))
            .col_expr(product::Column::LowestPrice, Expr::value(after.lowest_price().minor()))
            .col_expr(product::Column::VariantsInStock, variants_with_more_than(0, after.id))
            .col_expr(product::Column::VariantsPlentiful, variants_with_more_than(LOW_STOCK, after.id))
            .col_expr(product::Column::Version, Expr::value(after.version.0))
            .col_expr(product::Column::UpdatedAt, Expr::value(after.updated_at))
            .filter(product::Column::Id.eq(after.id.0))
            .filter(product::Column::Version.eq(before.version.0));
        match saved.exec(&self.transaction).await {
            Ok(saved) if saved.rows_affected == 0 => Err(overtaken("the product")),
            Ok(_) => Ok(Ok(())),
            Err(error) if is_taken(&error) => Ok(Err(ProductTaken::Slug(after.slug.clone()))),
            Err(error) => Err(store(error)),
        }
    }

    /// Stores what a product derives as it should be; returns what was not. Of the rest only that is read which it follows
    /// from, so that it is repaired whatever it holds.
    pub(super) async fn correct(&mut self, id: ProductId) -> Result<Vec<Correction>, RepositoryError> {
        if self.hold(id).await?.is_none() {
            return Ok(Vec::new());
        }
        let row = product::Entity::find_by_id(id.0).into_query();
        let row = self.transaction.query_one(&row).await.map_err(store)?;
        let row = row.ok_or_else(|| overtaken("the product"))?;
        let variants = derived::sums(&self.transaction, id.0..=id.0).await?;
        let gaps = derived::gaps(&row, variants.get(&id.0));
        if gaps.is_empty() {
            return Ok(Vec::new());
        }
        let category = row.try_get::<i64>("", product::Column::CategoryId.as_str()).map_err(store)?;
        let category = category::Entity::find_by_id(category).one(&self.transaction).await.map_err(store)?;
        let category =
            products::category(&category.ok_or_else(|| products::missing("a product's category"))?)?;
        let mut corrected = product::Entity::update_many().filter(product::Column::Id.eq(id.0));
        let mut corrections = Vec::new();
        for Gap { column, right, expected, found, .. } in gaps {
            corrected = corrected.col_expr(column, right.into());
            corrections.push(Correction { what: column.as_str(), was: found, is: expected });
        }
        corrected.exec(&self.transaction).await.map_err(store)?;
        self.changes.record([Change::Listing { category: category.slug }]);
        Ok(corrections)
    }
}

/// Writes options as the database keeps them.
pub(super) fn options(options: &Options) -> Result<String, RepositoryError> {
    serde_json::to_string(options).map_err(|error| RepositoryError::Unexpected(error.to_string()))
}

/// How many of a product's variants are sold and have more units than these, as they are stored when the statement runs.
fn variants_with_more_than(units: i64, product: ProductId) -> Expr {
    let mut query = Query::select();
    query
        .expr(Func::count(Expr::col(Asterisk)))
        .from(variant::Entity)
        .and_where(variant::Column::ProductId.eq(product.0))
        .and_where(variant::Column::Archived.eq(false))
        .and_where(Expr::col((variant::Entity, variant::Column::OnHand)).gt(units));
    Expr::SubQuery(None, Box::new(query.into()))
}
