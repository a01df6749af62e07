//! What happens in the shop, sent to other programs: where to, how it went, and once more.

use super::paging::paging;
use super::{Answer, Audience, Outcome, Problem, Shop, answer, kinds};
use crate::extract::{
    At, Check, FromJson, FromQuery, Given, IfNoneMatch, Parameters, Query, Require, ValidJson,
};
use auth::ManageWebhooks;
use chrono::{DateTime, Utc};
use domain::event::EventKind;
use domain::page::Page;
use domain::webhook::{
    DeliveryCursor, DeliveryQuery, DeliveryStatus, DeliveryView, EndpointChange, EndpointInput, EndpointNote,
    EndpointSecrets, EndpointView, Interest, StaffState, TargetUrl,
};
use domain::{DeliveryId, EndpointId, Invalid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Type};

/// A new endpoint.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebhookEndpoint)]
pub(crate) struct EndpointBody {
    /// Where events are sent: an https URL that leads to a public address.
    #[serde(default)]
    #[schema(value_type = String, required, max_length = 2000, pattern = r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!$-~]*)?$", example = "https://example.com/webhooks")]
    url: Given<String>,
    /// The events to send, or `*` alone for all of them, which is what it is unless given.
    #[serde(default)]
    #[schema(schema_with = names_of_events)]
    events: Given<Vec<String>>,
    /// What you want to remember about it.
    #[serde(default)]
    #[schema(value_type = String, max_length = 500, example = "The warehouse")]
    description: Given<String>,
}

impl FromJson for EndpointInput {
    type Body = EndpointBody;

    fn parse(body: EndpointBody, check: &mut Check) -> Option<Self> {
        let url = check.required_text("url", body.url, TargetUrl::parse);
        let all = !body.events.is_present();
        let events = check.inside("events", body.events, interest).or(all.then_some(Interest::All));
        let note = check.optional_text("description", body.description, EndpointNote::parse);
        Some(Self { url: url?, events: events?, note: note.unwrap_or_default() })
    }
}

/// What changes about an endpoint; at least one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookEndpointPatch)]
pub(crate) struct EndpointPatchBody {
    /// Where events are sent from now on, those that wait too.
    #[serde(default)]
    #[schema(value_type = String, max_length = 2000, pattern = r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!$-~]*)?$")]
    url: Given<String>,
    /// The events to send from now on.
    #[serde(default)]
    #[schema(schema_with = names_of_events)]
    events: Given<Vec<String>>,
    /// What you want to remember about it.
    #[serde(default)]
    #[schema(value_type = String, max_length = 500)]
    description: Given<String>,
    /// `paused` lets deliveries wait; `active` sends them, also to an endpoint that was parked.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^(active|paused)$", example = "active")]
    status: Given<String>,
}

impl FromJson for EndpointChange {
    type Body = EndpointPatchBody;

    fn parse(body: EndpointPatchBody, check: &mut Check) -> Option<Self> {
        let present = [
            body.url.is_present(),
            body.events.is_present(),
            body.description.is_present(),
            body.status.is_present(),
        ];
        if !present.contains(&true) {
            check.refuse("", "must have url, events, description or status");
        }
        Some(Self {
            url: check.optional_text("url", body.url, TargetUrl::parse),
            events: check.inside("events", body.events, interest),
            note: check.optional_text("description", body.description, EndpointNote::parse),
            state: check.optional_text("status", body.status, staff_state),
        })
    }
}

/// A new endpoint with its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedWebhookEndpoint)]
pub(crate) struct CreatedView {
    /// What its receiver verifies signatures with. It can be read again at `…/secret`.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: String,
    #[serde(flatten)]
    endpoint: EndpointView,
}

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

impl FromQuery for DeliveryQuery {
    fn parse(query: &mut Parameters, check: &mut Check) -> Option<Self> {
        let (position, limit) = paging(query, check, |_: &DeliveryCursor| Ok(()));
        let status = query.read("status", check, DeliveryStatus::parse);
        Some(Self { status, position, limit })
    }
}

