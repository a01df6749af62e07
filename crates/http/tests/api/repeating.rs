//! Requests that may be sent again: how their keys are read, what counts as the same request, and how an answer says that
//! it was given before.

use crate::harness::{Answer, Api};
use crate::stubs::order;
use domain::Answered;
use domain::idempotency::KeyError;
use domain::order::PlaceError;

const REPEATABLE: &[(&str, &str, &str)] = &[
    ("/api/v1/orders", "customer", r#"{"note":"Please ring twice."}"#),
    ("/api/v1/orders/7/cancel", "customer", "{}"),
    ("/api/v1/admin/orders/7/pay", "staff", ""),
    ("/api/v1/admin/orders/7/restock", "staff", "{}"),
    ("/api/v1/variants/2/stock", "staff", r#"{"delta":1,"reason":"delivery"}"#),
    (
        "/api/v1/products",
        "staff",
        r#"{"name":"Tea","category":"Grocery","price":{"amount":"1"},"sku":"TEA","stock":3}"#,
    ),
    ("/api/v1/products/1/variants", "staff", r#"{"sku":"TEA-2","price":{"amount":"1"}}"#),
];

/// Sends a request with a key, and returns what the service was told of it.
async fn told(path: &str, token: &str, body: &str, key: &str) -> String {
    let api = Api::new();
    let call = api.call("POST", path).by(token).header("Idempotency-Key", key);
    let answer = if body.is_empty() { call.send().await } else { call.json(body).send().await };
    assert!(answer.status.is_success(), "{path}: {answer:?}");
    let asked = api.stub.asked().remove(0);
    let keyed = asked.find("Some(Keyed {").unwrap_or_else(|| panic!("{path} has no key: {asked}"));
    asked[keyed..].to_owned()
}

#[actix_web::test]
async fn everything_that_moves_money_or_stock_takes_a_key() {
    for (path, token, body) in REPEATABLE {
        let keyed = told(path, token, body, "8e03978e").await;
        let caller = if *token == "staff" { "UserId(1)" } else { "UserId(2)" };
        assert!(keyed.contains(&format!("caller: {caller}, key: IdempotencyKey(\"8e03978e\")")), "{keyed}");
        assert_eq!(told(path, token, body, "\"8e03978e\"").await, keyed, "the same key in quotes");
    }
}

#[actix_web::test]
async fn another_path_or_body_is_another_request() {
    let first = told("/api/v1/orders", "customer", r#"{"note":"a"}"#, "k").await;
    assert_eq!(told("/api/v1/orders", "customer", r#"{"note":"a"}"#, "k").await, first);
    assert_ne!(told("/api/v1/orders", "customer", r#"{"note":"b"}"#, "k").await, first);
    let cancel = told("/api/v1/orders/7/cancel", "customer", "", "k").await;
    assert_ne!(told("/api/v1/orders/8/cancel", "customer", "", "k").await, cancel);
}

#[actix_web::test]
async fn a_key_that_cannot_be_read_is_refused_before_anything_is_done() {
    let api = Api::new();
    let long = "k".repeat(256);
    for key in ["", "two words", "\"open", long.as_str()] {
        for (path, token, body) in REPEATABLE {
            let call = api.call("POST", path).by(token).header("Idempotency-Key", key);
            let answer = if body.is_empty() { call.send().await } else { call.json(body).send().await };
            assert_eq!(answer.problem(), "malformed-request", "{path} {key:?}");
            assert_eq!((answer.status.as_u16(), answer.places()), (400, vec!["Idempotency-Key".to_owned()]));
        }
    }
    let twice = api.call("POST", "/api/v1/orders").by("customer");
    let twice = twice.header("Idempotency-Key", "a").header("Idempotency-Key", "b").send().await;
    assert_eq!(twice.problem(), "malformed-request");
    assert_eq!(api.stub.asked(), [""; 0]);
}

async fn place(api: &Api) -> Answer {
    api.call("POST", "/api/v1/orders").by("customer").header("Idempotency-Key", "k").send().await
}

#[actix_web::test]
async fn an_answer_that_was_given_before_says_so_and_differs_in_nothing_else() {
    let api = Api::new();
    let first = place(&api).await;
    api.stub.placed.is(Ok(Answered { replayed: true, ..order(1) }));
    let again = place(&api).await;
    assert_eq!(
        (first.header("idempotent-replayed"), again.header("idempotent-replayed")),
        (None, Some("true"))
    );
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    for name in ["location", "etag", "content-type"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
}

#[actix_web::test]
async fn a_key_that_is_in_use_or_used_up_is_told_apart() {
    let api = Api::new();
    api.stub.placed.is(Err(PlaceError::Key(KeyError::InFlight)));
    let answer = place(&api).await;
    assert_eq!((answer.problem().as_str(), answer.status.as_u16()), ("idempotency-key-in-use", 409));
    assert_eq!(answer.header("retry-after"), Some("1"));
    api.stub.placed.is(Err(PlaceError::Key(KeyError::Reused)));
    let answer = place(&api).await;
    assert_eq!((answer.problem().as_str(), answer.status.as_u16()), ("idempotency-key-reused", 422));
}
