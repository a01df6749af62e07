//! Who may call what: every operation of the document is in this list, and every one of the list refuses whom it must.

use crate::harness::{Api, Call};
use serde_json::Value;
use std::collections::BTreeSet;

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Who {
    Everybody,
    SignedIn,
    Staff,
}

use Who::{Everybody, SignedIn, Staff};

pub(crate) const OPERATIONS: &[(&str, &str, Who)] = &[
    ("POST", "/api/v1/auth/signup", Everybody),
    ("POST", "/api/v1/auth/signin", Everybody),
    ("POST", "/api/v1/auth/signout", SignedIn),
    ("POST", "/api/v1/auth/signout-all", SignedIn),
    ("GET", "/api/v1/auth/sessions", SignedIn),
    ("DELETE", "/api/v1/auth/sessions/{id}", SignedIn),
    ("POST", "/api/v1/auth/forgot-password", Everybody),
    ("POST", "/api/v1/auth/reset-password", Everybody),
    ("POST", "/api/v1/auth/verify-email", Everybody),
    ("GET", "/api/v1/me", SignedIn),
    ("PATCH", "/api/v1/me", SignedIn),
    ("POST", "/api/v1/me/password", SignedIn),
    ("POST", "/api/v1/me/verification", SignedIn),
    ("GET", "/api/v1/products", Everybody),
    ("POST", "/api/v1/products", Staff),
    ("GET", "/api/v1/products/{id}", Everybody),
    ("PATCH", "/api/v1/products/{id}", Staff),
    ("DELETE", "/api/v1/products/{id}", Staff),
    ("POST", "/api/v1/products/{id}/variants", Staff),
    ("PATCH", "/api/v1/products/{id}/variants/{variantId}", Staff),
    ("DELETE", "/api/v1/products/{id}/variants/{variantId}", Staff),
    ("POST", "/api/v1/variants/{variantId}/stock", Staff),
    ("GET", "/api/v1/categories", Everybody),
    ("GET", "/api/v1/cart", Everybody),
    ("DELETE", "/api/v1/cart", Everybody),
    ("POST", "/api/v1/cart/items", Everybody),
    ("PATCH", "/api/v1/cart/items/{variantId}", Everybody),
    ("DELETE", "/api/v1/cart/items/{variantId}", Everybody),
    ("GET", "/api/v1/orders", SignedIn),
    ("POST", "/api/v1/orders", SignedIn),
    ("GET", "/api/v1/orders/{id}", SignedIn),
    ("POST", "/api/v1/orders/{id}/cancel", SignedIn),
    ("GET", "/api/v1/admin/orders", Staff),
    ("GET", "/api/v1/admin/orders/{id}", Staff),
    ("POST", "/api/v1/admin/orders/{id}/{action}", Staff),
    ("PATCH", "/api/v1/admin/users/{id}", Staff),
    ("GET", "/api/v1/admin/webhooks", Staff),
    ("POST", "/api/v1/admin/webhooks", Staff),
    ("GET", "/api/v1/admin/webhooks/{id}", Staff),
    ("PATCH", "/api/v1/admin/webhooks/{id}", Staff),
    ("DELETE", "/api/v1/admin/webhooks/{id}", Staff),
    ("GET", "/api/v1/admin/webhooks/{id}/secret", Staff),
    ("POST", "/api/v1/admin/webhooks/{id}/secret", Staff),
    ("GET", "/api/v1/admin/webhooks/{id}/deliveries", Staff),
    ("POST", "/api/v1/admin/webhooks/{id}/deliveries/{deliveryId}/replay", Staff),
    ("GET", "/api/v1/admin/cache/keys", Staff),
    ("GET", "/api/v1/admin/cache/entries/{key}", Staff),
    ("GET", "/api/v1/admin/cache/stats", Staff),
    ("GET", "/health/live", Everybody),
    ("GET", "/health/ready", Everybody),
    ("GET", "/openapi.json", Everybody),
    ("GET", "/problems/{type}", Everybody),
];

#[test]
fn the_list_has_every_operation_of_the_document_with_its_security() {
    let listed: BTreeSet<(String, String, String)> = OPERATIONS
        .iter()
        .map(|(method, path, who)| ((*method).to_owned(), (*path).to_owned(), format!("{who:?}")))
        .collect();
    let document: Value = serde_json::from_str(&http_api::document()).unwrap();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let who = match operation["security"].as_array().map(Vec::as_slice) {
                Some([only]) if only["bearer"] == serde_json::json!(["staff"]) => Staff,
                Some([_]) => SignedIn,
                Some(_) | None => Everybody,
            };
            documented.insert((method.to_uppercase(), path.clone(), format!("{who:?}")));
        }
    }
    assert_eq!(listed, documented);
}

pub(crate) fn call<'a>(api: &'a Api, method: &str, path: &str) -> Call<'a> {
    let session = "0".repeat(32);
    let id = if path.contains("sessions") { session.as_str() } else { "1" };
    let path = path
        .replace("{id}", id)
        .replace("{variantId}", "1")
        .replace("{deliveryId}", "1")
        .replace("{type}", "out-of-stock");
    let path = path.replace("{action}", "ship");
    api.call(method, &path.replace("{key}", "cart:2"))
}

