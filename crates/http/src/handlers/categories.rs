//! The categories of the shop.

use super::{Answer, Audience, Outcome, Shop, answer};
use crate::extract::IfNoneMatch;
use domain::catalog::CategoryView;
use domain::page::Page;

/// Lists all categories by name, on one page, each with its number of products.
#[utoipa::path(
    get,
    path = "/api/v1/categories",
    operation_id = "listCategories",
    tag = "catalogue",
    responses((status = 200, description = "The categories.", body = Answer<Page<CategoryView>>))
)]
pub(crate) async fn list(shop: Shop, cached: IfNoneMatch) -> Outcome {
    Ok(answer::read(&shop.products.categories().await?, Audience::Everybody, &cached))
}
