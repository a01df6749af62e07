//! The id under which a request is found again.

use crate::harness::Api;

#[actix_web::test]
async fn a_plain_id_of_the_clients_is_kept_everywhere() {
    let api = Api::new();
    for path in ["/api/v1/products", "/nowhere", "/api/v1/products/0"] {
        let answer = api.call("GET", path).header("X-Request-Id", "abc.DEF_1-2").send().await;
        assert_eq!(answer.header("x-request-id"), Some("abc.DEF_1-2"), "{path}");
        if !answer.status.is_success() {
            answer.problem();
        }
    }
}

#[actix_web::test]
async fn any_other_id_is_replaced() {
    let api = Api::new();
    for bad in ["", "a b", "a,b", &"x".repeat(65)] {
        let answer = api.call("GET", "/nowhere").header("X-Request-Id", bad).send().await;
        let id = answer.header("x-request-id").unwrap();
        assert!(id != bad && id.len() == 32, "{bad:?} became {id:?}");
    }
    let (one, other) = (api.get("/nowhere").await, api.get("/nowhere").await);
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

#[actix_web::test]
async fn a_problem_names_the_path_without_its_query() {
    let answer = Api::new().get("/api/v1/products?limit=0&q=private").await;
    assert_eq!(answer.json()["instance"], "/api/v1/products");
}
