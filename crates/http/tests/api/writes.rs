//! Good writes: what reaches the services, and what is answered.

use crate::harness::Api;

/// Method, path, body, token, status, location, and the beginning of what the service is asked.
type Case = (&'static str, &'static str, &'static str, &'static str, u16, Option<&'static str>, &'static str);

const WRITES: &[Case] = &[
    (
        "POST",
        "/api/v1/auth/signup",
        r#"{"name":" Ada ","email":"ada@example.org","password":"correct horse"}"#,
        "customer",
        201,
        Some("/api/v1/me"),
        r#"sign_up (SignUp { name: Line("Ada")"#,
    ),
    ("POST", "/api/v1/auth/signout", "{}", "customer", 204, None, "sign_out UserId(2)"),
    ("POST", "/api/v1/auth/signout-all", "", "customer", 204, None, "sign_out_all UserId(2)"),
    (
        "DELETE",
        "/api/v1/auth/sessions/00000000000000000000000000000005",
        "",
        "customer",
        204,
        None,
        r#"end_session (UserId(2), SessionId("00000000000000000000000000000005"))"#,
    ),
    (
        "POST",
        "/api/v1/auth/forgot-password",
        r#"{"email":"Ada@example.org"}"#,
        "customer",
        202,
        None,
        r#"forget_password (EmailAddress { text: "Ada@example.org""#,
    ),
    (
        "POST",
        "/api/v1/auth/reset-password",
        r#"{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","newPassword":"correct horse"}"#,
        "customer",
        204,
        None,
        r#"reset_password "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#,
    ),
    (
        "POST",
        "/api/v1/auth/verify-email",
        r#"{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
        "customer",
        204,
        None,
        r#"verify_email "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#,
    ),
    ("POST", "/api/v1/me/verification", "", "customer", 202, None, "ask_verification UserId(2)"),
    ("PATCH", "/api/v1/me", r#"{"name":"Ada"}"#, "customer", 200, None, "change_profile (UserId(2), "),
    (
        "PATCH",
        "/api/v1/admin/users/9",
        r#"{"role":"staff","disabled":false}"#,
        "staff",
        200,
        None,
        "administer (UserId(9), AccountPatch { role: Some(Staff), disabled: Some(false) })",
    ),
    (
        "POST",
        "/api/v1/products",
        r#"{"name":"Green tea","category":"Grocery","price":{"amount":"12.50","currency":"USD"},"stock":3,"sku":"tea"}"#,
        "staff",
        201,
        Some("/api/v1/products/1"),
        "create (NewProductInput { slug: None",
    ),
    (
        "PATCH",
        "/api/v1/products/1",
        r#"{"status":"active"}"#,
        "staff",
        200,
        None,
        "update (ProductId(1), Some(Version(5)), ProductPatch { slug: None, name: None, description: None, category: None, status: Some(Active)",
    ),
    ("DELETE", "/api/v1/products/1", "", "staff", 204, None, "archive (ProductId(1), Some(Version(5)))"),
    (
        "POST",
        "/api/v1/products/1/variants",
        r#"{"sku":"B","price":{"amount":"2"},"options":{"size":"L"}}"#,
        "staff",
        201,
        Some("/api/v1/products/1"),
        r#"add_variant (ProductId(1), Some(Version(5)), NewVariant { sku: Sku("B"), title: Line("Default"), options: {"size": "L"}, price: 2.00 USD, on_hand: 0 }, UserId(1)"#,
    ),
    (
        "PATCH",
        "/api/v1/products/1/variants/2",
        r#"{"price":{"amount":"2"}}"#,
        "staff",
        200,
        None,
        "update_variant (ProductId(1), VariantId(2), Some(Version(5)), VariantPatch { sku: None",
    ),
    (
        "DELETE",
        "/api/v1/products/1/variants/2",
        "",
        "staff",
        204,
        None,
        "update_variant (ProductId(1), VariantId(2), Some(Version(5)), VariantPatch { sku: None, title: None, options: None, price: None, archived: Some(true) })",
    ),
    (
        "POST",
        "/api/v1/variants/2/stock",
        r#"{"delta":-3,"reason":"broken"}"#,
        "staff",
        200,
        None,
        r#"change_stock (VariantId(2), StockChange { change: By(-3), note: Some(Line("broken")) }, UserId(1)"#,
    ),
    (
        "POST",
        "/api/v1/variants/2/stock",
        r#"{"expected":3,"onHand":0}"#,
        "staff",
        200,
        None,
        "change_stock (VariantId(2), StockChange { change: Replace { expected: 3, on_hand: 0 }, note: None }, UserId(1)",
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"sku":"tea","quantity":2}"#,
        "customer",
        201,
        Some("/api/v1/cart"),
        r#"add (Account(UserId(2)), Some(Version(5)), Sku(Sku("TEA")), Quantity(2))"#,
    ),
    (
        "PATCH",
        "/api/v1/cart/items/2",
        r#"{"quantity":999}"#,
        "customer",
        200,
        None,
        "set (Account(UserId(2)), Some(Version(5)), VariantId(2), Quantity(999))",
    ),
    (
        "DELETE",
        "/api/v1/cart/items/2",
        "",
        "customer",
        200,
        None,
        "remove (Account(UserId(2)), Some(Version(5)), VariantId(2))",
    ),
    (
        "POST",
        "/api/v1/orders",
        r#"{"expectedTotal":{"amount":"9.99"}}"#,
        "customer",
        201,
        Some("/api/v1/orders/7"),
        "place (UserId(2), Checkout { expected: Some(9.99 USD), ship_to: None, note: None }, None)",
    ),
    (
        "POST",
        "/api/v1/orders/7/cancel",
        "{}",
        "customer",
        200,
        None,
        "act (ActingOn { order: OrderId(7), user: UserId(2), role: Customer }, Cancel, None)",
    ),
    (
        "POST",
        "/api/v1/admin/orders/7/refund",
        "",
        "staff",
        200,
        None,
        "act (ActingOn { order: OrderId(7), user: UserId(1), role: Staff }, Refund, None)",
    ),
];

