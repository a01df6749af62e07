//! Reads that overlap with the session's verdict: what was fetched for a token that is refused never leaves.

use crate::harness::Api;
use domain::RepositoryError;

const READS: [&str; 3] = ["/api/v1/cart", "/api/v1/orders", "/api/v1/orders/7"];

#[actix_web::test]
async fn data_of_a_token_that_is_refused_is_dropped_unseen() {
    let api = Api::new();
    for path in READS {
        let answer = api.call("GET", path).by("ended").send().await;
        assert_eq!(answer.problem(), "invalid-token", "{path}");
        assert!(!answer.text.contains("the cart") && answer.header("etag").is_none(), "{answer:?}");
    }
    assert_eq!(api.stub.asked().len(), READS.len(), "the data is fetched while the verdict is awaited");
}

#[actix_web::test]
async fn the_verdict_comes_before_any_failure_of_the_data() {
    let api = Api::new();
    let broken = RepositoryError::Unexpected("hidden reason".to_owned());
    api.stub.cart.is(Err(broken.clone()));
    api.stub.orders.is(Err(broken));
    api.stub.order.is(Ok(None));
    for path in READS {
        assert_eq!(api.call("GET", path).by("ended").send().await.problem(), "invalid-token", "{path}");
    }
}
