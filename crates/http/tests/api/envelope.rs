//! What every successful answer looks like, to the byte.

use crate::harness::Api;
use domain::{CacheOutcome, CacheStatus, Doc, Source, Sourced};
use std::time::Duration;

/// A view that no JSON writer of ours would spell like this.
const ODD: &[u8] = br#"{ "b":1.0,"a" : "\u00e9" }"#;

fn odd<T>(source: Source, cache: Vec<CacheStatus>) -> Sourced<Doc<T>> {
    Sourced { value: Doc::from_parts(ODD.into(), "1.d".to_owned()), source, cache }
}

#[actix_web::test]
async fn a_document_is_copied_never_rewritten() {
    let api = Api::new();
    for source in [Source::Redis, Source::Memory, Source::Postgres, Source::Sqlite] {
        api.stub.product.is(Ok(Some(odd(source, Vec::new()))));
        let answer = api.get("/api/v1/products/1").await;
        let data = std::str::from_utf8(ODD).unwrap();
        assert_eq!(answer.text, format!(r#"{{"source":"{source}","data":{data}}}"#));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("etag"), Some("\"1.d\""));
        assert_eq!(answer.header("cache-status"), None, "no cache was on the way");
    }
}

#[actix_web::test]
async fn caches_say_what_they_did_also_when_nothing_is_sent() {
    let api = Api::new();
    let hit = CacheOutcome::Hit { ttl: Duration::from_secs(1712) };
    let status = CacheStatus { cache: Source::Redis, key: "cart:2".to_owned(), outcome: hit };
    api.stub.cart.is(Ok(odd(Source::Redis, vec![status])));
    for field in ["\"other\"", "\"1.d\""] {
        let answer =
            api.call("GET", "/api/v1/cart").by("customer").header("If-None-Match", field).send().await;
        assert_eq!(answer.header("cache-status"), Some(r#"redis; hit; ttl=1712; key="cart:2""#));
    }
}

#[actix_web::test]
async fn caches_on_the_way_are_told_whom_an_answer_is_for() {
    let api = Api::new();
    for public in ["/api/v1/products", "/api/v1/products/1", "/api/v1/categories"] {
        assert_eq!(api.get(public).await.header("cache-control"), Some("public, no-cache"), "{public}");
    }
    for personal in
        ["/api/v1/cart", "/api/v1/orders", "/api/v1/orders/7", "/api/v1/me", "/api/v1/auth/sessions"]
    {
        let answer = api.call("GET", personal).by("customer").send().await;
        assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"), "{personal}");
    }
}

#[actix_web::test]
async fn signing_in_answers_a_token_that_nobody_keeps() {
    let api = Api::new();
    let body = r#"{"email":"ada@example.org","password":"correct horse"}"#;
    let answer = api.call("POST", "/api/v1/auth/signin").json(body).send().await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.json()["source"], "postgres");
    let data = answer.json()["data"].clone();
    assert_eq!((&data["token"], &data["tokenType"]), (&"a.b.c".into(), &"Bearer".into()));
    assert_eq!((&data["expiresAt"], &data["user"]["id"]), (&"1970-01-01T00:00:00Z".into(), &2.into()));
}

#[actix_web::test]
async fn short_lists_are_one_page() {
    let api = Api::new();
    let answer = api.get("/api/v1/categories").await;
    assert_eq!(answer.text, r#"{"source":"postgres","data":{"items":[{"name":"Grocery"}]}}"#);
    let answer = api.call("GET", "/api/v1/auth/sessions").by("customer").send().await;
    assert_eq!(
        answer.text,
        r#"{"source":"postgres","data":{"items":[],"page":1,"limit":0,"total":0,"totalPages":0,"nextCursor":null}}"#
    );
}

#[actix_web::test]
async fn every_answer_forbids_guessing_its_type_and_hides_the_server() {
    let api = Api::new();
    for path in ["/api/v1/products", "/nowhere", "/docs/", "/health/live", "/openapi.json"] {
        let answer = api.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("server"), None);
    }
}
