//! What the shop says about itself: the OpenAPI document, an explorer for it, and a page for each kind of problem.

use super::{HttpResponse, Outcome, Problem, kinds};
use crate::openapi::DOCUMENT;
use crate::problem::Kind;
use actix_web::HttpRequest;
use actix_web::http::header::{self, ContentEncoding};
use std::sync::{Arc, LazyLock};
use utoipa_swagger_ui::Config;

/// The explorer's settings. Its validator is off, because it would send the document to another site.
static EXPLORER: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("/openapi.json").validator_url("none").try_it_out_enabled(true)));

/// What the explorer's pages may do: run the program's own files, ask the program, and nothing else. Nothing in them is
/// inline, so nothing that finds its way into them runs. The pictures in its style sheet are `data:`.
const EXPLORER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                               connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Serves this document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "operations",
    responses((status = 200, description = "The OpenAPI 3.1 document.", content_type = "application/json"))
)]
pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(DOCUMENT.as_str())
}

/// Leads to the explorer; its own links need the slash.
pub(crate) async fn to_explorer() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// Serves the explorer's files, which are part of the program.
pub(crate) async fn explorer(request: HttpRequest) -> Outcome {
    let path = request.match_info().get("file").unwrap_or_default();
    let file = utoipa_swagger_ui::serve(path, Arc::clone(&EXPLORER));
    let file =
        file.map_err(|error| Problem::new(&kinds::INTERNAL_ERROR, "Something broke.").because(error))?;
    let file = file.ok_or_else(|| Problem::new(&kinds::NOT_FOUND, "The explorer has no such file."))?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_SECURITY_POLICY, EXPLORER_POLICY));
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    Ok(response.content_type(file.content_type).body(file.bytes.into_owned()))
}

/// Explains a kind of problem: where the `type` of every problem leads.
#[utoipa::path(
    get,
    path = "/problems/{type}",
    operation_id = "explainProblem",
    tag = "operations",
    params(("type" = String, Path, description = "The last part of the `type`.", example = "out-of-stock")),
    responses((status = 200, description = "What it means and what to do.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn problem(request: HttpRequest) -> Outcome {
    let kind = request.match_info().get("type").and_then(Kind::named);
    let kind = kind.ok_or_else(|| Problem::new(&kinds::NOT_FOUND, "There is no such kind of problem."))?;
    let page =
        format!("{}\n\nStatus: {}\nType: {}\n\n{}\n", kind.title, kind.status, kind.uri(), kind.advice);
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(page))
}
