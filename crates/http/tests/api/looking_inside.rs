//! Looking into the cache: what is asked of it, and what staff read.

use crate::harness::{Answer, Api};
use domain::inspection::InspectionError;

async fn by_staff(api: &Api, path: &str) -> Answer {
    api.call("GET", path).by("staff").send().await
}

#[actix_web::test]
async fn a_query_for_keys_has_defaults_and_bounds() {
    let api = Api::new();
    for path in [
        "/api/v1/admin/cache/keys",
        "/api/v1/admin/cache/keys?match=products:*%3A%5Bab%5D&count=1000&cursor=17",
    ] {
        assert_eq!(by_staff(&api, path).await.status.as_u16(), 200);
    }
    assert_eq!(
        api.stub.asked(),
        [
            r#"keys KeyQuery { pattern: KeyPattern("*"), count: KeyCount(100), cursor: None }"#,
            r#"keys KeyQuery { pattern: KeyPattern("products:*:[ab]"), count: KeyCount(1000), cursor: Some("17") }"#,
        ]
    );
    let long = format!("match={}", "x".repeat(501));
    for (query, places) in [
        ("count=0", vec!["count"]),
        ("count=1001", vec!["count"]),
        ("count=ten", vec!["count"]),
        ("count=1&count=1", vec!["count"]),
        ("match=", vec!["match"]),
        (long.as_str(), vec!["match"]),
        ("pattern=*&limit=3", vec!["limit", "pattern"]),
    ] {
        let answer = by_staff(&api, &format!("/api/v1/admin/cache/keys?{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (422, "validation-failed"),
            "{query}"
        );
        assert_eq!(answer.places(), places, "{query}");
    }
}

#[actix_web::test]
async fn a_key_is_read_from_the_path_as_it_was_meant() {
    let api = Api::new();
    for (path, key) in [
        ("cart:2", "cart:2"),
        ("cart%3A2", "cart:2"),
        ("products:Home%2520%2526%2520Kitchen:20::", "products:Home%20%26%20Kitchen:20::"),
        ("a%2Fb%2Bc+d", "a/b+c+d"),
        ("%C3%A9%20%00", "é \0"),
        ("100%25", "100%"),
        ("a%252541", "a%2541"),
    ] {
        assert_eq!(by_staff(&api, &format!("/api/v1/admin/cache/entries/{path}")).await.status.as_u16(), 200);
        assert_eq!(api.stub.asked().pop(), Some(format!("entry {key:?}")), "{path}");
    }
    api.stub.entry.is(Ok(None));
    assert_eq!(by_staff(&api, "/api/v1/admin/cache/entries/cart:3").await.problem(), "not-found");
    assert_eq!(by_staff(&api, "/api/v1/admin/cache/entries/").await.problem(), "unknown-route");
    assert_eq!(by_staff(&api, "/api/v1/admin/cache/entries/a/b").await.problem(), "unknown-route");
    assert_eq!(by_staff(&api, "/api/v1/admin/cache/entries/%FF%FE").await.status.as_u16(), 404);
}

#[actix_web::test]
async fn answers_name_the_store_that_was_looked_into() {
    let api = Api::new();
    let keys = by_staff(&api, "/api/v1/admin/cache/keys").await;
    assert_eq!(
        keys.text,
        r#"{"source":"redis","data":{"items":[{"key":"cart:2","ttl":1712}],"count":100,"nextCursor":"17"}}"#
    );
    let entry = by_staff(&api, "/api/v1/admin/cache/entries/cart:2").await;
    assert_eq!(
        entry.text,
        concat!(
            r#"{"source":"redis","data":{"key":"cart:2","state":"stale","reason":"a write has replaced it","ttl":1712,"#,
            r#""bytes":300,"inMemory":null,"tags":[{"tag":"cart:2","stored":"00","current":null}],"#,
            r#""storedAt":"1970-01-01T00:00:00Z","etag":"3.d","value":{"b":1.0,"a":[]}}}"#
        )
    );
    let stats = by_staff(&api, "/api/v1/admin/cache/stats").await.json();
    assert_eq!((&stats["source"], &stats["data"]["invalidations"]), (&"memory".into(), &7.into()));
}

#[actix_web::test]
async fn a_cache_that_does_not_answer_is_unavailable_and_its_figures_are_not() {
    let api = Api::new();
    let down = InspectionError::Unavailable("hidden reason".to_owned());
    api.stub.keys.is(Err(down.clone()));
    api.stub.entry.is(Err(down));
    for path in ["/api/v1/admin/cache/keys", "/api/v1/admin/cache/entries/cart:2"] {
        let answer = by_staff(&api, path).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (503, "unavailable"), "{path}");
        assert!(answer.header("retry-after").is_some() && !answer.text.contains("hidden reason"));
    }
    assert_eq!(by_staff(&api, "/api/v1/admin/cache/stats").await.status.as_u16(), 200);
    api.stub.keys.is(Err(InspectionError::Cursor));
    let answer = by_staff(&api, "/api/v1/admin/cache/keys?cursor=x").await;
    assert_eq!((answer.status.as_u16(), answer.places()), (422, vec!["cursor".to_owned()]));
}

#[actix_web::test]
async fn what_staff_see_is_for_them_alone() {
    let api = Api::new();
    for path in ["keys", "entries/cart:2", "stats"] {
        let answer = by_staff(&api, &format!("/api/v1/admin/cache/{path}")).await;
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"), "{path}");
    }
}
