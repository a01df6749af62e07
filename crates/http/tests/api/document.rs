//! The committed OpenAPI document is the one that the program serves.

use crate::harness::Api;
use serde_json::Value;
use std::path::Path;

#[actix_web::test]
async fn the_committed_document_is_the_one_that_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("WRITE_OPENAPI").is_some() {
        std::fs::write(&path, http_api::document()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(Api::new().get("/openapi.json").await.text, http_api::document());
    assert!(
        committed == http_api::document(),
        "docs/openapi.json is out of date; write it anew with: WRITE_OPENAPI=1 cargo test -p http-api document"
    );
}

#[test]
fn every_operation_is_complete() {
    let document: Value = serde_json::from_str(&http_api::document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{name}");
            assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{name}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
            assert_eq!(in_path, path.matches('{').count(), "{name}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
                let failure = status.starts_with(['4', '5']);
                assert_eq!(*problem == "#/components/schemas/Problem", failure, "{name} {status}");
            }
        }
    }
}

#[test]
fn every_schema_that_is_referred_to_is_there() {
    let text = http_api::document();
    let document: Value = serde_json::from_str(&text).unwrap();
    for reference in text.split("\"#/").skip(1) {
        let pointer = format!("/{}", reference.split('"').next().unwrap());
        assert!(document.pointer(&pointer).is_some(), "nothing at {pointer}");
    }
}
