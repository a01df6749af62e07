//! The listing with its filters, orders and pages.

use crate::extract::{Check, FromQuery, IfNoneMatch, MaybeBearer, Parameters, Query};
use crate::handlers::paging::paging;
use crate::handlers::{Answer, Audience, Outcome, Problem, Shop, answer};
use auth::ManageCatalog;
use domain::Invalid;
use domain::catalog::{CategoryName, ListingCursor, ListingQuery, Order, ProductItem, SortBy, StatusFilter};
use domain::page::Page;
use domain::text::Line;

/// Lists products.
///
/// Archived products (`status`) are for staff. Past the last page there are no items; deeper than 10,000 items only
/// `after` reaches.
#[utoipa::path(
    get,
    path = "/api/v1/products",
    operation_id = "listProducts",
    tag = "catalogue",
    params(
        ("category" = Option<String>, Query, description = "A category's name or slug.", example = "Electronics"),
        ("minPrice" = Option<String>, Query, description = "The lowest price wanted.", example = "20"),
        ("maxPrice" = Option<String>, Query, description = "The highest price wanted.", example = "40"),
        ("inStock" = Option<bool>, Query, description = "Only what can be had, or only what cannot."),
        ("q" = Option<String>, Query, description = "Text in the name or description, without case."),
        ("status" = inline(Option<StatusFilter>), Query, description = "`active`; for staff also `archived` and `all`."),
        ("page" = Option<u32>, Query, description = "The page's number, from 1.", minimum = 1),
        ("limit" = Option<u32>, Query, description = "How many items; 20 unless given.", minimum = 1, maximum = 100),
        ("after" = Option<String>, Query, description = "`nextCursor` of the page before; instead of `page`."),
        ("sortBy" = inline(Option<SortBy>), Query, description = "`createdAt` unless given."),
        ("order" = inline(Option<Order>), Query, description = "`DESC` unless given."),
    ),
    responses(
        (status = 200, description = "A page of products.", body = Answer<Page<ProductItem>>),
        (status = 401, description = "`authentication-required`, `invalid-token`: `status` is for staff."),
        (status = 403, description = "`forbidden`: `status` is for staff."),
    ),
    security((), ("bearer" = ["staff"]))
)]
pub(crate) async fn handle(
    shop: Shop,
    MaybeBearer(bearer): MaybeBearer,
    Query(query): Query<ListingQuery>,
    cached: IfNoneMatch,
) -> Outcome {
    let audience = match query.status {
        StatusFilter::Active => Audience::Everybody,
        StatusFilter::Archived | StatusFilter::All => {
            bearer.ok_or_else(Problem::anonymous)?.require::<ManageCatalog>().await?;
            Audience::Person
        }
    };
    let page = shop.products.list(&query).await?;
    Ok(answer::read(&page, audience, &cached))
}

impl FromQuery for ListingQuery {
    fn parse(query: &mut Parameters, check: &mut Check) -> Option<Self> {
        let currency = check.currency;
        let sort_by = query.read("sortBy", check, SortBy::parse).unwrap_or_default();
        let order = query.read("order", check, Order::parse).unwrap_or_default();
        let min_price = query.read("minPrice", check, |text| currency.amount(text));
        let max_price = query.read("maxPrice", check, |text| currency.amount(text));
        if min_price.zip(max_price).is_some_and(|(min, max)| min.minor() > max.minor()) {
            check.refuse_parameter("minPrice", "must not be more than maxPrice");
        }
        let (position, limit) =
            paging(query, check, |cursor: &ListingCursor| Self::check_cursor(cursor, sort_by, order));
        Some(Self {
            category: query.read("category", check, CategoryName::parse).map(|name| name.to_string()),
            min_price,
            max_price,
            in_stock: query.read("inStock", check, boolean),
            q: query.read("q", check, search_text).flatten(),
            status: query.read("status", check, status).unwrap_or_default(),
            position,
            limit,
            sort_by,
            order,
        })
    }
}

fn boolean(text: &str) -> Result<bool, Invalid> {
    text.parse().map_err(|_| Invalid::new("must be true or false"))
}

fn status(text: &str) -> Result<StatusFilter, Invalid> {
    match text {
        "active" => Ok(StatusFilter::Active),
        "archived" => Ok(StatusFilter::Archived),
        "all" => Ok(StatusFilter::All),
        _ => Err(Invalid::new("must be active, archived or all")),
    }
}

/// Reads what is searched for; white space alone searches for nothing.
fn search_text(text: &str) -> Result<Option<String>, Invalid> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(Line::<200>::parse(text)?.to_string()))
}
