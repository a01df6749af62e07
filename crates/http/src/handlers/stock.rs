//! Counts of variants: what came in, was written off or counted anew.

use super::variants::count;
use super::{Answer, Outcome, Shop, answer};
use crate::extract::{At, Check, FromJson, Given, Repeatable, Require};
use auth::ManageCatalog;
use domain::catalog::{MAX_STOCK, ProductView, StockChange};
use domain::stock::{CountChange, StockNote};
use domain::{Invalid, VariantId};
use serde::Deserialize;
use utoipa::ToSchema;

/// `delta` and `reason`, or `expected` and `onHand`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = StockChange)]
pub(crate) struct StockChangeBody {
    /// How many come; negative where they go.
    #[serde(default)]
    #[schema(value_type = i64, example = 12)]
    delta: Given<i64>,
    /// How many there are now, as far as you know.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 0, maximum = 1_000_000_000)]
    expected: Given<i64>,
    /// How many there are to be.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 0, maximum = 1_000_000_000)]
    on_hand: Given<i64>,
    /// Why; required with `delta`.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "delivery")]
    reason: Given<String>,
}

impl FromJson for StockChange {
    type Body = StockChangeBody;

    fn parse(body: StockChangeBody, check: &mut Check) -> Option<Self> {
        if body.delta.is_present() {
            if body.expected.is_present() || body.on_hand.is_present() {
                check.refuse("delta", "cannot be given together with expected and onHand");
            }
            let delta = check.required("delta", body.delta, delta);
            let note = check.required_text("reason", body.reason, StockNote::parse);
            return Some(Self { change: CountChange::By(delta?), note: Some(note?) });
        }
        let expected = check.required("expected", body.expected, count);
        let on_hand = check.required("onHand", body.on_hand, count);
        let note = check.optional_text("reason", body.reason, StockNote::parse);
        Some(Self { change: CountChange::Replace { expected: expected?, on_hand: on_hand? }, note })
    }
}

fn delta(units: i64) -> Result<i64, Invalid> {
    let valid = units != 0 && (-MAX_STOCK..=MAX_STOCK).contains(&units);
    valid.then_some(units).ok_or_else(|| Invalid::owned(format!("must be 1 to {MAX_STOCK}, or its negative")))
}

/// Changes the count of a variant: by a difference, or to a new count where the old one is as expected.
#[utoipa::path(
    post,
    path = "/api/v1/variants/{variantId}/stock",
    operation_id = "changeStock",
    tag = "catalogue",
    params(
        ("variantId" = i64, Path, description = "The variant."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send again."),
    ),
    request_body = StockChangeBody,
    responses(
        (status = 200, description = "The product as it is now.", body = Answer<ProductView>),
        (status = 409, description = "`stock-conflict`: with `onHand`, the count."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn change(
    shop: Shop,
    staff: Require<ManageCatalog, (At<VariantId>, Repeatable<StockChange>)>,
) -> Outcome {
    let (At(variant), change) = staff.input;
    let by = staff.actor.user();
    let keyed = change.by(by);
    let product = shop.catalog_service.change_stock(variant, change.value, by, keyed).await?;
    Ok(answer::once(&product, None))
}
