//! Every way in which the domain and the accounts say no, as the client reads it.

use crate::harness::{Answer, Api};
use auth::{
    AccountError, Guessable, MessageError, NewPassword, Password, PasswordError, SignInError, SignUpError,
    TokenError, Verification,
};
use domain::account::{EmailAddress, PersonName};
use domain::cart::{CartError, CartFull};
use domain::catalog::{CatalogError, Sku, Slug};
use domain::order::{ActError, OrderAction, PlaceError, ShortLine};
use domain::text::Line;
use domain::{Currency, RepositoryError, VariantId, Version};
use std::time::Duration;

fn refused(answer: &Answer, status: u16, problem: &str) {
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, problem), "{answer:?}");
}

fn outages() -> [(RepositoryError, u16, &'static str); 4] {
    let text = || "hidden reason".to_owned();
    [
        (RepositoryError::Unavailable(text()), 503, "unavailable"),
        (RepositoryError::Contention(text()), 503, "unavailable"),
        (RepositoryError::OutcomeUnknown(text()), 503, "outcome-unknown"),
        (RepositoryError::Unexpected(text()), 500, "internal-error"),
    ]
}

#[actix_web::test]
async fn a_store_that_fails_is_never_the_clients_fault() {
    for (error, status, problem) in outages() {
        let api = Api::new();
        api.stub.product.is(Err(error.clone()));
        api.stub.listing.is(Err(error.clone()));
        api.stub.categories.is(Err(error.clone()));
        api.stub.cart.is(Err(error.clone()));
        api.stub.orders.is(Err(error.clone()));
        api.stub.order.is(Err(error.clone()));
        api.stub.sessions.is(Err(error.clone()));
        api.stub.account.is(Err(error.clone().into()));
        for path in [
            "/api/v1/products/1",
            "/api/v1/products",
            "/api/v1/categories",
            "/api/v1/cart",
            "/api/v1/orders",
            "/api/v1/orders/7",
            "/api/v1/auth/sessions",
            "/api/v1/me",
        ] {
            let answer = api.call("GET", path).by("customer").send().await;
            refused(&answer, status, problem);
            assert!(!answer.text.contains("hidden reason"), "{answer:?}");
            assert_eq!(answer.header("retry-after").is_some(), status == 503);
            assert_eq!(answer.json()["retryAfter"].is_u64(), status == 503);
        }
    }
}

fn guessable() -> Guessable {
    let (name, email) = (PersonName::parse("Ada").unwrap(), EmailAddress::parse("ada@example.org").unwrap());
    NewPassword::judge(Password::parse("12345678").unwrap(), &name, &email).unwrap_err()
}

#[actix_web::test]
async fn signing_up_and_in() {
    let api = Api::new();
    let wait = Duration::from_millis(1_500);
    let sign_up = || {
        let body = r#"{"name":"Ada","email":"ada@example.org","password":"correct horse"}"#;
        api.call("POST", "/api/v1/auth/signup").json(body)
    };
    api.stub.signed_up.is(Err(SignUpError::EmailTaken));
    refused(&sign_up().send().await, 409, "email-taken");
    api.stub.signed_up.is(Err(SignUpError::Guessable(guessable())));
    let answer = sign_up().send().await;
    refused(&answer, 422, "validation-failed");
    assert_eq!(answer.places(), ["/password"]);
    assert!(
        answer.json()["errors"][0]["detail"].as_str().unwrap().contains("Add another word"),
        "{answer:?}"
    );
    api.stub.signed_up.is(Err(SignUpError::Throttled { retry_after: wait }));
    let answer = sign_up().send().await;
    refused(&answer, 429, "too-many-requests");
    assert_eq!((answer.header("retry-after"), &answer.json()["retryAfter"]), (Some("2"), &2.into()));
    let sign_in = || {
        let body = r#"{"email":"ada@example.org","password":"correct horse"}"#;
        api.call("POST", "/api/v1/auth/signin").json(body)
    };
    api.stub.signed_in.is(Err(SignInError::Refused));
    let answer = sign_in().send().await;
    refused(&answer, 401, "wrong-credentials");
    assert!(answer.header("www-authenticate").is_some());
    api.stub.signed_in.is(Err(SignInError::Throttled { retry_after: wait }));
    refused(&sign_in().send().await, 429, "too-many-requests");
}

#[actix_web::test]
async fn accounts_and_passwords() {
    let api = Api::new();
    api.stub.account.is(Err(AccountError::NotFound));
    refused(&api.call("GET", "/api/v1/me").by("customer").send().await, 404, "not-found");
    let change = || {
        let body = r#"{"currentPassword":"correct horse","newPassword":"battery staple"}"#;
        api.call("POST", "/api/v1/me/password").by("customer").json(body)
    };
    assert_eq!(change().send().await.status.as_u16(), 204);
    api.stub.password.is(Err(PasswordError::Wrong));
    let answer = change().send().await;
    refused(&answer, 422, "wrong-password");
    assert_eq!(answer.places(), ["/currentPassword"]);
    api.stub.password.is(Err(PasswordError::Guessable(guessable())));
    let answer = change().send().await;
    refused(&answer, 422, "validation-failed");
    assert_eq!(answer.places(), ["/newPassword"]);
    api.stub.password.is(Err(PasswordError::Throttled { retry_after: Duration::from_secs(3) }));
    refused(&change().send().await, 429, "too-many-requests");
}

#[actix_web::test]
async fn messages_and_their_tokens() {
    let api = Api::new();
    let forget = || api.call("POST", "/api/v1/auth/forgot-password").json(r#"{"email":"ada@example.org"}"#);
    let ask = || api.call("POST", "/api/v1/me/verification").by("customer");
    let reset = || {
        let body = r#"{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","newPassword":"correct horse"}"#;
        api.call("POST", "/api/v1/auth/reset-password").json(body)
    };
    let verify = || {
        api.call("POST", "/api/v1/auth/verify-email")
            .json(r#"{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#)
    };

    let accepted = forget().send().await;
    assert_eq!((accepted.status.as_u16(), accepted.text.as_str()), (202, ""));
    api.stub.message.is(Ok(Verification::IsDone));
    assert_eq!(ask().send().await.status.as_u16(), 204);
    api.stub.token.is(Err(TokenError::Unusable));
    for refusal in [reset().send().await, verify().send().await] {
        refused(&refusal, 422, "unusable-token");
        assert_eq!(refusal.places(), ["/token"]);
        assert!(!refusal.text.contains("AAAA"), "{refusal:?}");
    }
    let retry_after = Duration::from_secs(3);
    api.stub.message.is(Err(MessageError::Throttled { retry_after }));
    api.stub.token.is(Err(TokenError::Throttled { retry_after }));
    for refusal in [forget().send().await, ask().send().await, reset().send().await, verify().send().await] {
        refused(&refusal, 429, "too-many-requests");
        assert_eq!(refusal.header("retry-after"), Some("3"));
    }
    for (error, status, problem) in outages() {
        api.stub.message.is(Err(error.clone().into()));
        api.stub.token.is(Err(error.into()));
        for refusal in [ask().send().await, reset().send().await, verify().send().await] {
            refused(&refusal, status, problem);
        }
    }
}

#[actix_web::test]
async fn the_catalogue() {
    let api = Api::new();
    let sku = Sku::parse("TEA-100").unwrap();
    let existing = Line::parse("Home & Kitchen").unwrap();
    for (error, status, problem, member) in [
        (CatalogError::NotFound, 404, "not-found", ""),
        (CatalogError::Stale { current: Version(3) }, 412, "precondition-failed", "version"),
        (CatalogError::SlugTaken(Slug::of("tea")), 409, "slug-taken", "errors"),
        (CatalogError::SkuTaken(sku), 409, "sku-taken", "sku"),
        (CatalogError::CategoryClash { existing }, 409, "category-clash", "existing"),
        (CatalogError::NotSimple, 409, "not-simple", ""),
        (CatalogError::LastVariant, 409, "last-variant", ""),
        (CatalogError::TooManyVariants, 409, "too-many-variants", ""),
        (CatalogError::StockConflict { on_hand: 4 }, 409, "stock-conflict", "onHand"),
    ] {
        api.stub.catalog.is(Err(error));
        let edit =
            api.call("PATCH", "/api/v1/products/1").by("staff").header("If-Match", "\"1.a\"").json("{}");
        let answer = edit.send().await;
        refused(&answer, status, problem);
        assert!(member.is_empty() || !answer.json()[member].is_null(), "no {member}: {answer:?}");
    }
    for (error, status, problem) in outages() {
        api.stub.catalog.is(Err(error.into()));
        let edit = api.call("DELETE", "/api/v1/products/1").by("staff").header("If-Match", "\"1.a\"");
        refused(&edit.send().await, status, problem);
    }
}

#[actix_web::test]
async fn carts() {
    let api = Api::new();
    let sku = Sku::parse("TEA-100").unwrap();
    let short = CartError::OutOfStock { sku, requested: 5, available: 2 };
    let choices = vec![VariantId(4), VariantId(5)];
    for (error, status, problem) in [
        (CartError::NoSuchThing, 404, "not-found"),
        (CartError::NoSuchLine, 404, "not-found"),
        (CartError::VariantRequired { choices }, 409, "variant-required"),
        (short, 409, "out-of-stock"),
        (CartError::Full(CartFull::Lines), 409, "cart-full"),
        (CartError::Full(CartFull::Quantity), 409, "cart-full"),
        (CartError::Stale { current: Version(3) }, 412, "precondition-failed"),
    ] {
        api.stub.cart_edit.is(Err(error));
        let add =
            api.call("POST", "/api/v1/cart/items").by("customer").json(r#"{"productId":1,"quantity":5}"#);
        let answer = add.send().await;
        refused(&answer, status, problem);
        match problem {
            "variant-required" => assert_eq!(answer.json()["variants"], serde_json::json!([4, 5])),
            "out-of-stock" => assert_eq!(
                answer.json()["lines"],
                serde_json::json!([{ "sku": "TEA-100", "requested": 5, "available": 2 }])
            ),
            _ => {}
        }
    }
}

#[actix_web::test]
async fn orders() {
    let api = Api::new();
    let short = |sku| ShortLine { sku: Sku::parse(sku).unwrap(), requested: 5, available: 2 };
    let actual = Currency::parse("USD").unwrap().minor(1234);
    let place = || api.call("POST", "/api/v1/orders").by("customer");
    api.stub.placed.is(Err(PlaceError::EmptyCart));
    refused(&place().send().await, 409, "empty-cart");
    api.stub.placed.is(Err(PlaceError::OutOfStock { lines: vec![short("A"), short("B")] }));
    let answer = place().send().await;
    refused(&answer, 409, "out-of-stock");
    assert_eq!(answer.json()["lines"].as_array().unwrap().len(), 2);
    api.stub.placed.is(Err(PlaceError::PriceChanged { actual }));
    let answer = place().send().await;
    refused(&answer, 409, "price-changed");
    assert_eq!(answer.json()["total"]["amount"], "12.34");
    let cancel = || api.call("POST", "/api/v1/orders/7/cancel").by("customer");
    api.stub.acted.is(Err(ActError::NoSuchOrder));
    refused(&cancel().send().await, 404, "not-found");
    api.stub
        .acted
        .is(Err(ActError::NotAllowed { action: OrderAction::Ship, allowed: vec![OrderAction::Cancel] }));
    let answer = cancel().send().await;
    refused(&answer, 409, "action-not-allowed");
    assert_eq!(answer.json()["allowedActions"], serde_json::json!(["cancel"]));
    api.stub.order.is(Ok(None));
    refused(&api.call("GET", "/api/v1/orders/7").by("customer").send().await, 404, "not-found");
}

#[actix_web::test]
async fn every_kind_of_problem_has_its_page() {
    let api = Api::new();
    for slug in ["out-of-stock", "validation-failed", "outcome-unknown", "unknown-route"] {
        let page = api.get(&format!("/problems/{slug}")).await;
        assert_eq!(page.status.as_u16(), 200);
        assert!(page.text.contains(slug) && page.text.lines().count() > 4, "{page:?}");
    }
}
