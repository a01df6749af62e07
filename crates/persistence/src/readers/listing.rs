//! One page of a listing: filters, a total order, and where the page begins. The search is a literal one for now.

#[cfg(test)]
mod plans;

use crate::entity::{category, product};
use crate::error::store;
use crate::readers::paging;
use crate::rows::products::{status, status_word};
use domain::catalog::{
    Availability, ListingCursor, ListingQuery, Order as Direction, ProductItem, ProductStatus, SortBy,
    SortKey, StatusFilter,
};
use domain::page::{Page, Position};
use domain::text::fold;
use domain::{Currency, ProductId, RepositoryError, Timestamp};
use sea_orm::sea_query::{Asterisk, Condition, Expr, ExprTrait, Func, LikeExpr, Order};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Select, SelectModel, Selector,
};

/// Reads a page and its total; both see the same state when the connection is a snapshot.
pub(super) async fn page(
    snapshot: &impl ConnectionTrait,
    query: &ListingQuery,
    currency: Currency,
) -> Result<Page<ProductItem>, RepositoryError> {
    let category = match query.category_slug() {
        None => None,
        Some(slug) => {
            let found = category::Entity::find().filter(category::Column::Slug.eq(slug.as_str()));
            match found.one(snapshot).await.map_err(store)? {
                Some(category) => Some(category.id),
                None => return Ok(Page::new(Vec::new(), &query.position, query.limit, 0, None)),
            }
        }
    };
    let total = count(query, category).into_tuple::<i64>().one(snapshot).await.map_err(store)?;
    let mut rows = items(query, category).all(snapshot).await.map_err(store)?;
    let next = paging::cut(&mut rows, query.limit, |row| row.cursor(query));
    let items = rows.into_iter().map(|row| row.item(currency)).collect::<Result<_, _>>()?;
    let total = total.unwrap_or_default().unsigned_abs();
    Ok(Page::new(items, &query.position, query.limit, total, next))
}

/// How many products the whole listing has.
fn count(query: &ListingQuery, category: Option<i64>) -> Select<product::Entity> {
    product::Entity::find()
        .select_only()
        .expr(Func::count(Expr::col(Asterisk)))
        .filter(matching(query, category))
}

/// The page's products, and one more where another page follows.
fn items(query: &ListingQuery, category: Option<i64>) -> Selector<SelectModel<Row>> {
    let mut matching = matching(query, category);
    if let Position::After(last) = &query.position {
        matching = matching.add(after(last));
    }
    let column = sort_column(query.sort_by);
    let order = match query.order {
        Direction::Asc => Order::Asc,
        Direction::Desc => Order::Desc,
    };
    product::Entity::find()
        .select_only()
        .columns([
            product::Column::Id,
            product::Column::Slug,
            product::Column::Name,
            product::Column::NameKey,
            product::Column::Status,
            product::Column::LowestPrice,
            product::Column::VariantsInStock,
            product::Column::VariantsPlentiful,
            product::Column::CreatedAt,
        ])
        .column_as(category::Column::Name, "category")
        .column_as(category::Column::Slug, "category_slug")
        .join(JoinType::InnerJoin, product::Relation::Category.def())
        .filter(matching)
        .order_by(column, order.clone())
        .order_by(product::Column::Id, order)
        .offset(u64::from(query.position.offset(query.limit)))
        .limit(u64::from(query.limit.get()) + 1)
        .into_model()
}

fn matching(query: &ListingQuery, category: Option<i64>) -> Condition {
    let status = match query.status {
        StatusFilter::Active => Some(ProductStatus::Active),
        StatusFilter::Archived => Some(ProductStatus::Archived),
        StatusFilter::All => None,
    };
    let in_stock = query.in_stock.map(|wanted| {
        let any = product::Column::VariantsInStock;
        if wanted { any.gt(0) } else { any.eq(0) }
    });
    Condition::all()
        .add_option(category.map(|id| product::Column::CategoryId.eq(id)))
        .add_option(status.map(|status| product::Column::Status.eq(status_word(status))))
        .add_option(query.min_price.map(|price| product::Column::LowestPrice.gte(price.minor())))
        .add_option(query.max_price.map(|price| product::Column::LowestPrice.lte(price.minor())))
        .add_option(in_stock)
        .add_option(query.q.as_deref().map(containing))
}

/// What contains the text literally; `contains()` would take `%` and `_` for wildcards.
fn containing(text: &str) -> Expr {
    let mut pattern = String::from("%");
    for c in storable(&fold(text)).chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Expr::col((product::Entity, product::Column::SearchText)).like(LikeExpr::new(pattern).escape('!'))
}

/// What comes after an item in the direction of the listing: one comparison of (value, id), which the index answers.
fn after(last: &ListingCursor) -> Expr {
    let value = match &last.key {
        SortKey::CreatedAt(at) => Expr::value((*at).clamp(Timestamp::UNIX_EPOCH, latest())),
        SortKey::Price(minor) => Expr::value(*minor),
        SortKey::Name(name) => Expr::value(storable(name)),
    };
    let column = |column| Expr::col((product::Entity, column));
    let here = Expr::tuple([column(sort_column(last.key.sort_by())), column(product::Column::Id)]);
    let there = Expr::tuple([value, Expr::value(last.id.0)]);
    match last.order {
        Direction::Asc => here.gt(there),
        Direction::Desc => here.lt(there),
    }
}

fn sort_column(sort_by: SortBy) -> product::Column {
    match sort_by {
        SortBy::CreatedAt => product::Column::CreatedAt,
        SortBy::Price => product::Column::LowestPrice,
        SortBy::Name => product::Column::NameKey,
    }
}

/// A moment (in 2262) that both databases can compare; clients can make up cursors with any.
fn latest() -> Timestamp {
    Timestamp::from_timestamp_nanos(i64::MAX)
}

/// PostgreSQL takes no U+0000. No stored text has a control character in its place, so it goes on matching nothing.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{1}")
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    slug: String,
    name: String,
    name_key: String,
    status: String,
    lowest_price: i64,
    variants_in_stock: i64,
    variants_plentiful: i64,
    created_at: Timestamp,
    category: String,
    category_slug: String,
}

impl Row {
    fn cursor(&self, query: &ListingQuery) -> ListingCursor {
        let key = match query.sort_by {
            SortBy::CreatedAt => SortKey::CreatedAt(self.created_at),
            SortBy::Price => SortKey::Price(self.lowest_price),
            SortBy::Name => SortKey::Name(self.name_key.clone()),
        };
        ListingCursor { key, order: query.order, id: ProductId(self.id) }
    }

    fn item(self, currency: Currency) -> Result<ProductItem, RepositoryError> {
        Ok(ProductItem {
            id: ProductId(self.id),
            slug: self.slug,
            name: self.name,
            category: self.category,
            category_slug: self.category_slug,
            status: status(&self.status)?,
            price: currency.minor(self.lowest_price).view(),
            availability: Availability::of_product(self.variants_in_stock, self.variants_plentiful),
            created_at: self.created_at,
        })
    }
}