/// Lists the endpoints, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhooks",
    operation_id = "listWebhooks",
    tag = "webhooks",
    responses((status = 200, description = "All of them.", body = Answer<Page<EndpointView>>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn list(shop: Shop, staff: Require<ManageWebhooks, IfNoneMatch>) -> Outcome {
    Ok(answer::read(&shop.webhooks.endpoints().await?, Audience::Person, &staff.input))
}

/// Registers an endpoint: what happens from now on is sent to it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhooks",
    operation_id = "createWebhook",
    tag = "webhooks",
    request_body = EndpointBody,
    responses(
        (status = 201, description = "The endpoint, with its secret.", body = Answer<CreatedView>),
        (status = 409, description = "`too-many-webhooks`."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn create(shop: Shop, staff: Require<ManageWebhooks, ValidJson<EndpointInput>>) -> Outcome {
    let ValidJson(new) = staff.input;
    let made = shop.webhook_service.create(new).await?;
    let secret = made.secret.expose();
    let view = made.endpoint.map(|endpoint| CreatedView { secret, endpoint });
    Ok(answer::created_secret(view, format!("/api/v1/admin/webhooks/{}", made.id)))
}

/// Shows an endpoint, and how well it does.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhooks/{id}",
    operation_id = "showWebhook",
    tag = "webhooks",
    params(("id" = i64, Path, description = "The endpoint.")),
    responses((status = 200, description = "The endpoint.", body = Answer<EndpointView>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn show(
    shop: Shop,
    staff: Require<ManageWebhooks, (At<EndpointId>, IfNoneMatch)>,
) -> Outcome {
    let (At(id), cached) = staff.input;
    let endpoint = shop.webhooks.endpoint(id).await?.ok_or_else(no_such_endpoint)?;
    Ok(answer::read(&endpoint, Audience::Person, &cached))
}

/// Changes an endpoint. Setting a paused or parked one `active` sends everything that waits at once.
#[utoipa::path(
    patch,
    path = "/api/v1/admin/webhooks/{id}",
    operation_id = "changeWebhook",
    tag = "webhooks",
    params(("id" = i64, Path, description = "The endpoint.")),
    request_body = EndpointPatchBody,
    responses((status = 200, description = "The endpoint as it is now.", body = Answer<EndpointView>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn change(
    shop: Shop,
    staff: Require<ManageWebhooks, (At<EndpointId>, ValidJson<EndpointChange>)>,
) -> Outcome {
    let (At(id), ValidJson(change)) = staff.input;
    Ok(answer::written(&shop.webhook_service.change(id, change).await?))
}

/// Removes an endpoint with all its deliveries; those that wait are not made.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/webhooks/{id}",
    operation_id = "removeWebhook",
    tag = "webhooks",
    params(("id" = i64, Path, description = "The endpoint.")),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn remove(shop: Shop, staff: Require<ManageWebhooks, At<EndpointId>>) -> Outcome {
    let At(id) = staff.input;
    shop.webhook_service.remove(id).await?;
    Ok(answer::nothing())
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
pub(crate) async fn secret(shop: Shop, staff: Require<ManageWebhooks, At<EndpointId>>) -> Outcome {
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
pub(crate) async fn deliveries(
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

fn no_such_endpoint() -> Problem {
    Problem::new(&kinds::NOT_FOUND, "There is no such endpoint.")
}

/// Reads the names of events.
fn interest(words: Vec<String>, check: &mut Check) -> Option<Interest> {
    if words == [Interest::EVERY] {
        return Some(Interest::All);
    }
    if words.is_empty() {
        check.refuse("", "must name at least one event, or be [\"*\"] for all of them");
    }
    let word = |word: String, check: &mut Check| {
        EventKind::parse(&word).map_err(|invalid| check.refuse("", invalid.to_string())).ok()
    };
    check.items(words, word).map(|kinds| Interest::Only(BTreeSet::from_iter(kinds)))
}

/// Returns the schema of names of events.
fn names_of_events() -> Array {
    let names = EventKind::ALL.iter().map(|kind| kind.as_str()).chain([Interest::EVERY]);
    let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
    let names =
        ArrayBuilder::new().items(name).min_items(Some(1)).examples([vec!["order.placed", "order.paid"]]);
    names
        .description(Some(
            "The events to send, or `*` alone for all of them, which a new endpoint is sent unless told.",
        ))
        .build()
}

/// Reads what staff can set an endpoint's status to.
fn staff_state(word: &str) -> Result<StaffState, Invalid> {
    match word {
        "active" => Ok(StaffState::Active),
        "paused" => Ok(StaffState::Paused),
        _ => Err(Invalid::new("must be one of: active paused")),
    }
}
