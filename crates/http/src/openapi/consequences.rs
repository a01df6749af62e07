//! What every operation answers because of what it takes, and the header fields that every answer of a kind has.

use utoipa::Modify;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{
    Content, Object, OpenApi as Document, PathItem, Ref, RefOr, Required, Response, ResponseBuilder, Type,
};

/// The header field in which guests send the token of their cart, and get it.
const CART_TOKEN: &str = "X-Cart-Token";

/// Adds them.
pub(super) struct Consequences;

impl Modify for Consequences {
    fn modify(&self, document: &mut Document) {
        for (path, item) in &mut document.paths.paths {
            let versioned = path.starts_with("/api/v1");
            if let Some(read) = item.get.as_mut().filter(|_| versioned) {
                conditional(read);
            }
            for operation in operations(item) {
                optional_body(operation);
                refusals(operation, path);
                describe(operation, versioned);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// Adds the statuses of what an operation takes, unless its handler has said more about them.
fn refusals(operation: &mut Operation, path: &str) {
    let parameters = parameters(operation);
    let takes = |place: ParameterIn| parameters.iter().any(|(_, within, _)| *within == place);
    let if_match = parameters.iter().find(|(name, ..)| name == "If-Match").map(|(.., required)| *required);
    let scopes = operation
        .security
        .iter()
        .flatten()
        .map(|security| serde_json::to_string(security).unwrap_or_default());
    // `{}` stands for no token at all; a token that is sent is checked all the same.
    let security: Vec<String> = scopes.collect();
    let staff = security.iter().any(|scheme| scheme.contains("staff"));
    let mut answers = Vec::new();
    if operation.request_body.is_some() {
        answers.extend([
            ("400", "`malformed-request`: the body is not JSON."),
            ("408", "`request-timeout`: the body did not arrive in time."),
            ("413", "`too-large`: the body has more than 64 KiB."),
            ("415", "`unsupported-media-type`: the body is not sent as JSON."),
            ("422", "`validation-failed`: `errors` names everything that is wrong."),
        ]);
    }
    if path.starts_with("/api/v1") {
        answers.push(("400", "`malformed-request`: the query cannot be decoded."));
        answers.push(("422", "`validation-failed`: `errors` names every parameter that is wrong."));
    }
    if takes(ParameterIn::Path) {
        answers.push(("404", "`not-found`: there is no such thing, or it is somebody else's."));
    }
    if !security.is_empty() {
        answers.push(("401", "`authentication-required`, `invalid-token`."));
    }
    if staff && security.len() == 1 {
        answers.push(("403", "`forbidden`: this is for staff."));
    }
    if parameters.iter().any(|(name, ..)| name == CART_TOKEN) {
        answers.push(("400", "`malformed-request`: `X-Cart-Token` is no token."));
    }
    if parameters.iter().any(|(name, ..)| name == "Idempotency-Key") {
        answers.push(("400", "`malformed-request`: `Idempotency-Key` is no key, or the body is not JSON."));
        answers.push(("408", "`request-timeout`: the body did not arrive in time."));
        answers.push(("409", "`idempotency-key-in-use`: the same request is under way."));
        answers.push(("413", "`too-large`: the body has more than 64 KiB."));
        answers.push(("415", "`unsupported-media-type`: the body is not sent as JSON."));
        answers.push(("422", "`idempotency-key-reused`: the key belongs to another request."));
    }
    if let Some(required) = if_match {
        answers.push(("400", "`malformed-request`: `If-Match` cannot be read."));
        answers.push((
            "412",
            "`precondition-failed`: it has changed meanwhile; `version` is the one that it has.",
        ));
        answers.extend(required.then_some(("428", "`precondition-required`: `If-Match` is missing.")));
    }
    if path.starts_with("/api/v1") {
        answers.push(("503", "`unavailable`, `outcome-unknown`: try again after `Retry-After`."));
    }
    if path == "/health/ready" {
        answers.push(("503", "`unavailable`: `dependencies` says what does not answer."));
    }
    answers.push(("500", "`internal-error`: something broke in the shop."));
    for (status, description) in answers {
        let answer = || RefOr::T(Response::new(description));
        operation.responses.responses.entry(status.to_owned()).or_insert_with(answer);
    }
}

/// Lets the body be left out where the handler does; the macro can say that only of bodies that may be null.
fn optional_body(operation: &mut Operation) {
    if operation.operation_id.as_deref() == Some("placeOrder")
        && let Some(RefOr::T(body)) = operation.request_body.as_mut()
    {
        body.required = Some(Required::False);
    }
}

/// Lists the operation's parameters: name, place, and whether they must be there.
fn parameters(operation: &Operation) -> Vec<(String, ParameterIn, bool)> {
    let parameter = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(it) => Some((it.name.clone(), it.parameter_in.clone(), it.required == Required::True)),
        RefOr::Ref(_) => None,
    };
    operation.parameters.iter().flatten().filter_map(parameter).collect()
}

/// Makes a read conditional: `If-None-Match`, and 304.
fn conditional(operation: &mut Operation) {
    let parameter = ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .description(Some("The `ETag` of what you have already."))
        .schema(Some(Object::with_type(Type::String)));
    operation.parameters.get_or_insert_default().push(parameter.build().into());
    let unchanged = ResponseBuilder::new().description("You have it already.").build();
    operation.responses.responses.insert("304".to_owned(), RefOr::T(unchanged));
}

/// Adds the problem's shape to every failure and the header fields that each answer has.
fn describe(operation: &mut Operation, versioned: bool) {
    let guests = parameters(operation).iter().any(|(name, ..)| name == CART_TOKEN);
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let mut headers = vec![("X-Request-Id", "The id under which the request is found again.")];
        match status.as_str() {
            "200" | "201" | "304" if versioned => {
                headers.push(("ETag", "Identifies `data`: its version and a digest."));
                headers.push(("Cache-Status", "What each cache did for the answer (RFC 9211)."));
            }
            "401" => headers.push(("WWW-Authenticate", "How to authenticate (RFC 6750).")),
            "429" | "503" => headers.push(("Retry-After", "The seconds to wait.")),
            _ => {}
        }
        if guests
            && status.starts_with(['2', '3'])
            && operation.tags.iter().flatten().any(|tag| tag == "cart")
        {
            headers.push((CART_TOKEN, "The token of the guest's cart; absent where there is none."));
        }
        if status == "201" {
            headers.push(("Location", "Where what was made is found."));
        }
        for (name, description) in headers {
            let header = Header::builder()
                .schema(Some(Object::with_type(Type::String)))
                .description(Some(description));
            response.headers.insert(name.to_owned(), header.build().into());
        }
        if status.starts_with(['4', '5']) {
            let problem = Content::new(Some(Ref::from_schema_name("Problem")));
            response.content.insert("application/problem+json".to_owned(), problem.into());
        }
    }
}
