//! Where events are sent: staff say where to, which, and whether.

use super::no_such_endpoint;
use crate::extract::{At, Check, FromJson, Given, IfNoneMatch, Require, ValidJson};
use crate::handlers::{Answer, Audience, Outcome, Shop, answer};
use auth::ManageWebhooks;
use domain::event::EventKind;
use domain::page::Page;
use domain::webhook::{
    EndpointChange, EndpointInput, EndpointNote, EndpointView, Interest, StaffState, TargetUrl,
};
use domain::{EndpointId, Invalid};
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
    /// Where events are sent from now on, those that wait too; what failed elsewhere does not count. A paused or parked
    /// endpoint stays so unless `status` is `active`.
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

/// Changes an endpoint. Setting a paused or parked one `active`, or giving an active one another URL, sends everything that
/// waits at once.
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

/// Removes an endpoint with all its deliveries; those that wait are not made, and its secret signs nothing any more.
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
