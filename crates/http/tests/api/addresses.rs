//! Where an order goes, and what the shop should know of it.

use crate::harness::{Answer, Api};

async fn place(api: &Api, body: &str) -> Answer {
    api.call("POST", "/api/v1/orders").by("customer").json(body).send().await
}

#[actix_web::test]
async fn an_address_and_a_note_reach_the_service() {
    let api = Api::new();
    let body = r#"{"note":" Please ring twice.\n","shippingAddress":{"name":"Ada Lovelace","line1":"12 St James's Square",
        "city":"London","postalCode":"SW1Y 4JH","country":"GB"}}"#;
    assert_eq!(place(&api, body).await.status.as_u16(), 201);
    let asked = api.stub.asked().remove(0);
    for part in [
        r#"name: Line("Ada Lovelace")"#,
        "line2: None",
        r#"postal_code: Some(Line("SW1Y 4JH"))"#,
        r#"country: Country("GB")"#,
        r#"note: Some(Prose("Please ring twice."))"#,
    ] {
        assert!(asked.contains(part), "{part} is not in {asked}");
    }
}

#[actix_web::test]
async fn everything_that_is_wrong_with_an_address_is_named() {
    let api = Api::new();
    let body =
        r#"{"note":"a\u0000b","shippingAddress":{"name":"","line1":"x","line2":"\u0007","country":"UK"}}"#;
    let answer = place(&api, body).await;
    assert_eq!(answer.problem(), "validation-failed");
    let mut places = answer.places();
    places.sort();
    let address = ["city", "country", "line2", "name"].map(|name| format!("/shippingAddress/{name}"));
    assert_eq!(places, [&["/note".to_owned()], &address[..]].concat());
    for (body, place_of) in [
        (r#"{"shippingAddress":"London"}"#, "/shippingAddress"),
        (r#"{"shippingAddress":{"street":"x"}}"#, "/shippingAddress/street"),
        (r#"{"shippingAddress":null}"#, "/shippingAddress"),
        (r#"{"status":"paid"}"#, "/status"),
    ] {
        let answer = place(&api, body).await;
        assert_eq!(answer.problem(), "validation-failed", "{body}");
        assert_eq!(answer.places(), [place_of], "{body}");
    }
    assert_eq!(api.stub.asked(), [""; 0]);
}
