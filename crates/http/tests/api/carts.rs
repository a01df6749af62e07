//! Whose cart a request is about, and what a guest is told of the token.

use crate::harness::{Answer, Api, Call};
use crate::stubs::document;
use domain::OsEntropy;
use domain::cart::{AdjustmentReason, CartAdjustment, CartError, CartMerge, CartToken};
use domain::{Source, Sourced, Timestamp, VariantId};

/// Method, path and body of every call of a cart.
const CALLS: [(&str, &str, &str); 5] = [
    ("GET", "/api/v1/cart", ""),
    ("POST", "/api/v1/cart/items", r#"{"sku":"A","quantity":1}"#),
    ("PATCH", "/api/v1/cart/items/1", r#"{"quantity":1}"#),
    ("DELETE", "/api/v1/cart/items/1", ""),
    ("DELETE", "/api/v1/cart", ""),
];

fn call<'a>(api: &'a Api, (method, path, body): (&str, &str, &str)) -> Call<'a> {
    let call = api.call(method, path);
    if body.is_empty() { call } else { call.json(body) }
}

fn token() -> CartToken {
    CartToken::generate(&OsEntropy)
}

fn sign_in(api: &Api) -> Call<'_> {
    api.call("POST", "/api/v1/auth/signin").json(r#"{"email":"ada@example.org","password":"correct horse"}"#)
}

/// Asserts that the answer is about this token.
fn assert_marked(answer: &Answer, token: Option<&CartToken>) {
    assert!(answer.status.is_success(), "{answer:?}");
    assert_eq!(answer.header("x-cart-token"), token.map(CartToken::expose), "{answer:?}");
    assert_eq!(answer.header("vary"), Some("Authorization, X-Cart-Token"));
}

#[actix_web::test]
async fn a_guest_is_told_the_token_with_every_answer() {
    let api = Api::new();
    let token = token();
    for request in CALLS {
        let answer = call(&api, request).header("X-Cart-Token", token.expose()).send().await;
        assert_marked(&answer, Some(&token));
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"), "{request:?}");
    }
    let asked = api.stub.asked();
    assert!(
        asked.len() == 5 && asked.iter().all(|asked| asked.contains("Guest { token: Some(")),
        "{asked:?}"
    );
    let etag = "\"3.00000000deadbeef\"";
    let known = api.call("GET", "/api/v1/cart").header("X-Cart-Token", token.expose());
    let known = known.header("If-None-Match", etag).send().await;
    assert_eq!((known.status.as_u16(), known.header("x-cart-token")), (304, Some(token.expose())));
}

#[actix_web::test]
async fn a_guest_without_a_token_is_not_told_any_unless_there_is_one_now() {
    let api = Api::new();
    for request in CALLS {
        assert_marked(&call(&api, request).send().await, None);
    }
    assert!(
        api.stub.asked().iter().all(|asked| asked.contains("Guest { token: None")),
        "{:?}",
        api.stub.asked()
    );
    let (sent, new) = (token(), token());
    api.stub.cart_token.is(Some(new.clone()));
    for add in [call(&api, CALLS[1]), call(&api, CALLS[1]).header("X-Cart-Token", sent.expose())] {
        let answer = add.send().await;
        assert_marked(&answer, Some(&new));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "nobody on the way keeps a new token");
    }
}

#[actix_web::test]
async fn a_bearer_decides_alone_be_it_good_or_bad() {
    let api = Api::new();
    let token = token();
    for sent in [token.expose(), "malformed"] {
        for request in CALLS {
            let with = |bearer| call(&api, request).header("X-Cart-Token", sent).by(bearer);
            for refused in [with("forged"), with("ended"), with("customer").by("customer")] {
                let answer = refused.send().await;
                assert_eq!(answer.problem(), "invalid-token", "{request:?}");
                assert_eq!(answer.header("x-cart-token"), None);
                assert!(!answer.text.contains("the cart"));
            }
            assert_eq!(with("unsure").send().await.problem(), "unavailable", "{request:?}");
            assert_marked(&with("customer").send().await, None);
        }
    }
    let asked = api.stub.asked();
    let written = asked.iter().filter(|asked| !asked.starts_with("show "));
    assert!(written.clone().all(|asked| asked.contains("Account(UserId(2))")), "{asked:?}");
    assert_eq!(written.count(), 8, "something was done for a session that ended: {asked:?}");
}

