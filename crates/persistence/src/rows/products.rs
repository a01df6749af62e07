//! Products with their variants and category.

use crate::entity::{category, product, variant};
use crate::error::{corrupt, store};
use domain::catalog::{
    Category, CategoryName, Description, Product, ProductName, ProductStatus, Sku, Slug, Variant,
    VariantTitle,
};
use domain::{CategoryId, Currency, Invalid, ProductId, RepositoryError, VariantId, Version};
use sea_orm::sea_query::IntoCondition;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// Reads one whole product in one statement, so that its parts belong together.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    which: impl IntoCondition,
    currency: Currency,
) -> Result<Option<Product>, RepositoryError> {
    let rows = product::Entity::find()
        .filter(which)
        .find_also_related(category::Entity)
        .find_also_related(variant::Entity)
        .order_by_asc(variant::Column::Id)
        .all(connection)
        .await
        .map_err(store)?;
    let mut found: Option<Product> = None;
    for (product, category, variant) in rows {
        let variant = variant.ok_or_else(|| missing("a product's variants"))?;
        let variant = self::variant(&variant, currency)?;
        if let Some(product) = &mut found {
            product.variants.push(variant);
        } else {
            let category = self::category(&category.ok_or_else(|| missing("a product's category"))?)?;
            found = Some(assemble(&product, category, variant)?);
        }
    }
    Ok(found)
}

/// Returns the word by which the database knows a status.
pub(crate) fn status_word(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Active => "active",
        ProductStatus::Archived => "archived",
    }
}

pub(crate) fn status(word: &str) -> Result<ProductStatus, RepositoryError> {
    [ProductStatus::Active, ProductStatus::Archived]
        .into_iter()
        .find(|status| status_word(*status) == word)
        .ok_or(Invalid::new("is no status"))
        .map_err(corrupt("products.status"))
}

pub(crate) fn category(row: &category::Model) -> Result<Category, RepositoryError> {
    Ok(Category {
        id: CategoryId(row.id),
        name: CategoryName::parse(&row.name).map_err(corrupt("categories.name"))?,
        slug: Slug::parse(&row.slug).map_err(corrupt("categories.slug"))?,
    })
}

pub(crate) fn variant(row: &variant::Model, currency: Currency) -> Result<Variant, RepositoryError> {
    let options = serde_json::from_str(&row.options);
    Ok(Variant {
        id: VariantId(row.id),
        sku: Sku::parse(&row.sku).map_err(corrupt("variants.sku"))?,
        title: VariantTitle::parse(&row.title).map_err(corrupt("variants.title"))?,
        options: options
            .map_err(|_| Invalid::new("is no JSON object of strings"))
            .map_err(corrupt("options"))?,
        price: currency.minor(row.price),
        on_hand: row.on_hand,
        archived: row.archived,
    })
}

fn assemble(row: &product::Model, category: Category, first: Variant) -> Result<Product, RepositoryError> {
    Ok(Product {
        id: ProductId(row.id),
        slug: Slug::parse(&row.slug).map_err(corrupt("products.slug"))?,
        name: ProductName::parse(&row.name).map_err(corrupt("products.name"))?,
        description: Description::parse(&row.description).map_err(corrupt("products.description"))?,
        category,
        status: status(&row.status)?,
        version: Version(row.version),
        created_at: row.created_at,
        updated_at: row.updated_at,
        variants: vec![first],
    })
}

/// Reports what should be there and is not.
pub(crate) fn missing(what: &str) -> RepositoryError {
    RepositoryError::Unexpected(format!("{what} are missing"))
}
