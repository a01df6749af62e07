//! One product, by its id or its slug.

use crate::extract::{At, IfNoneMatch, MaybeBearer, ProductKey};
use crate::handlers::{Answer, Audience, Outcome, Problem, Shop, answer, kinds};
use auth::{ManageCatalog, Permission};
use domain::catalog::ProductView;

/// Shows a product with its variants and stock counts.
///
/// An archived product is 404, but staff get it by its id.
#[utoipa::path(
    get,
    path = "/api/v1/products/{id}",
    operation_id = "showProduct",
    tag = "catalogue",
    params(("id" = String, Path, description = "The product's id or slug.", example = "2")),
    responses((status = 200, description = "The product.", body = Answer<ProductView>)),
    security((), ("bearer" = ["staff"]))
)]
pub(crate) async fn handle(
    shop: Shop,
    MaybeBearer(bearer): MaybeBearer,
    At(key): At<ProductKey>,
    cached: IfNoneMatch,
) -> Outcome {
    let found = match &key {
        ProductKey::Id(id) => shop.products.product(*id).await?,
        ProductKey::Slug(slug) => shop.products.product_by_slug(slug).await?,
    };
    if let Some(product) = found {
        return Ok(answer::read(&product, Audience::Everybody, &cached));
    }
    if let (Some(bearer), ProductKey::Id(id)) = (bearer, key)
        && ManageCatalog::granted(&bearer.confirm().await?)
        && let Some(product) = shop.products.archived(id).await?
    {
        return Ok(answer::read(&product, Audience::Person, &cached));
    }
    Err(Problem::new(&kinds::NOT_FOUND, "There is no such product."))
}
