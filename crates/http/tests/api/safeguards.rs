//! What browsers and caches are told with every answer: over every operation, whatever came of it.

use crate::access::{OPERATIONS, call};
use crate::harness::{Answer, Api, Call};
use crate::stubs::document;
use domain::cart::CartToken;
use domain::{OsEntropy, RepositoryError};

/// Reads that everybody gets alike; any cache may keep them, and asks each time.
const PUBLIC: [&str; 3] = ["/api/v1/products", "/api/v1/products/{id}", "/api/v1/categories"];
/// Answers that hold a token or a secret.
const SECRET: [(&str, &str); 4] = [
    ("POST", "/api/v1/auth/signin"),
    ("GET", "/api/v1/admin/webhooks/{id}/secret"),
    ("POST", "/api/v1/admin/webhooks/{id}/secret"),
    ("POST", "/api/v1/admin/webhooks"),
];

fn check(what: &str, answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        let said: Vec<&str> = answer
            .headers
            .iter()
            .filter(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(said, [value], "{name} of {what}: {answer:?}");
    }
    for name in ["server", "x-powered-by", "via", "strict-transport-security"] {
        assert_eq!(answer.header(name), None, "{name} of {what}");
    }
}

fn check_data(what: &str, answer: &Answer) {
    check(what, answer);
    let policy = answer.header("content-security-policy");
    assert_eq!(policy, Some("default-src 'none'; frame-ancestors 'none'"), "{what}");
}

/// Returns what caches are to be told of an answer.
fn cache_rule(method: &str, path: &str, answer: &Answer) -> &'static str {
    if !answer.status.is_success() || SECRET.contains(&(method, path)) {
        "no-store"
    } else if method == "GET" && PUBLIC.contains(&path) {
        "public, no-cache"
    } else {
        "private, no-cache"
    }
}

#[actix_web::test]
async fn every_operation_tells_browsers_and_caches_what_to_do_with_its_answer() {
    let api = Api::new();
    let (mut done, mut refused) = (0, 0);
    for (method, path, _) in OPERATIONS {
        let known = r#"{"email":"ada@example.org","password":"correct horse","url":"https://a.example/","events":["order.placed"]}"#;
        for body in [None, Some("{}"), Some("nonsense"), Some(known)] {
            for by in [None, Some("staff"), Some("forged")] {
                let request = call(&api, method, path).header("If-Match", "*");
                let request = body.into_iter().fold(request, Call::json);
                let request = by.into_iter().fold(request, Call::by);
                let answer = request.send().await;
                let what = format!("{method} {path} by {by:?} with {body:?}");
                check_data(&what, &answer);
                let rule = cache_rule(method, path, &answer);
                assert_eq!(answer.header("cache-control"), Some(rule), "{what}: {answer:?}");
                *(if answer.status.is_success() { &mut done } else { &mut refused }) += 1;
            }
        }
    }
    assert!(done > 100 && refused > 100, "{done} done, {refused} refused");
}

#[actix_web::test]
async fn an_answer_with_a_new_token_is_kept_by_nobody() {
    let api = Api::new();
    api.stub.cart_token.is(Some(CartToken::generate(&OsEntropy)));
    let added = api.call("POST", "/api/v1/cart/items").json(r#"{"productId":1,"quantity":1}"#).send().await;
    assert!(added.status.is_success() && added.header("x-cart-token").is_some(), "{added:?}");
    assert_eq!(added.header("cache-control"), Some("no-store"));
    let signed_in = r#"{"email":"ada@example.org","password":"correct horse"}"#;
    let answer = api.call("POST", "/api/v1/auth/signin").json(signed_in).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")));
}

#[actix_web::test]
async fn failures_of_every_kind_are_no_exception() {
    let api = Api::new();
    let large = " ".repeat(65_537);
    for request in [
        api.call("GET", "/nowhere"),
        api.call("PUT", "/api/v1/products"),
        api.call("OPTIONS", "/api/v1/products"),
        api.call("TRACE", "/api/v1/products"),
        api.call("GET", "/api/v1/products?q=%"),
        api.call("POST", "/api/v1/auth/signin").json(&large),
        api.call("POST", "/api/v1/auth/signin").body("text/plain", b"x"),
    ] {
        let answer = request.send().await;
        answer.problem();
        check_data("a failure", &answer);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    api.stub.categories.is(Err(RepositoryError::Unavailable("a hidden reason".to_owned())));
    check_data("an outage", &api.get("/api/v1/categories").await);
    api.stub.panics.is(true);
    check_data("a panic", &api.get("/api/v1/products/1").await);
}

#[actix_web::test]
async fn what_a_client_has_already_is_told_the_same_way() {
    let api = Api::new();
    api.stub.categories.is(Ok(document(1, r#"{"items":[]}"#)));
    let etag = api.get("/api/v1/categories").await.header("etag").unwrap().to_owned();
    let again = api.call("GET", "/api/v1/categories").header("If-None-Match", &etag).send().await;
    assert_eq!(again.status.as_u16(), 304);
    check_data("304", &again);
}

#[actix_web::test]
async fn the_explorer_runs_its_own_files_and_nothing_inline() {
    let api = Api::new();
    let page = api.get("/docs/").await;
    check("the explorer", &page);
    let policy = page.header("content-security-policy").unwrap();
    assert!(!policy.contains("unsafe"), "{policy}");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.split("; ").any(|other| other == rule), "no {rule} in {policy}");
    }
    let mut loaded = 0;
    for tag in page.text.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        assert!(
            !tag.starts_with("style") && !tag.contains(" style=") && !tag.contains(" on"),
            "inline: {tag}"
        );
        let source = tag.split([' ', '\n']).find_map(|part| {
            part.strip_prefix("src=\"")
                .or_else(|| part.strip_prefix("href=\""))
                .map(|part| part.trim_end_matches('"'))
        });
        assert!(!tag.starts_with("script") || source.is_some(), "an inline script: {tag}");
        let Some(source) = source else { continue };
        assert!(!source.contains("//"), "from elsewhere: {source}");
        let path = format!("/docs/{}", source.trim_start_matches("./"));
        assert_eq!(api.status(&path).await.as_u16(), 200, "{path}");
        loaded += 1;
    }
    assert_eq!(loaded, 7, "{}", page.text);
}
