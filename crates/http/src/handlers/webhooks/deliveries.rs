//! What was and will be sent to an endpoint, and once more.

use super::no_such_endpoint;
use crate::extract::{At, Check, FromQuery, IfNoneMatch, Parameters, Query, Require};
use crate::handlers::paging::paging;
use crate::handlers::{Answer, Audience, Outcome, Shop, answer};
use auth::ManageWebhooks;
use domain::page::Page;
use domain::webhook::{DeliveryCursor, DeliveryQuery, DeliveryStatus, DeliveryView};
use domain::{DeliveryId, EndpointId};

impl FromQuery for DeliveryQuery {
    fn parse(query: &mut Parameters, check: &mut Check) -> Option<Self> {
        let (position, limit) = paging(query, check, |_: &DeliveryCursor| Ok(()));
        let status = query.read("status", check, DeliveryStatus::parse);
        Some(Self { status, position, limit })
    }
}

/// Lists what was and will be sent to an endpoint, with every attempt, the newest first. It is kept for 30 days.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhooks/{id}/deliveries",
    operation_id = "listWebhookDeliveries",
    tag = "webhooks",
    params(
        ("id" = i64, Path, description = "The endpoint."),
        ("status" = Option<DeliveryStatus>, Query, description = "Only deliveries of this status."),
        ("page" = Option<u32>, Query, description = "The page's number, from 1.", minimum = 1),
        ("limit" = Option<u32>, Query, description = "How many items; 20 unless given.", minimum = 1, maximum = 100),
        ("after" = Option<String>, Query, description = "`nextCursor` of the page before; instead of `page`."),
    ),
    responses((status = 200, description = "A page of deliveries.", body = Answer<Page<DeliveryView>>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn list(
    shop: Shop,
    staff: Require<ManageWebhooks, (At<EndpointId>, Query<DeliveryQuery>, IfNoneMatch)>,
) -> Outcome {
    let (At(id), Query(query), cached) = staff.input;
    let page = shop.webhooks.deliveries(id, &query).await?.ok_or_else(no_such_endpoint)?;
    Ok(answer::read(&page, Audience::Person, &cached))
}

/// Sends an event to an endpoint once more, with the same `webhook-id`, whatever became of it before.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhooks/{id}/deliveries/{deliveryId}/replay",
    operation_id = "replayWebhookDelivery",
    tag = "webhooks",
    params(
        ("id" = i64, Path, description = "The endpoint."),
        ("deliveryId" = i64, Path, description = "The delivery."),
    ),
    responses((status = 200, description = "The delivery, pending.", body = Answer<DeliveryView>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn replay(
    shop: Shop,
    staff: Require<ManageWebhooks, At<(EndpointId, DeliveryId)>>,
) -> Outcome {
    let At((endpoint, delivery)) = staff.input;
    Ok(answer::written(&shop.webhook_service.replay(endpoint, delivery).await?))
}
