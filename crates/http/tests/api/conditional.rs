//! `If-None-Match`, `If-Match`, and the tags that they compare.

use crate::harness::Api;
use crate::stubs::document;
use domain::Version;
use domain::cart::CartError;
use domain::catalog::CatalogError;

const TAG: &str = "\"1.00000000deadbeef\"";

#[actix_web::test]
async fn a_read_that_the_client_has_is_not_sent_again() {
    let api = Api::new();
    for field in [TAG, "*", "\"x\", W/\"1.00000000deadbeef\""] {
        let answer = api.call("GET", "/api/v1/products/1").header("If-None-Match", field).send().await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (304, ""), "{field}");
        assert_eq!(answer.header("etag"), Some(TAG));
        assert_eq!(answer.header("cache-control"), Some("public, no-cache"));
    }
    for field in ["\"1.other\"", "\"1\"", "1.00000000deadbeef"] {
        let answer = api.call("GET", "/api/v1/products/1").header("If-None-Match", field).send().await;
        assert_eq!(answer.status.as_u16(), 200, "{field}");
    }
}

#[actix_web::test]
async fn an_edit_of_a_product_names_the_version_that_was_seen() {
    let api = Api::new();
    for (method, path) in [
        ("PATCH", "/api/v1/products/1"),
        ("DELETE", "/api/v1/products/1"),
        ("PATCH", "/api/v1/products/1/variants/2"),
        ("DELETE", "/api/v1/products/1/variants/2"),
    ] {
        let missing = api.call(method, path).by("staff").json("{}").send().await;
        assert_eq!((missing.status.as_u16(), missing.problem().as_str()), (428, "precondition-required"));
        assert_eq!(missing.places(), ["If-Match"]);
        for malformed in ["1.a", "", "\"a", "\"a\" \"b\""] {
            let answer =
                api.call(method, path).by("staff").header("If-Match", malformed).json("{}").send().await;
            assert_eq!(
                (answer.status.as_u16(), answer.places()),
                (400, vec!["If-Match".to_owned()]),
                "{malformed}"
            );
        }
    }
    assert_eq!(api.stub.asked(), [""; 0], "something was edited without a version");
}

#[actix_web::test]
async fn only_the_version_in_a_tag_counts() {
    let api = Api::new();
    let archive = |tag| api.call("DELETE", "/api/v1/products/1").by("staff").header("If-Match", tag);
    let answer = archive("\"7.another digest\"").send().await;
    assert_eq!(answer.status.as_u16(), 400, "a space is not allowed in a tag: {answer:?}");
    for tag in ["\"7.x\"", "*"] {
        assert_eq!(archive(tag).send().await.status.as_u16(), 204, "{tag}");
    }
    assert_eq!(
        api.stub.asked(),
        ["archive (ProductId(1), Some(Version(7)))", "archive (ProductId(1), None)"]
    );
}

#[actix_web::test]
async fn a_stale_edit_is_told_the_version_there_is() {
    let api = Api::new();
    api.stub.catalog.is(Err(CatalogError::Stale { current: Version(9) }));
    for tag in ["\"8.a\"", "W/\"9.a\"", "\"8.a\", \"x\""] {
        let answer = api
            .call("PATCH", "/api/v1/products/1")
            .by("staff")
            .header("If-Match", tag)
            .json("{}")
            .send()
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (412, "precondition-failed"),
            "{tag}"
        );
        assert_eq!(answer.json()["version"], 9);
    }
}

#[actix_web::test]
async fn a_cart_is_edited_with_or_without_a_version() {
    let api = Api::new();
    let clear = || api.call("DELETE", "/api/v1/cart").by("customer");
    assert_eq!(clear().send().await.status.as_u16(), 200);
    assert_eq!(clear().header("If-Match", "*").send().await.status.as_u16(), 200);
    assert_eq!(clear().header("If-Match", "\"3.a\"").send().await.status.as_u16(), 200);
    assert_eq!(
        api.stub.asked(),
        [
            "clear (Account(UserId(2)), None)",
            "clear (Account(UserId(2)), None)",
            "clear (Account(UserId(2)), Some(Version(3)))"
        ]
    );
    api.stub.cart_edit.is(Err(CartError::Stale { current: Version(4) }));
    assert_eq!(clear().header("If-Match", "\"3.a\"").send().await.status.as_u16(), 412);
}

#[actix_web::test]
async fn writes_answer_the_tag_of_what_they_made() {
    let api = Api::new();
    api.stub.cart_edit.is(Ok(document(5, r#"{"items":[]}"#)));
    let answer = api.call("DELETE", "/api/v1/cart").by("customer").send().await;
    assert_eq!(answer.header("etag"), Some("\"5.00000000deadbeef\""));
}
