//! Taking a product out of the shop.

use crate::extract::{At, IfMatch, Require};
use crate::handlers::{Outcome, Shop, answer};
use auth::ManageCatalog;
use domain::ProductId;

/// Archives a product: customers get 404 from then on, its record stays.
#[utoipa::path(
    delete,
    path = "/api/v1/products/{id}",
    operation_id = "archiveProduct",
    tag = "catalogue",
    params(
        ("id" = i64, Path, description = "The product."),
        ("If-Match" = String, Header, description = "The `ETag` that you saw."),
    ),
    responses((status = 204, description = "The product is archived.")),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn handle(shop: Shop, staff: Require<ManageCatalog, (At<ProductId>, IfMatch)>) -> Outcome {
    let (At(id), IfMatch(seen)) = staff.input;
    seen.enforce(|version| shop.catalog_service.archive(id, version)).await?;
    Ok(answer::nothing())
}
