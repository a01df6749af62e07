//! How a body must arrive: its media type, its size, and where there may be none.

use crate::harness::Api;

const PATH: &str = "/api/v1/auth/signup";
const GOOD: &str = r#"{"name":"Ada","email":"ada@example.org","password":"correct horse"}"#;

#[actix_web::test]
async fn only_json_is_read() {
    let api = Api::new();
    for good in ["application/json", "Application/JSON; charset=utf-8"] {
        let answer = api.call("POST", PATH).body(good, GOOD.as_bytes()).send().await;
        assert_eq!(answer.status.as_u16(), 201, "{good}: {answer:?}");
    }
    for bad in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"] {
        let answer = api.call("POST", PATH).body(bad, GOOD.as_bytes()).send().await;
        assert_eq!(answer.status.as_u16(), 415, "{bad}: {answer:?}");
        assert_eq!(answer.problem(), "unsupported-media-type");
    }
    let packed = api.call("POST", PATH).header("Content-Encoding", "gzip").json(GOOD).send().await;
    assert_eq!(packed.problem(), "unsupported-media-type");
}

#[actix_web::test]
async fn a_body_has_at_most_64_kibibytes() {
    let api = Api::new();
    let padded = |length: usize| format!("{GOOD}{}", " ".repeat(length - GOOD.len()));
    let most = api.call("POST", PATH).json(&padded(65_536)).send().await;
    assert_eq!(most.status.as_u16(), 201, "{most:?}");
    let more = api.call("POST", PATH).json(&padded(65_537)).send().await;
    assert_eq!(more.problem(), "too-large");
}

#[actix_web::test]
async fn however_deep_a_body_is_it_is_the_clients_fault() {
    let api = Api::new();
    for (open, close, most) in [("[", "]", 30_000), ("{\"a\":", "}", 10_000)] {
        for depth in [1, 127, 128, most] {
            let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            // One that wants text, one that is unknown, and one that is refused whatever it is.
            for (method, path, member) in
                [("POST", PATH, "name"), ("POST", PATH, "unknown"), ("PATCH", "/api/v1/products/1", "stock")]
            {
                let call = api.call(method, path).by("staff").header("If-Match", "*");
                let answer = call.json(&format!("{{\"{member}\":{deep}}}")).send().await;
                let said = (answer.problem(), answer.places());
                assert_eq!(
                    said,
                    ("validation-failed".to_owned(), vec![format!("/{member}")]),
                    "{depth} {open}"
                );
            }
            let unclosed = api.call("POST", PATH).json(&open.repeat(depth)).send().await;
            assert_eq!(unclosed.problem(), "malformed-request", "{depth} {open}");
        }
    }
    assert_eq!(api.stub.asked(), [""; 0]);
}

#[actix_web::test]
async fn what_is_not_utf_8_is_the_clients_fault() {
    let api = Api::new();
    let answer = api.call("POST", PATH).body("application/json", b"{\"name\":\"\xff\"}").send().await;
    assert_eq!(answer.problem(), "malformed-request");
}

#[actix_web::test]
async fn an_order_needs_no_body_and_takes_an_empty_object() {
    let api = Api::new();
    for call in [api.call("POST", "/api/v1/orders"), api.call("POST", "/api/v1/orders").json("{}")] {
        let answer = call.by("customer").send().await;
        assert_eq!(answer.status.as_u16(), 201, "{answer:?}");
    }
    assert_eq!(
        api.stub.asked(),
        ["place (UserId(2), Checkout { expected: None, ship_to: None, note: None }, None)"; 2]
    );
}
