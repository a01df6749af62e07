//! The shape of problems, for the document alone.

use serde::Serialize;
use utoipa::ToSchema;

/// A failure (RFC 9457). Kinds of problems add members of their own, which the page at `type` names.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(super) struct ProblemDetails {
    /// The kind of problem; a page about it is served there.
    #[schema(example = "/problems/out-of-stock")]
    r#type: String,
    /// What the kind is called.
    title: String,
    /// The status.
    #[schema(example = 409)]
    status: u16,
    /// What happened this time.
    detail: String,
    /// The path that was asked.
    instance: String,
    /// The id under which the request is found again.
    request_id: String,
    /// Everything that is wrong with the request.
    #[schema(inline, required = false)]
    errors: Vec<FaultDetails>,
    /// The seconds to wait, as in `Retry-After`.
    #[schema(required = false)]
    retry_after: u64,
}

/// One thing that is wrong, with one of `pointer`, `parameter` and `header`.
#[derive(Serialize, ToSchema)]
struct FaultDetails {
    /// Where in the body (RFC 6901).
    #[schema(required = false)]
    pointer: String,
    /// Where in the query.
    #[schema(required = false)]
    parameter: String,
    /// Which header field.
    #[schema(required = false)]
    header: String,
    /// What would be right; completes the sentence "it …".
    detail: String,
}
