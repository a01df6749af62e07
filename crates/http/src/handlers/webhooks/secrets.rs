//! What receivers verify signatures with.

use crate::extract::{At, Require};
use crate::handlers::{Answer, Outcome, Shop, answer};
use auth::ManageWebhooks;
use chrono::{DateTime, Utc};
use domain::EndpointId;
use domain::webhook::EndpointSecrets;
use serde::Serialize;
use utoipa::ToSchema;

/// The secret of an endpoint.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookSecret)]
pub(crate) struct SecretView {
    /// What its receiver verifies signatures with.
    secret: String,
    /// Until when webhooks are signed with the secret before this one, too; null where they are not.
    previous_valid_until: Option<DateTime<Utc>>,
}

impl From<EndpointSecrets> for SecretView {
    fn from(secrets: EndpointSecrets) -> Self {
        Self { secret: secrets.current.expose(), previous_valid_until: secrets.previous_until }
    }
}

/// Shows the secret that an endpoint's receiver verifies signatures with.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhooks/{id}/secret",
    operation_id = "showWebhookSecret",
    tag = "webhooks",
    params(("id" = i64, Path, description = "The endpoint.")),
    responses((status = 200, description = "The secret.", body = Answer<SecretView>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn show(shop: Shop, staff: Require<ManageWebhooks, At<EndpointId>>) -> Outcome {
    let At(id) = staff.input;
    Ok(answer::secret(shop.webhook_service.secret(id).await?.map(SecretView::from)))
}

/// Gives an endpoint a new secret. For 24 hours webhooks are signed with the one before, too; the one before that counts
/// no more at once.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhooks/{id}/secret",
    operation_id = "rotateWebhookSecret",
    tag = "webhooks",
    params(("id" = i64, Path, description = "The endpoint.")),
    responses((status = 200, description = "The new secret.", body = Answer<SecretView>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn rotate(shop: Shop, staff: Require<ManageWebhooks, At<EndpointId>>) -> Outcome {
    let At(id) = staff.input;
    Ok(answer::secret(shop.webhook_service.rotate(id).await?.map(SecretView::from)))
}