#[actix_web::test]
async fn a_token_that_is_none_is_refused_with_its_name() {
    let api = Api::new();
    let token = token();
    let longer = format!("{}A", token.expose());
    for sent in ["", "token", "null", &longer, &token.expose()[1..], &token.expose().replace(|_| true, "~")] {
        for request in CALLS {
            let answer = call(&api, request).header("X-Cart-Token", sent).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (400, "malformed-request"));
            assert_eq!(answer.places(), ["X-Cart-Token"], "{sent:?}");
        }
        let answer = sign_in(&api).header("X-Cart-Token", sent).send().await;
        assert_eq!((answer.status.as_u16(), answer.places()), (400, vec!["X-Cart-Token".to_owned()]));
        assert!(sent.len() < 42 || !answer.text.contains(sent), "{answer:?}");
    }
    let twice = call(&api, CALLS[0]).header("X-Cart-Token", token.expose());
    assert_eq!(twice.header("X-Cart-Token", token.expose()).send().await.places(), ["X-Cart-Token"]);
    assert_eq!(api.stub.asked(), [""; 0], "something was tried with a token that is none");
}

#[actix_web::test]
async fn guests_say_which_version_they_saw() {
    let api = Api::new();
    let token = token();
    let send = || call(&api, CALLS[4]).header("X-Cart-Token", token.expose()).header("If-Match", "\"3.a\"");
    assert_eq!(send().send().await.status.as_u16(), 200);
    assert!(api.stub.asked()[0].ends_with("Some(Version(3)))"), "{:?}", api.stub.asked());
    api.stub.cart_edit.is(Err(CartError::Stale { current: domain::Version(4) }));
    let stale = send().send().await;
    assert_eq!((stale.problem().as_str(), &stale.json()["version"]), ("precondition-failed", &4.into()));
}

#[actix_web::test]
async fn signing_in_takes_the_cart_along_and_says_what_came_of_it() {
    let api = Api::new();
    let alone = sign_in(&api).send().await;
    assert_eq!(alone.json()["data"]["cartMerge"], serde_json::json!(null));

    let token = token();
    let adjustment = CartAdjustment {
        variant_id: VariantId(7),
        sku: "TEA".to_owned(),
        requested: 5,
        quantity: 3,
        reason: AdjustmentReason::LimitedStock,
    };
    let merge = CartMerge { merged: 2, adjustments: vec![adjustment] };
    let signed_in = auth::SignedIn {
        token: "a.b.c".to_owned().into(),
        expires_at: Timestamp::UNIX_EPOCH,
        user: crate::stubs::user(),
        cart_merge: Some(merge),
    };
    api.stub.signed_in.is(Ok(Sourced::direct(Source::Postgres, signed_in)));
    let answer = sign_in(&api).header("X-Cart-Token", token.expose()).send().await;
    let line = r#"{"variantId":7,"sku":"TEA","requested":5,"quantity":3,"reason":"limited_stock"}"#;
    let expected: serde_json::Value =
        serde_json::from_str(&format!(r#"{{"merged":2,"adjustments":[{line}]}}"#)).unwrap();
    assert_eq!(answer.json()["data"]["cartMerge"], expected);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let asked = api.stub.asked();
    assert!(asked[0].contains("guest_cart: None"), "{asked:?}");
    assert!(
        asked[1].contains(&format!("{:?}", token.hash())) && !asked[1].contains(token.expose()),
        "{asked:?}"
    );
}

#[actix_web::test]
async fn guests_are_told_how_to_order() {
    let api = Api::new();
    let order = api.call("POST", "/api/v1/orders").header("X-Cart-Token", token().expose()).send().await;
    assert_eq!((order.status.as_u16(), order.problem().as_str()), (401, "authentication-required"));
    let detail = order.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("sign in") && detail.contains("sign up"), "{detail}");
    let page = api.get("/problems/authentication-required").await;
    assert!(page.text.contains("X-Cart-Token") && page.text.contains("signup"), "{page:?}");
    assert_eq!(api.stub.asked(), [""; 0]);
}

#[actix_web::test]
async fn a_cart_that_nobody_keeps_copies_of_says_so() {
    let api = Api::new();
    api.stub.cart.is(Ok(document(2, r#"{"items":[]}"#)));
    let answer = api.call("GET", "/api/v1/cart").header("X-Cart-Token", token().expose()).send().await;
    assert_eq!((&answer.json()["source"], answer.header("cache-status")), (&"postgres".into(), None));
}