#[actix_web::test]
async fn good_writes_reach_their_service_and_answer_what_came_of_it() {
    for (method, path, body, token, status, location, question) in WRITES {
        let api = Api::new();
        let call = api.call(method, path).by(token).header("If-Match", "\"5.a\"");
        let call = if body.is_empty() { call } else { call.json(body) };
        let answer = call.send().await;
        assert_eq!(answer.status.as_u16(), *status, "{method} {path}: {answer:?}");
        assert_eq!(answer.header("location"), *location, "{method} {path}");
        assert_eq!(answer.text.is_empty(), [202, 204].contains(status), "{method} {path}: {answer:?}");
        let asked = api.stub.asked();
        assert!(asked.len() == 1 && asked[0].starts_with(question), "{method} {path}: {asked:?}");
    }
}

#[actix_web::test]
async fn a_good_write_with_a_parameter_that_nobody_knows_is_none() {
    let api = Api::new();
    for (method, path, body, token, ..) in WRITES {
        let call = api.call(method, &format!("{path}?dryRun=true")).by(token).header("If-Match", "\"5.a\"");
        let answer = if body.is_empty() { call } else { call.json(body) }.send().await;
        assert_eq!(
            (answer.status.as_u16(), answer.places()),
            (422, vec!["dryRun".to_owned()]),
            "{method} {path}"
        );
    }
    assert_eq!(api.stub.asked(), [""; 0], "something was done all the same");
}

#[actix_web::test]
async fn a_product_may_be_made_of_variants() {
    let api = Api::new();
    let body = r#"{"name":"Tea","category":"Grocery","slug":"tea","variants":[
        {"sku":"A","title":"100 g","price":{"amount":"1"}},{"sku":"B","title":"250 g","price":{"amount":"2"}}]}"#;
    let answer = api.call("POST", "/api/v1/products").by("staff").json(body).send().await;
    assert_eq!(answer.status.as_u16(), 201, "{answer:?}");
    let asked = api.stub.asked().remove(0);
    assert!(
        asked.contains(r#"slug: Some(Slug("tea"))"#) && asked.matches("NewVariant {").count() == 2,
        "{asked}"
    );
}

#[actix_web::test]
async fn passwords_reach_the_accounts_and_nothing_that_is_printed() {
    let api = Api::new();
    let body = r#"{"name":"Ada","email":"ada@example.org","password":"correct horse"}"#;
    api.call("POST", "/api/v1/auth/signup").json(body).header("User-Agent", &"x".repeat(300)).send().await;
    let asked = api.stub.asked().remove(0);
    assert!(!asked.contains("correct horse"), "{asked}");
    assert!(asked.contains(&"x".repeat(200)) && !asked.contains(&"x".repeat(201)), "{asked}");
}
