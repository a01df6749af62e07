//! Every failure is a problem that says what would be right, also those of the framework.

use reqwest::Method;
use serde_json::{Value, json};
use system_tests::{Answer, Person, Shop, on_both_pairs};

on_both_pairs! {
    bodies_that_are_wrong,
    addresses_that_are_wrong,
    tokens_that_are_wrong,
    preconditions_that_are_missing_or_stale,
}

async fn post_text(person: &Person, path: &str, content_type: &str, body: impl Into<String>) -> Answer {
    let request = person.request(Method::POST, path).header("Content-Type", content_type).body(body.into());
    person.send(request).await
}

/// Returns where the problem says that something is wrong.
fn places(problem: &Value, kind: &str) -> Vec<String> {
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().filter_map(|error| error[kind].as_str()).map(ToOwned::to_owned).collect()
}

async fn bodies_that_are_wrong(shop: &Shop) {
    let guest = shop.guest();
    let (path, json) = ("/auth/signup", "application/json");
    let malformed = ["{\"email\":", "", "nothing", "{\"a\":1}}", &"[".repeat(5_000)];
    for body in malformed {
        let problem = post_text(&guest, path, json, body).await.problem("malformed-request");
        assert_eq!(problem["status"], 400, "{body:.20}");
    }
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(2_000_000));
    let problem = post_text(&guest, path, json, large).await.problem("too-large");
    assert_eq!(problem["status"], 413);
    let problem = post_text(&guest, path, "text/plain", "{}").await.problem("unsupported-media-type");
    assert_eq!(problem["status"], 415);

    let whole = json!({ "name": "Alice", "email": "alice@example.org", "password": "correct horse 42" });
    let with = |member: &str, value: Value| {
        let mut body = whole.clone();
        body[member] = value;
        body
    };
    for (body, place) in [
        (with("name", json!("")), "/name"),
        (with("name", json!(7)), "/name"),
        (with("email", json!("nobody")), "/email"),
        (with("email", json!(null)), "/email"),
        (with("password", json!("short")), "/password"),
        (with("password", json!("12345678")), "/password"),
        (with("password", json!(["list"])), "/password"),
    ] {
        let problem = guest.post(path, &body).await.problem("validation-failed");
        assert_eq!(places(&problem, "pointer"), [place], "{body}");
    }
    for body in [with("extra", json!(1)), json!({}), json!([]), json!("text"), json!({ "name": "Alice" })] {
        guest.post(path, &body).await.problem("validation-failed");
    }
}

async fn addresses_that_are_wrong(shop: &Shop) {
    let alice = shop.customer("alice").await;
    alice.get("/nowhere").await.problem("unknown-route");
    shop.get("/nowhere").await.problem("unknown-route");
    for (method, path, allowed) in [
        (Method::PUT, "/cart", &["GET", "DELETE"][..]),
        (Method::POST, "/products/1", &["GET", "PATCH", "DELETE"]),
        (Method::DELETE, "/orders", &["GET", "POST"]),
        (Method::GET, "/auth/signin", &["POST"]),
    ] {
        let answer = alice.send(alice.request(method, path)).await;
        assert_eq!(answer.problem("method-not-allowed")["status"], 405);
        for method in allowed {
            assert!(answer.header("allow").contains(method), "{path} allows {}", answer.header("allow"));
        }
    }
    for (query, parameters) in [
        ("page=0", &["page"][..]),
        ("limit=101", &["limit"]),
        ("limit=ten", &["limit"]),
        ("minPrice=abc", &["minPrice"]),
        ("minPrice=1.999", &["minPrice"]),
        ("inStock=maybe", &["inStock"]),
        ("sortBy=password", &["sortBy"]),
        ("order=asc", &["order"]),
        ("unknown=1", &["unknown"]),
        ("page=1&page=2", &["page"]),
        ("after=nonsense", &["after"]),
        ("page=1000&limit=100", &["page"]),
    ] {
        let problem = alice.get(&format!("/products?{query}")).await.problem("validation-failed");
        assert_eq!(places(&problem, "parameter"), parameters, "{query}");
    }
    alice.get("/products?minPrice=40&maxPrice=20").await.problem("validation-failed");
    let problem = alice.get("/products?page=101&limit=100").await.problem("validation-failed");
    assert!(problem.to_string().contains("after"), "{problem}");
}

async fn tokens_that_are_wrong(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let missing = shop.guest().get("/orders").await;
    missing.problem("authentication-required");
    assert!(missing.header("www-authenticate").starts_with("Bearer"), "{missing:?}");
    let [header, claims, signature] = alice.token().split('.').collect::<Vec<_>>()[..] else {
        panic!("a token has three parts")
    };
    let forged = [
        "nonsense".to_owned(),
        format!("{header}.{claims}."),
        format!("{header}.{claims}.{}", signature.chars().rev().collect::<String>()),
        format!("eyJhbGciOiJub25lIn0.{claims}."),
        format!("{header}.{claims}.{signature}.{signature}"),
    ];
    for token in forged {
        alice.with_token(&token).get("/cart").await.problem("invalid-token");
    }
    let basic = shop.guest();
    let request = basic.request(Method::GET, "/cart").header("Authorization", "Basic YTpi");
    assert_eq!(basic.send(request).await.any_problem()["status"], 401);
}

async fn preconditions_that_are_missing_or_stale(shop: &Shop) {
    let tea = shop.stock("TEA-100", 1).await;
    let staff = shop.staff().await;
    let path = format!("/products/{}", tea.id);
    let edit = json!({ "name": "Other" });
    assert_eq!(staff.patch(&path, &edit).await.problem("precondition-required")["status"], 428);
    assert_eq!(staff.delete(&path).await.problem("precondition-required")["status"], 428);
    staff.patch_if(&path, &tea.etag, &edit).await.ok();
    assert_eq!(staff.patch_if(&path, &tea.etag, &edit).await.problem("precondition-failed")["status"], 412);
    assert_eq!(staff.delete_if(&path, &tea.etag).await.problem("precondition-failed")["status"], 412);
}