#[actix_web::test]
async fn nobody_gets_in_without_a_token_that_is_accepted() {
    let api = Api::new();
    for (method, path, _) in OPERATIONS.iter().filter(|(.., who)| *who != Everybody) {
        let anonymous = call(&api, method, path).send().await;
        assert_eq!(anonymous.problem(), "authentication-required", "{method} {path}");
        assert_eq!(anonymous.header("www-authenticate"), Some(r#"Bearer realm="shop""#));
        for refused in [
            call(&api, method, path).by("forged"),
            call(&api, method, path).header("Authorization", "Basic YTpi"),
            call(&api, method, path).by("customer").by("customer"),
        ] {
            let answer = refused.send().await;
            assert_eq!(answer.problem(), "invalid-token", "{method} {path}");
            let challenge = answer.header("www-authenticate").unwrap();
            assert_eq!(challenge, r#"Bearer realm="shop", error="invalid_token""#);
            assert!(!answer.text.contains("a reason for the log alone"));
        }
    }
    assert_eq!(api.stub.asked(), [""; 0], "something was done for nobody");
}

#[actix_web::test]
async fn customers_learn_nothing_about_what_staff_send() {
    let api = Api::new();
    for (method, path, _) in OPERATIONS.iter().filter(|(.., who)| *who == Staff) {
        for request in [call(&api, method, path), call(&api, method, path).json("nonsense")] {
            let answer = request.by("customer").send().await;
            assert_eq!(answer.problem(), "forbidden", "{method} {path}");
            assert_eq!(answer.status.as_u16(), 403);
        }
        let ended = call(&api, method, path).by("ended").send().await;
        assert_eq!(ended.problem(), "invalid-token", "{method} {path}");
    }
    assert_eq!(api.stub.asked(), [""; 0], "something was done for a customer");
}

#[actix_web::test]
async fn a_session_that_ended_writes_nothing_and_an_outage_is_no_verdict() {
    let api = Api::new();
    let body = r#"{"name":"Ada","currentPassword":"correct horse","newPassword":"battery staple"}"#;
    for (method, path, _) in OPERATIONS.iter().filter(|(method, _, who)| *who == SignedIn && *method != "GET")
    {
        // A body with just the members that the operation knows.
        let known: Value = serde_json::from_str(body).unwrap();
        let names: &[&str] = match *path {
            "/api/v1/me" => &["name"],
            "/api/v1/me/password" => &["currentPassword", "newPassword"],
            _ => &[],
        };
        let body: Value = names.iter().map(|name| ((*name).to_owned(), known[name].clone())).collect();
        let ended = call(&api, method, path).by("ended").json(&body.to_string()).send().await;
        assert_eq!(ended.problem(), "invalid-token", "{method} {path}");
        let unsure = call(&api, method, path).by("unsure").json(&body.to_string()).send().await;
        assert_eq!(unsure.problem(), "unavailable", "{method} {path}");
        assert!(unsure.header("retry-after").is_some() && !unsure.text.contains("hidden reason"));
    }
    assert_eq!(api.stub.asked(), [""; 0], "something was done for a session that ended");
}

#[actix_web::test]
async fn archived_products_are_for_staff() {
    let api = Api::new();
    for path in ["/api/v1/products?status=archived", "/api/v1/products?status=all"] {
        assert_eq!(api.get(path).await.problem(), "authentication-required");
        assert_eq!(api.call("GET", path).by("customer").send().await.problem(), "forbidden");
        let staff = api.call("GET", path).by("staff").send().await;
        assert_eq!(staff.status.as_u16(), 200, "{staff:?}");
        assert_eq!(staff.header("cache-control"), Some("private, no-cache"));
    }
    api.stub.product.is(Ok(None));
    api.stub.archived.is(Ok(Some(crate::stubs::document(1, r#"{"id":1,"status":"archived"}"#))));
    let path = "/api/v1/products/1";
    assert_eq!(api.get(path).await.problem(), "not-found");
    assert_eq!(api.call("GET", path).by("customer").send().await.problem(), "not-found");
    let staff = api.call("GET", path).by("staff").send().await;
    assert_eq!(staff.status.as_u16(), 200, "{staff:?}");
    assert_eq!(staff.header("cache-control"), Some("private, no-cache"));
}

#[actix_web::test]
async fn a_token_that_is_not_valid_is_refused_even_where_none_is_needed() {
    let api = Api::new();
    for path in ["/api/v1/products", "/api/v1/products/1"] {
        assert_eq!(api.call("GET", path).by("forged").send().await.problem(), "invalid-token");
        assert_eq!(api.call("GET", path).by("customer").send().await.status.as_u16(), 200);
    }
}

#[actix_web::test]
async fn no_read_takes_a_parameter_that_it_does_not_know() {
    let api = Api::new();
    for (method, path, _) in
        OPERATIONS.iter().filter(|(method, path, _)| *method == "GET" && path.starts_with("/api"))
    {
        let answer = call(&api, method, &format!("{path}?colour=red")).by("staff").send().await;
        assert_eq!((answer.status.as_u16(), answer.places()), (422, vec!["colour".to_owned()]), "{path}");
    }
}
