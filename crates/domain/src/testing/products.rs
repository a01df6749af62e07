//! The catalogue in memory, as customers read it.

use super::shop::MemoryShop;
use crate::catalog::{
    Availability, CategoryView, ListingCursor, ListingQuery, Order, Product, ProductItem, ProductReader,
    ProductStatus, ProductView, Slug, SortBy, SortKey, StatusFilter,
};
use crate::page::{Page, Position, encode_cursor};
use crate::text::fold;
use crate::{Doc, ProductId, RepositoryError, Source, Sourced, Version};
use async_trait::async_trait;

#[async_trait]
impl ProductReader for MemoryShop {
    async fn product(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        self.find(|product| product.id == id && product.status == ProductStatus::Active)
    }

    async fn product_by_slug(
        &self,
        slug: &Slug,
    ) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        self.find(|product| product.slug == *slug && product.status == ProductStatus::Active)
    }

    async fn archived(&self, id: ProductId) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        self.find(|product| product.id == id && product.status == ProductStatus::Archived)
    }

    async fn list(&self, query: &ListingQuery) -> Result<Sourced<Doc<Page<ProductItem>>>, RepositoryError> {
        let state = self.read()?;
        let mut matching: Vec<(SortKey, &Product)> = state
            .products
            .values()
            .filter(|product| matches(query, product))
            .map(|product| (sort_key(query.sort_by, product), product))
            .collect();
        matching.sort_by(|(a_key, a), (b_key, b)| (a_key, a.id).cmp(&(b_key, b.id)));
        if query.order == Order::Desc {
            matching.reverse();
        }
        let begin = match &query.position {
            Position::Page(_) => query.position.offset(query.limit) as usize,
            Position::After(last) => matching.partition_point(|(key, product)| {
                let here = (key, product.id).cmp(&(&last.key, last.id));
                if query.order == Order::Asc { here.is_le() } else { here.is_ge() }
            }),
        };
        let rest = matching.get(begin..).unwrap_or_default();
        let shown = &rest[..rest.len().min(query.limit.get() as usize)];
        let next = shown.last().filter(|_| shown.len() < rest.len()).map(|(key, product)| {
            encode_cursor(&ListingCursor { key: key.clone(), order: query.order, id: product.id })
        });
        let items = shown.iter().map(|(_, product)| item(product)).collect();
        let page = Page::new(items, &query.position, query.limit, matching.len() as u64, next);
        Ok(Sourced::direct(Source::Sqlite, Doc::encode(Version::NONE, &page)))
    }

    async fn categories(&self) -> Result<Sourced<Doc<Page<CategoryView>>>, RepositoryError> {
        let state = self.read()?;
        let mut categories = state.categories.clone();
        categories.sort_by_key(|category| fold(category.name.as_str()));
        let view = |category: &crate::catalog::Category| {
            let active = state.products.values().filter(|product| {
                product.category.id == category.id && product.status == ProductStatus::Active
            });
            CategoryView {
                name: category.name.to_string(),
                slug: category.slug.to_string(),
                products: active.count() as u64,
            }
        };
        let views: Vec<CategoryView> = categories.iter().map(view).collect();
        Ok(Sourced::direct(Source::Sqlite, Doc::encode(Version::NONE, &Page::whole(views))))
    }
}

impl MemoryShop {
    fn find(
        &self,
        wanted: impl Fn(&Product) -> bool,
    ) -> Result<Option<Sourced<Doc<ProductView>>>, RepositoryError> {
        let state = self.read()?;
        let product = state.products.values().find(|product| wanted(product));
        let document = |product: &Product| Doc::encode(product.version, &ProductView::from(product));
        Ok(product.map(|product| Sourced::direct(Source::Sqlite, document(product))))
    }
}

fn matches(query: &ListingQuery, product: &Product) -> bool {
    let status = match query.status {
        StatusFilter::Active => product.status == ProductStatus::Active,
        StatusFilter::Archived => product.status == ProductStatus::Archived,
        StatusFilter::All => true,
    };
    let price = product.lowest_price().minor();
    let text = || fold(product.name.as_str()) + "\n" + &fold(product.description.as_str());
    let in_stock = product.availability() != Availability::OutOfStock;
    status
        && query.category_slug().is_none_or(|slug| slug == product.category.slug)
        && query.min_price.is_none_or(|min| min.minor() <= price)
        && query.max_price.is_none_or(|max| price <= max.minor())
        && query.in_stock.is_none_or(|wanted| wanted == in_stock)
        && query.q.as_deref().is_none_or(|q| text().contains(&fold(q)))
}

fn sort_key(by: SortBy, product: &Product) -> SortKey {
    match by {
        SortBy::CreatedAt => SortKey::CreatedAt(product.created_at),
        SortBy::Price => SortKey::Price(product.lowest_price().minor()),
        SortBy::Name => SortKey::Name(fold(product.name.as_str())),
    }
}

fn item(product: &Product) -> ProductItem {
    ProductItem {
        id: product.id,
        slug: product.slug.to_string(),
        name: product.name.to_string(),
        category: product.category.name.to_string(),
        category_slug: product.category.slug.to_string(),
        status: product.status,
        price: product.lowest_price().view(),
        availability: product.availability(),
        created_at: product.created_at,
    }
}
