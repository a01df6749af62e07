//! Pages of other sites: which may read what the shop answers.

use crate::harness::{Answer, Api};
use http_api::Origin;

const SHOP: &str = "https://shop.example";

fn api() -> Api {
    Api::read_by([SHOP, "http://localhost:3000"].map(|origin| Origin::parse(origin).unwrap()))
}

async fn from(api: &Api, origin: &str) -> Answer {
    api.call("GET", "/api/v1/products/1").header("Origin", origin).send().await
}

fn cors(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.iter().map(|(name, _)| name.as_str());
    names.filter(|name| name.starts_with("access-control-")).collect()
}

#[actix_web::test]
async fn without_a_list_nothing_is_said_of_other_sites() {
    let api = Api::new();
    let answer = from(&api, SHOP).await;
    assert_eq!((answer.status.as_u16(), cors(&answer), answer.header("vary")), (200, vec![], None));
    let asked = api.call("OPTIONS", "/api/v1/products").header("Origin", SHOP);
    let asked = asked.header("Access-Control-Request-Method", "GET").send().await;
    assert_eq!((asked.problem().as_str(), cors(&asked)), ("method-not-allowed", vec![]));
}

#[actix_web::test]
async fn pages_of_the_list_read_answers_and_what_comes_with_them() {
    let api = api();
    for origin in [SHOP, "http://localhost:3000"] {
        let answer = from(&api, origin).await;
        assert_eq!(answer.status.as_u16(), 200);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("vary"), Some("Origin"));
        let readable = answer.header("access-control-expose-headers").unwrap();
        for name in [
            "ETag",
            "Location",
            "Cache-Status",
            "X-Cart-Token",
            "Retry-After",
            "RateLimit-Limit",
            "RateLimit-Remaining",
            "RateLimit-Reset",
            "X-Request-Id",
            "Idempotent-Replayed",
        ] {
            assert!(readable.split(", ").any(|other| other == name), "{name} cannot be read");
        }
        assert_eq!(answer.header("access-control-allow-credentials"), None, "there are no cookies to send");
    }
}

#[actix_web::test]
async fn other_origins_are_answered_without_a_word_for_their_browser() {
    let api = api();
    for origin in [
        "https://shop.example.evil.org",
        "https://evil-shop.example",
        "https://shop.exampl",
        "https://shop.example:8443",
        "https://shop.example:443",
        "https://shop.example/",
        "https://SHOP.example",
        "https://shop.example.",
        "https://sub.shop.example",
        "http://shop.example",
        "http://localhost",
        "http://localhost:30000",
        "https://shop.example, https://shop.example",
        "https://shop.example https://evil.org",
        "null",
        "*",
        "",
    ] {
        let answer = from(&api, origin).await;
        assert_eq!((answer.status.as_u16(), cors(&answer)), (200, vec![]), "{origin}");
        assert_eq!(answer.header("vary"), Some("Origin"), "{origin}");
    }
    let twice =
        api.call("GET", "/api/v1/products/1").header("Origin", SHOP).header("Origin", "https://evil.org");
    assert_eq!(cors(&twice.send().await), [""; 0]);
}

#[actix_web::test]
async fn requests_of_no_page_are_answered_as_ever_and_kept_apart_by_caches() {
    let answer = api().get("/api/v1/products/1").await;
    assert_eq!((answer.status.as_u16(), cors(&answer), answer.header("vary")), (200, vec![], Some("Origin")));
}

#[actix_web::test]
async fn a_page_of_the_list_is_told_beforehand_what_it_may_send() {
    let api = api();
    // Whether there is such an address, or such a method there, is told to the request itself.
    for (path, method) in [("/api/v1/orders", "POST"), ("/nowhere", "DELETE"), ("/api/v1/cart", "PUT")] {
        let asked = api.call("OPTIONS", path).header("Origin", SHOP);
        let asked = asked.header("Access-Control-Request-Method", method);
        let asked = asked.header("Access-Control-Request-Headers", "authorization, idempotency-key");
        let answer = asked.send().await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
        assert_eq!(answer.header("vary"), Some("Origin"));
        assert_eq!(answer.header("access-control-max-age"), Some("7200"));
        let list = |name| answer.header(name).unwrap().split(", ").collect::<Vec<_>>();
        assert_eq!(list("access-control-allow-methods"), ["GET", "HEAD", "POST", "PATCH", "DELETE"]);
        for name in [
            "Authorization",
            "Content-Type",
            "If-Match",
            "If-None-Match",
            "Idempotency-Key",
            "X-Cart-Token",
            "X-Request-Id",
        ] {
            assert!(list("access-control-allow-headers").contains(&name), "{name} cannot be sent");
        }
        assert!(answer.header("x-request-id").is_some() && answer.header("x-content-type-options").is_some());
    }
    assert_eq!(api.stub.asked(), [""; 0], "something was done beforehand");
}

#[actix_web::test]
async fn other_pages_are_told_nothing_beforehand() {
    let api = api();
    for origin in ["https://shop.example.evil.org", "null"] {
        let asked = api.call("OPTIONS", "/api/v1/orders").header("Origin", origin);
        let answer = asked.header("Access-Control-Request-Method", "POST").send().await;
        assert_eq!((answer.problem().as_str(), cors(&answer)), ("method-not-allowed", vec![]), "{origin}");
    }
    // Without the question it is an ordinary request for a method that nothing has.
    let plain = api.call("OPTIONS", "/api/v1/orders").header("Origin", SHOP).send().await;
    assert_eq!(plain.problem(), "method-not-allowed");
}

#[actix_web::test]
async fn failures_can_be_read_too() {
    let api = api();
    for path in ["/nowhere", "/api/v1/products/0", "/api/v1/products?page=0", "/api/v1/orders"] {
        let answer = api.call("GET", path).header("Origin", SHOP).send().await;
        answer.problem();
        assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP), "{path}");
    }
    let wrong = api.call("PUT", "/api/v1/products").header("Origin", SHOP).send().await;
    assert_eq!((wrong.status.as_u16(), wrong.header("access-control-allow-origin")), (405, Some(SHOP)));
    api.stub.panics.is(true);
    let broken = from(&api, SHOP).await;
    assert_eq!((broken.status.as_u16(), broken.header("access-control-allow-origin")), (500, Some(SHOP)));
}

#[actix_web::test]
async fn an_answer_that_hangs_on_more_says_all_of_it() {
    let answer = api().call("GET", "/api/v1/cart").header("Origin", SHOP).send().await;
    let vary: Vec<&str> =
        answer.headers.iter().filter(|(name, _)| name == "vary").map(|(_, value)| value.as_str()).collect();
    assert_eq!(vary, ["Authorization, X-Cart-Token", "Origin"]);
}
