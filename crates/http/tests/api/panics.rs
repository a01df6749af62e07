//! A handler that panics.

use crate::harness::Api;

#[actix_web::test]
async fn a_panic_is_a_problem_that_says_nothing_of_it() {
    let api = Api::new();
    api.stub.panics.is(true);
    let answer = api.call("GET", "/api/v1/products/1").header("X-Request-Id", "mine").send().await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (500, "internal-error"));
    assert!(!answer.text.contains("the text of a panic"), "{answer:?}");
    assert_eq!(answer.header("x-request-id"), Some("mine"));
    assert_eq!(answer.json()["instance"], "/api/v1/products/1");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}
