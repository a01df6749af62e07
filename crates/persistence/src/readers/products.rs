//! Products and categories.

use super::listing;
use crate::Database;
use crate::entity::{category, product};
use crate::error::store;
use crate::rows::products::{self, status_word};
use async_trait::async_trait;
use domain::catalog::{
    CategoryView, ListingQuery, Product, ProductItem, ProductReader, ProductStatus, ProductView, Slug,
};
use domain::page::Page;
use domain::{Doc, ProductId, RepositoryError, Sourced, Version};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, IntoCondition};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryOrder, QuerySelect, RelationTrait};

#[async_trait]
impl ProductReader for Database {
    async fn product(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        self.one(product::Column::Id.eq(id.0), ProductStatus::Active).await
    }

    async fn product_by_slug(
        &self,
        slug: &Slug,
    ) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        self.one(product::Column::Slug.eq(slug.as_str()), ProductStatus::Active).await
    }

    async fn archived(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        self.one(product::Column::Id.eq(id.0), ProductStatus::Archived).await
    }

    async fn list(&self, query: &ListingQuery) -> Result<Sourced<Doc<Page<ProductItem>>>, RepositoryError> {
        let snapshot = self.snapshot().await?;
        let page = listing::page(&snapshot, query, self.currency).await?;
        Ok(Sourced::direct(self.source(), Doc::encode(Version::NONE, &page)))
    }

    async fn categories(&self) -> Result<Sourced<Doc<Page<CategoryView>>>, RepositoryError> {
        let counted = category::Entity::find()
            .select_only()
            .columns([category::Column::Name, category::Column::Slug])
            .column_as(product::Column::Id.count(), "products")
            .join(JoinType::LeftJoin, active_products())
            .group_by(category::Column::Id)
            .group_by(category::Column::Name)
            .group_by(category::Column::Slug)
            .order_by_asc(category::Column::Slug); // a name's letters, without case and accents
        let rows = counted.into_model::<Counted>().all(&self.connection).await.map_err(store)?;
        let view = |row: Counted| CategoryView {
            name: row.name,
            slug: row.slug,
            products: row.products.unsigned_abs(),
        };
        let page = Page::whole(rows.into_iter().map(view).collect());
        Ok(Sourced::direct(self.source(), Doc::encode(Version::NONE, &page)))
    }
}

impl Database {
    async fn one(
        &self,
        which: Expr,
        status: ProductStatus,
    ) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        let which = Condition::all().add(which).add(product::Column::Status.eq(status_word(status)));
        let product = products::find(&self.connection, which, self.currency).await?;
        let document = |product: Product| Doc::encode(product.version, &ProductView::from(&product));
        Ok(product.map(document).map(|document| Sourced::direct(self.source(), document)))
    }
}

/// A category with the number of its active products.
#[derive(FromQueryResult)]
struct Counted {
    name: String,
    slug: String,
    products: i64,
}

/// Joins a category's active products; a category without any stays.
fn active_products() -> sea_orm::RelationDef {
    let active = status_word(ProductStatus::Active);
    product::Relation::Category.def().rev().on_condition(move |_, products| {
        Expr::col((products, product::Column::Status)).eq(active).into_condition()
    })
}
