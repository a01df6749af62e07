//! Wrong methods, and `HEAD` beside `GET`.

use crate::harness::Api;
use serde_json::Value;
use std::collections::BTreeSet;

/// Returns the document's methods by path, with an example for each path.
fn documented() -> Vec<(String, BTreeSet<String>)> {
    let document: Value = serde_json::from_str(&http_api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let methods =
        |item: &Value| item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
    paths.iter().map(|(path, item)| (path.replace(['{', '}'], ""), methods(item))).collect()
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones_which_are_those_of_the_document() {
    let api = Api::new();
    for (path, mut methods) in documented() {
        let answer = api.call("PUT", &path).send().await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (405, "method-not-allowed"),
            "{path}"
        );
        let allowed: BTreeSet<String> =
            answer.header("allow").unwrap().split(", ").map(str::to_owned).collect();
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        assert_eq!(allowed, methods, "{path}");
    }
}

#[actix_web::test]
async fn head_answers_what_get_would() {
    let api = Api::new();
    for path in ["/api/v1/products/1", "/api/v1/cart", "/health/live", "/openapi.json", "/docs/"] {
        let get = api.call("GET", path).by("customer").send().await;
        let head = api.call("HEAD", path).by("customer").send().await;
        assert_eq!((get.status, get.header("etag")), (head.status, head.header("etag")), "{path}");
    }
}

#[actix_web::test]
async fn the_explorer_is_part_of_the_program() {
    let api = Api::new();
    let redirect = api.get("/docs").await;
    assert_eq!((redirect.status.as_u16(), redirect.header("location")), (308, Some("/docs/")));
    assert!(api.get("/docs/").await.text.contains("swagger-ui"));
    let settings = api.get("/docs/swagger-initializer.js").await;
    assert!(settings.text.contains("/openapi.json") && settings.text.contains("\"validatorUrl\": \"none\""));
}
