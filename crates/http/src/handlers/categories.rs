//! The categories of the shop.

use super::{Answer, Audience, Outcome, Shop, answer};
use crate::answer::Everything;
use crate::extract::IfNoneMatch;
use domain::catalog::CategoryView;

/// Lists all categories by name, each with its number of products.
#[utoipa::path(
    get,
    path = "/api/v1/categories",
    operation_id = "listCategories",
    tag = "catalogue",
    responses((status = 200, description = "The categories.", body = Answer<Everything<CategoryView>>))
)]
pub(crate) async fn list(shop: Shop, cached: IfNoneMatch) -> Outcome {
    let categories = answer::everything(shop.products.categories().await?);
    Ok(answer::read(&categories, Audience::Everybody, &cached))
}
