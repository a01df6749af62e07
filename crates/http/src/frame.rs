//! What happens around every request: its id, the problem that any failure becomes, what browsers are told of its answer,
//! and its one line in the log. Nothing here reads a body, a query or a credential.

use crate::Services;
use crate::extract::connected;
use crate::origins::Readers;
use crate::problem::{self, Problem, from_framework, kinds};
use crate::rate_limit;
use crate::request_id::{RequestId, X_REQUEST_ID};
use crate::safeguards::{self, Transport};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use domain::Source;
use domain::throttle::Meter;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use tracing::Instrument;

/// What is remembered of a request for its answer.
struct Asked {
    id: RequestId,
    method: Method,
    path: String,
    readers: Readers,
    transport: Transport,
    since: Instant,
}

/// Answers a request, whatever becomes of its handler.
pub(crate) async fn frame(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let services = request
        .app_data::<web::Data<Services>>()
        .expect("`configure` registers the services with the routes");
    let asked = Asked {
        id: RequestId::of(request.headers(), services.entropy.as_ref()),
        method: request.method().clone(),
        path: request.path().to_owned(),
        readers: services.origins.readers(request.headers()),
        transport: services.proxies.transport(connected(request.peer_addr()), request.headers()),
        since: Instant::now(),
    };
    let span = tracing::info_span!("request", id = asked.id.as_str());
    let log = span.clone();
    if let Some(response) = asked.readers.preflight(request.method(), request.headers()) {
        let _entered = log.enter();
        return Ok(request.into_response(asked.finish(response, Some("preflight"))));
    }
    // A handler that breaks down is dropped whole; nothing of it is used again.
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().instrument(span).await;
    let _entered = log.enter();
    match outcome {
        Ok(Ok(answered)) => {
            let route = answered.request().match_pattern();
            let (request, response) = answered.map_into_boxed_body().into_parts();
            let mut response = asked.finish(response, route.as_deref());
            if let Some(budget) = request.extensions().get::<Meter>().and_then(Meter::tightest) {
                rate_limit::tell(response.headers_mut(), budget);
            }
            Ok(ServiceResponse::new(request, response))
        }
        Ok(Err(error)) => Err(asked.fail(problem_of(&error))),
        // The text of a panic is the program's own business; its hook has written it down.
        Err(_) => Err(asked.fail(broken())),
    }
}

impl Asked {
    /// Completes an answer; one that is a failure becomes a problem.
    fn finish(&self, response: HttpResponse, route: Option<&str>) -> HttpResponse {
        let framework;
        let problem = match response.error().and_then(|error| error.as_error::<Problem>()) {
            Some(problem) => Some(problem),
            None if is_bare_failure(&response) => {
                framework = from_framework(response.status());
                Some(&framework)
            }
            None => None,
        };
        let mut response = match problem {
            Some(problem) => self.answer(problem, response.headers()),
            None => response,
        };
        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, self.id.header());
        safeguards::apply(headers, self.transport);
        self.readers.mark(headers);
        self.log(&response, route.unwrap_or("none"));
        response
    }

    /// Answers where the request itself is gone.
    fn fail(&self, problem: Problem) -> Error {
        let response = self.finish(HttpResponse::from_error(problem), None);
        InternalError::from_response("the request was answered with a problem", response).into()
    }

    /// Writes the problem's answer; what the framework had to say about methods stays.
    fn answer(&self, problem: &Problem, framework: &HeaderMap) -> HttpResponse {
        let cause = problem.cause().unwrap_or_default();
        if problem.kind().status.is_server_error() {
            tracing::error!(problem = problem.kind().slug, cause, "a request failed");
        } else {
            tracing::debug!(problem = problem.kind().slug, cause, "a request was refused");
        }
        let mut response = problem.answer(&self.path, self.id.as_str());
        if let Some(allow) = framework.get(header::ALLOW) {
            response.headers_mut().insert(header::ALLOW, allow.clone());
        }
        response
    }

    /// Writes the one line that every request leaves: the route's template, never the address as it was asked.
    fn log(&self, response: &HttpResponse, route: &str) {
        let source = response.extensions().get::<Source>().map_or("none", |source| source.as_str());
        let (method, status) = (self.method.as_str(), response.status().as_u16());
        let microseconds = self.since.elapsed().as_micros();
        tracing::info!(method, route, status, microseconds, source, "answered");
    }
}

/// Tells whether the framework answered a failure in its own way.
fn is_bare_failure(response: &HttpResponse) -> bool {
    let status = response.status();
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let is_problem = media_type.is_some_and(|media_type| media_type == problem::MEDIA_TYPE);
    (status.is_client_error() || status.is_server_error()) && !is_problem
}

/// Returns what an error stands for that no handler answered.
fn problem_of(error: &Error) -> Problem {
    from_framework(error.as_response_error().status_code()).because(error)
}

fn broken() -> Problem {
    Problem::new(&kinds::INTERNAL_ERROR, "Something broke in the shop.").because("a handler panicked")
}
