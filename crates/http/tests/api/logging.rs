//! What requests leave in the log: one line each, and no secret.

use crate::harness::Api;
use auth::TokenError;
use domain::cart::CartToken;
use domain::{OsEntropy, RepositoryError};

#[actix_web::test]
async fn a_request_leaves_one_line_with_its_route_and_who_answered() {
    Api::new().call("GET", "/api/v1/products/1").header("X-Request-Id", "mine").send().await;
    let text = logs::recorded();
    let line = text.lines().find(|line| line.contains("answered")).expect("a line");
    for part in [
        "id=\"mine\"",
        "method=\"GET\"",
        "route=\"/api/v1/products/{id}\"",
        "status=200",
        "source=\"postgres\"",
    ] {
        assert!(line.contains(part), "no {part} in {line}");
    }
    assert_eq!(text.matches("answered").count(), 1, "{text}");
}

#[actix_web::test]
async fn no_token_password_or_query_is_written_down() {
    let api = Api::new();
    let body = r#"{"email":"ada@example.org","password":"correct horse"}"#;
    api.call("POST", "/api/v1/auth/signin").json(body).send().await;
    api.call("POST", "/api/v1/auth/signin").json(r#"{"password":["correct horse"]}"#).send().await;
    api.call("GET", "/api/v1/products?q=private").by("customer").send().await;
    api.call("GET", "/api/v1/cart?q=private").by("forged.private.token").send().await;
    let text = logs::recorded();
    for secret in ["correct horse", "private", "Bearer", "a.b.c", "ada@example.org"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    assert_eq!(text.matches("answered").count(), 4, "{text}");
}

#[actix_web::test]
async fn no_token_of_a_cart_is_written_down() {
    let api = Api::new();
    let (sent, new) = (CartToken::generate(&OsEntropy), CartToken::generate(&OsEntropy));
    let malformed = format!("{}-private", sent.expose());
    for token in [sent.expose(), &malformed] {
        api.call("GET", "/api/v1/cart").header("X-Cart-Token", token).send().await;
        let sign_in = r#"{"email":"ada@example.org","password":"correct horse"}"#;
        api.call("POST", "/api/v1/auth/signin").header("X-Cart-Token", token).json(sign_in).send().await;
    }
    api.stub.cart_token.is(Some(new.clone()));
    let answer = api.call("POST", "/api/v1/cart/items").json(r#"{"sku":"A","quantity":1}"#).send().await;
    assert_eq!(answer.header("x-cart-token"), Some(new.expose()));
    let text = logs::recorded();
    for secret in [sent.expose(), new.expose(), "private"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    assert_eq!(text.matches("answered").count(), 5, "{text}");
}

#[actix_web::test]
async fn no_token_of_a_message_and_no_address_is_written_down() {
    let api = Api::new();
    api.stub.token.is(Err(TokenError::Unusable));
    let reset = r#"{"token":"privateAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","newPassword":"correct horse"}"#;
    for (path, body) in [
        ("forgot-password", r#"{"email":"ada@example.org"}"#),
        ("forgot-password", r#"{"email":"private@"}"#),
        ("reset-password", reset),
        (
            "reset-password",
            r#"{"token":["privateAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"newPassword":"correct horse"}"#,
        ),
        ("verify-email", r#"{"token":"privateAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#),
        ("verify-email", r#"{"token":"private-token"}"#),
    ] {
        let answer = api.call("POST", &format!("/api/v1/auth/{path}")).json(body).send().await;
        assert!(!answer.text.contains("private"), "{answer:?}");
    }
    let text = logs::recorded();
    for secret in ["private", "correct horse", "ada@example.org"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    assert_eq!(text.matches("answered").count(), 6, "{text}");
}

#[actix_web::test]
async fn the_log_has_the_cause_that_the_client_is_not_told() {
    let api = Api::new();
    api.stub.product.is(Err(RepositoryError::Unexpected("the reason".to_owned())));
    let answer = api.get("/api/v1/products/1").await;
    assert!(!answer.text.contains("the reason"));
    let text = logs::recorded();
    assert_eq!(
        text.lines().filter(|line| line.contains("ERROR") && line.contains("the reason")).count(),
        1,
        "{text}"
    );
}
