//! Totals in bodies, which may be larger than any price.

use crate::harness::{Answer, Api};

async fn place(api: &Api, total: &str) -> Answer {
    let body = format!(r#"{{"expectedTotal":{{"amount":"{total}"}}}}"#);
    api.call("POST", "/api/v1/orders").by("customer").json(&body).send().await
}

#[actix_web::test]
async fn a_total_is_read_whatever_the_decimals_of_its_currency() {
    for (currency, price, total, wrong) in [
        ("JPY", "1000000000000", "100000000000000000", ["100000000000000001", "1.0"]),
        ("USD", "10000000000.00", "1000000000000000.00", ["1000000000000000.01", "1.001"]),
        ("KWD", "1000000000.000", "100000000000000.000", ["100000000000000.001", "1.0001"]),
    ] {
        let api = Api::selling_in(currency);
        for read in [price, total] {
            assert_eq!(place(&api, read).await.status.as_u16(), 201, "{read} {currency}");
            let asked = api.stub.asked().pop().unwrap();
            assert!(asked.contains(&format!("expected: Some({read} {currency})")), "{asked}");
        }
        for wrong in wrong {
            let answer = place(&api, wrong).await;
            assert_eq!(answer.problem(), "validation-failed", "{wrong} {currency}");
            assert_eq!(answer.places(), ["/expectedTotal/amount"]);
        }
    }
}

#[actix_web::test]
async fn a_price_is_not_read_as_a_total() {
    let api = Api::new();
    let body = r#"{"sku":"B","price":{"amount":"10000000000.01"}}"#;
    let answer = api.call("POST", "/api/v1/products/1/variants").by("staff").json(body).send().await;
    assert_eq!(
        (answer.problem().as_str(), answer.places()),
        ("validation-failed", vec!["/price/amount".to_owned()])
    );
}
