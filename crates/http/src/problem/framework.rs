//! What the web framework itself refuses, as problems: it answers with a bare status, we with the reason.

use super::{Problem, kinds};
use actix_web::http::StatusCode;

/// Returns the problem that a bare error status of the framework stands for.
pub(crate) fn from_framework(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::new(&kinds::UNKNOWN_ROUTE, "Nothing is answered at this address."),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(&kinds::METHOD_NOT_ALLOWED, "This address does not answer that method.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(&kinds::TOO_LARGE, "The body has more than 64 KiB."),
        StatusCode::REQUEST_TIMEOUT => Problem::new(&kinds::TIMED_OUT, "The request did not arrive in time."),
        status if status.is_client_error() => {
            Problem::new(&kinds::MALFORMED_REQUEST, "The request cannot be read.")
        }
        status => Problem::new(&kinds::INTERNAL_ERROR, "Something broke in the shop.")
            .because(format!("the framework answered {status}")),
    }
}
