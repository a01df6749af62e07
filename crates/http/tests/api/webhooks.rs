//! What staff say about where events are sent, and what they read.

use crate::harness::{Answer, Api};
use domain::webhook::WebhookError;
use domain::{Invalid, RepositoryError};

const ALL: &str = "/api/v1/admin/webhooks";

async fn send(api: &Api, method: &str, path: &str, body: &str) -> Answer {
    api.call(method, path).by("staff").json(body).send().await
}

async fn get(api: &Api, path: &str) -> Answer {
    api.call("GET", path).by("staff").send().await
}

#[actix_web::test]
async fn a_new_endpoint_is_understood_and_answered_with_its_secret_that_nobody_keeps() {
    let api = Api::new();
    let whole = r#"{"url":"https://example.com/hooks","events":["order.paid","order.paid","stock.low"],"description":" The warehouse "}"#;
    let answer = send(&api, "POST", ALL, whole).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (201, Some("/api/v1/admin/webhooks/1")));
    assert_eq!((answer.header("cache-control"), answer.header("etag")), (Some("no-store"), None));
    let json = answer.json();
    assert_eq!(json["data"]["secret"], "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
    assert_eq!((json["source"].as_str(), json["data"]["id"].as_i64()), (Some("postgres"), Some(1)));
    for body in [r#"{"url":"http://127.0.0.1:9"}"#, r#"{"url":"https://example.com","events":["*"]}"#] {
        assert_eq!(send(&api, "POST", ALL, body).await.status.as_u16(), 201, "{body}");
    }
    let asked = api.stub.asked();
    assert!(
        asked[0].contains("Only({OrderPaid, StockLow})") && asked[0].contains(r#"Prose("The warehouse")"#)
    );
    assert!(asked[1].contains("All") && asked[2].contains("All"), "{asked:?}");
    assert!(!asked[0].contains("hooks"), "the path of an address may be a secret: {}", asked[0]);
}

#[actix_web::test]
async fn what_is_wrong_is_named_with_what_would_be_right() {
    let api = Api::new();
    let long = format!(r#"{{"url":"https://example.com","description":"{}"}}"#, "x".repeat(501));
    for (body, places) in [
        ("{}", vec!["/url"]),
        (r#"{"url":"example.com"}"#, vec!["/url"]),
        (r#"{"url":"ftp://example.com"}"#, vec!["/url"]),
        (r#"{"url":"https://me:secret@example.com"}"#, vec!["/url"]),
        (r#"{"url":7}"#, vec!["/url"]),
        (r#"{"url":"https://example.com","events":[]}"#, vec!["/events"]),
        (r#"{"url":"https://example.com","events":"*"}"#, vec!["/events"]),
        (
            r#"{"url":"https://example.com","events":["order.paid","order.eaten","*"]}"#,
            vec!["/events/1", "/events/2"],
        ),
        (r#"{"url":"https://example.com","secret":"mine"}"#, vec!["/secret"]),
        (&long, vec!["/description"]),
    ] {
        let answer = send(&api, "POST", ALL, body).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "validation-failed"), "{body}");
        assert_eq!(answer.places(), places, "{body}");
        assert!(!answer.text.contains("me:secret"), "{answer:?}");
    }
    for (body, places) in [
        ("{}", vec![""]),
        (r#"{"status":"parked"}"#, vec!["/status"]),
        (r#"{"status":"active","url":"x","events":["x"]}"#, vec!["/url", "/events/0"]),
    ] {
        let answer = send(&api, "PATCH", "/api/v1/admin/webhooks/1", body).await;
        assert_eq!(answer.status.as_u16(), 422, "{body}");
        assert_eq!(answer.places(), places, "{body}");
    }
    for query in ["status=lost", "page=0", "limit=101", "after=x", "state=failed"] {
        let answer = get(&api, &format!("{ALL}/1/deliveries?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.places().len()), (422, 1), "{query}");
    }
    assert_eq!(api.stub.asked(), [""; 0]);
}

#[actix_web::test]
async fn an_endpoint_is_changed_in_what_is_given_and_nothing_else() {
    let api = Api::new();
    let answer = send(&api, "PATCH", "/api/v1/admin/webhooks/1", r#"{"status":"active"}"#).await;
    assert_eq!(answer.status.as_u16(), 200);
    let asked = "change webhook (EndpointId(1), EndpointChange { url: None, events: None, note: None, state: Some(Active) })";
    assert_eq!(api.stub.asked(), [asked]);
}

#[actix_web::test]
async fn a_secret_is_read_and_renewed_and_kept_by_no_cache() {
    let api = Api::new();
    let path = "/api/v1/admin/webhooks/1/secret";
    let (read, rotated) = (get(&api, path).await, api.call("POST", path).by("staff").send().await);
    assert_eq!(read.json()["data"]["previousValidUntil"], serde_json::Value::Null);
    assert_eq!(rotated.json()["data"]["previousValidUntil"], "1970-01-01T00:00:00Z");
    for answer in [read, rotated] {
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")));
        assert!(answer.json()["data"]["secret"].as_str().unwrap().starts_with("whsec_"));
    }
}

#[actix_web::test]
async fn what_is_refused_is_told_as_what_it_is() {
    for (error, status, problem) in [
        (WebhookError::NotFound, 404, "not-found"),
        (WebhookError::Target(Invalid::new("must be public")), 422, "validation-failed"),
        (WebhookError::TooMany, 409, "too-many-webhooks"),
        (RepositoryError::Unavailable("hidden reason".to_owned()).into(), 503, "unavailable"),
    ] {
        let api = Api::new();
        api.stub.webhook.is(Err(error.clone()));
        let answer = send(&api, "POST", ALL, r#"{"url":"https://10.0.0.1"}"#).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, problem));
        assert_eq!(answer.places() == ["/url"], matches!(error, WebhookError::Target(_)));
    }
    let api = Api::new();
    api.stub.webhook.is(Err(WebhookError::NotFound));
    for (method, path) in [
        ("GET", "/api/v1/admin/webhooks/1"),
        ("DELETE", "/api/v1/admin/webhooks/1"),
        ("GET", "/api/v1/admin/webhooks/1/secret"),
        ("POST", "/api/v1/admin/webhooks/1/secret"),
        ("GET", "/api/v1/admin/webhooks/1/deliveries"),
        ("POST", "/api/v1/admin/webhooks/1/deliveries/1/replay"),
        ("POST", "/api/v1/admin/webhooks/1/deliveries/one/replay"),
    ] {
        assert_eq!(api.call(method, path).by("staff").send().await.problem(), "not-found", "{method} {path}");
    }
}
