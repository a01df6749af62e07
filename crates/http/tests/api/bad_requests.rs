//! Bad requests, each with what it is answered.

use crate::harness::Api;

/// Method, path, body, status, problem, and where it is wrong.
type Case = (&'static str, &'static str, &'static str, u16, &'static str, &'static [&'static str]);

const BODIES: &[Case] = &[
    ("POST", "/api/v1/auth/signup", r#"{"email":"#, 400, "malformed-request", &[]),
    ("POST", "/api/v1/auth/signup", "", 400, "malformed-request", &[]),
    ("POST", "/api/v1/auth/signup", r#"{"x":1, "email""#, 400, "malformed-request", &[]),
    ("POST", "/api/v1/auth/signup", "{} {}", 400, "malformed-request", &[]),
    ("POST", "/api/v1/auth/signup", "{\"name\":\"\u{1}\"}", 400, "malformed-request", &[]),
    ("POST", "/api/v1/auth/signup", r#"{"name":"\ud800"}"#, 422, "validation-failed", &["/name"]),
    ("POST", "/api/v1/auth/signup", "[]", 422, "validation-failed", &[""]),
    (
        "POST",
        "/api/v1/auth/signup",
        r#"["Ada","ada@example.org","correct horse"]"#,
        422,
        "validation-failed",
        &[""],
    ),
    (
        "POST",
        "/api/v1/orders",
        r#"{"expectedTotal":["9.99"]}"#,
        422,
        "validation-failed",
        &["/expectedTotal"],
    ),
    ("POST", "/api/v1/auth/signup", "7", 422, "validation-failed", &[""]),
    ("POST", "/api/v1/auth/signup", "null", 422, "validation-failed", &[""]),
    ("POST", "/api/v1/auth/signup", "{}", 422, "validation-failed", &["/name", "/email", "/password"]),
    (
        "POST",
        "/api/v1/auth/signup",
        r#"{"email":"x","password":"y","name":""}"#,
        422,
        "validation-failed",
        &["/name", "/email", "/password"],
    ),
    (
        "POST",
        "/api/v1/auth/signup",
        r#"{"email":"a\u0000b@example.org","password":"correct horse","name":"n"}"#,
        422,
        "validation-failed",
        &["/email"],
    ),
    ("POST", "/api/v1/auth/signup", r#"{"name":1}"#, 422, "validation-failed", &["/name"]),
    ("POST", "/api/v1/auth/signup", r#"{"name":null}"#, 422, "validation-failed", &["/name"]),
    ("POST", "/api/v1/auth/signup", r#"{"role":"staff"}"#, 422, "validation-failed", &["/role"]),
    ("POST", "/api/v1/auth/signup", r#"{"a/b~c":1}"#, 422, "validation-failed", &["/a~1b~0c"]),
    ("POST", "/api/v1/auth/signup", r#"{"name":"a","name":"b"}"#, 422, "validation-failed", &["/name"]),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"quantity":0}"#,
        422,
        "validation-failed",
        &["/quantity"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"quantity":1000}"#,
        422,
        "validation-failed",
        &["/quantity"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"quantity":-1}"#,
        422,
        "validation-failed",
        &["/quantity"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"quantity":1.5}"#,
        422,
        "validation-failed",
        &["/quantity"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"quantity":9223372036854775808}"#,
        422,
        "validation-failed",
        &["/quantity"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"quantity":1e999}"#,
        422,
        "validation-failed",
        &["/quantity"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"quantity":1.0}"#,
        422,
        "validation-failed",
        &["/quantity"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"quantity":1e2}"#,
        422,
        "validation-failed",
        &["/quantity"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1e0,"quantity":1}"#,
        422,
        "validation-failed",
        &["/productId"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":9223372036854775808,"quantity":1}"#,
        422,
        "validation-failed",
        &["/productId"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"variantId":-9223372036854775809,"quantity":1}"#,
        422,
        "validation-failed",
        &["/variantId"],
    ),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"quantity":-9223372036854775808}"#,
        422,
        "validation-failed",
        &["/quantity"],
    ),
    (
        "POST",
        "/api/v1/variants/1/stock",
        r#"{"delta":9223372036854775807,"reason":"r"}"#,
        422,
        "validation-failed",
        &["/delta"],
    ),
    (
        "POST",
        "/api/v1/orders",
        r#"{"expectedTotal":{"amount":"1","amount":"2"}}"#,
        422,
        "validation-failed",
        &["/expectedTotal/amount"],
    ),
    (
        "POST",
        "/api/v1/products",
        r#"{"name":"a","category":"b","variants":[{"sku":"A","sku":"B","price":{"amount":"1"}}]}"#,
        422,
        "validation-failed",
        &["/variants/0/sku"],
    ),
    ("POST", "/api/v1/cart/items", r#"{"quantity":1}"#, 422, "validation-failed", &[""]),
    (
        "POST",
        "/api/v1/cart/items",
        r#"{"productId":1,"sku":"A","quantity":1}"#,
        422,
        "validation-failed",
        &[""],
    ),
    ("PATCH", "/api/v1/cart/items/1", "{}", 422, "validation-failed", &["/quantity"]),
    (
        "POST",
        "/api/v1/orders",
        r#"{"expectedTotal":{"amount":"1.999","currency":"EUR"}}"#,
        422,
        "validation-failed",
        &["/expectedTotal/currency", "/expectedTotal/amount"],
    ),
    ("PATCH", "/api/v1/me", "{}", 422, "validation-failed", &["/name"]),
    ("PATCH", "/api/v1/admin/users/1", "{}", 422, "validation-failed", &[""]),
    ("PATCH", "/api/v1/admin/users/1", r#"{"role":"king"}"#, 422, "validation-failed", &["/role"]),
    ("POST", "/api/v1/products", "{}", 422, "validation-failed", &["/name", "/category", "/sku", "/price"]),
    (
        "POST",
        "/api/v1/products",
        r#"{"name":"a","category":"b","variants":[]}"#,
        422,
        "validation-failed",
        &["/variants"],
    ),
    (
        "POST",
        "/api/v1/products",
        r#"{"name":"a","category":"b","stock":1,"variants":[{"sku":"A","price":{"amount":"1"}}]}"#,
        422,
        "validation-failed",
        &["/variants"],
    ),
    (
        "POST",
        "/api/v1/products",
        r#"{"name":"a","category":"b","variants":[{"sku":"A","price":{"amount":"1"}},{"sku":"é","price":{"amount":"x"},"stock":-1,"options":{"a/b":"\u0000"}}]}"#,
        422,
        "validation-failed",
        &["/variants/1/sku", "/variants/1/options/a~1b", "/variants/1/price/amount", "/variants/1/stock"],
    ),
    (
        "POST",
        "/api/v1/products",
        r#"{"name":"a","category":"b","sku":"A","price":{"amount":19.99}}"#,
        422,
        "validation-failed",
        &["/price/amount"],
    ),
    (
        "POST",
        "/api/v1/products",
        r#"{"variants":[{"sku":"A","x":1}]}"#,
        422,
        "validation-failed",
        &["/variants/0/x"],
    ),
    ("PATCH", "/api/v1/products/1", r#"{"stock":5}"#, 422, "validation-failed", &["/stock"]),
    ("PATCH", "/api/v1/products/1", r#"{"name":null}"#, 422, "validation-failed", &["/name"]),
    ("PATCH", "/api/v1/products/1", r#"{"status":"gone"}"#, 422, "validation-failed", &["/status"]),
    (
        "POST",
        "/api/v1/products/1/variants",
        r#"{"sku":"A","price":{"amount":"1"},"options":{"a":"1","a":"2"}}"#,
        422,
        "validation-failed",
        &["/options/a"],
    ),
    ("PATCH", "/api/v1/products/1/variants/1", r#"{"stock":5}"#, 422, "validation-failed", &["/stock"]),
    ("POST", "/api/v1/variants/1/stock", "{}", 422, "validation-failed", &["/expected", "/onHand"]),
    ("POST", "/api/v1/variants/1/stock", r#"{"delta":0}"#, 422, "validation-failed", &["/delta", "/reason"]),
    (
        "POST",
        "/api/v1/variants/1/stock",
        r#"{"delta":1,"reason":"r","onHand":1}"#,
        422,
        "validation-failed",
        &["/delta"],
    ),
];

#[actix_web::test]
async fn bad_bodies_are_named() {
    let api = Api::new();
    for (method, path, body, status, problem, places) in BODIES {
        let answer = api.call(method, path).by("staff").header("If-Match", "*").json(body).send().await;
        assert_eq!(answer.status.as_u16(), *status, "{method} {path} {body}: {answer:?}");
        assert_eq!(answer.problem(), *problem, "{method} {path} {body}");
        assert_eq!(answer.places(), *places, "{method} {path} {body}: {answer:?}");
    }
    assert_eq!(api.stub.asked(), [""; 0], "something was done about a bad request");
}

/// Path with query, status, problem, and where it is wrong.
const ADDRESSES: &[(&str, u16, &str, &[&str])] = &[
    ("/nowhere", 404, "unknown-route", &[]),
    ("/api/v1", 404, "unknown-route", &[]),
    ("/api/v1/products/", 404, "unknown-route", &[]),
    ("/api/v1/products/%00", 404, "not-found", &[]),
    ("/api/v1/products/%ff", 404, "not-found", &[]),
    ("/api/v1/products/%zz", 404, "not-found", &[]),
    ("/api/v1/products/0", 404, "not-found", &[]),
    ("/api/v1/products/9223372036854775808", 404, "not-found", &[]),
    ("/api/v1/products/Green", 404, "not-found", &[]),
    ("/api/v1/orders/abc", 404, "not-found", &[]),
    ("/api/v1/orders/-1", 404, "not-found", &[]),
    ("/problems/nothing", 404, "not-found", &[]),
    ("/docs/nothing.js", 404, "not-found", &[]),
    ("/api/v1/products?page=0", 422, "validation-failed", &["page"]),
    ("/api/v1/products?page=9223372036854775807", 422, "validation-failed", &["page"]),
    ("/api/v1/products?page=1000000000", 422, "validation-failed", &["page"]),
    ("/api/v1/products?page=1e3", 422, "validation-failed", &["page"]),
    ("/api/v1/products?page=1.0", 422, "validation-failed", &["page"]),
    ("/api/v1/products?page=%2B1", 422, "validation-failed", &["page"]),
    ("/api/v1/products?limit=1000000000", 422, "validation-failed", &["limit"]),
    ("/api/v1/products?page=-1", 422, "validation-failed", &["page"]),
    ("/api/v1/products?page=501&limit=20", 422, "validation-failed", &["page"]),
    ("/api/v1/products?limit=101", 422, "validation-failed", &["limit"]),
    ("/api/v1/products?limit=0&page=x", 422, "validation-failed", &["limit", "page"]),
    ("/api/v1/products?minPrice=abc", 422, "validation-failed", &["minPrice"]),
    ("/api/v1/products?minPrice=3&maxPrice=2", 422, "validation-failed", &["minPrice"]),
    ("/api/v1/products?sortBy=password&order=up", 422, "validation-failed", &["sortBy", "order"]),
    ("/api/v1/products?inStock=yes", 422, "validation-failed", &["inStock"]),
    ("/api/v1/products?q=a%00b", 422, "validation-failed", &["q"]),
    ("/api/v1/products?status=gone", 422, "validation-failed", &["status"]),
    ("/api/v1/products?category=", 422, "validation-failed", &["category"]),
    ("/api/v1/products?after=nonsense", 422, "validation-failed", &["after"]),
    ("/api/v1/products?page=1&after=x", 422, "validation-failed", &["after", "after"]),
    ("/api/v1/products?q=a&q=a", 422, "validation-failed", &["q"]),
    ("/api/v1/products?colour=red&Page=1", 422, "validation-failed", &["Page", "colour"]),
    ("/api/v1/products?q=%", 400, "malformed-request", &[]),
    ("/api/v1/products?q=%zz", 400, "malformed-request", &[]),
    ("/api/v1/products?q=%ff", 400, "malformed-request", &[]),
    ("/api/v1/orders?status=lost", 422, "validation-failed", &["status"]),
    ("/api/v1/orders?x=1", 422, "validation-failed", &["x"]),
];

#[actix_web::test]
async fn bad_addresses_are_named() {
    let api = Api::new();
    for (path, status, problem, places) in ADDRESSES {
        let answer = api.call("GET", path).by("customer").send().await;
        assert_eq!(answer.status.as_u16(), *status, "{path}: {answer:?}");
        assert_eq!(answer.problem(), *problem, "{path}");
        assert_eq!(answer.places(), *places, "{path}: {answer:?}");
    }
    assert_eq!(api.stub.asked(), [""; 0], "something was asked for a bad address");
}

/// What staff ask of everybody's orders, and where it is wrong.
const QUESTIONS: &[(&str, &[&str])] = &[
    ("status=lost", &["status"]),
    ("paymentStatus=owed", &["paymentStatus"]),
    ("fulfillmentStatus=Shipped", &["fulfillmentStatus"]),
    ("customer=ada", &["customer"]),
    ("customer=", &["customer"]),
    ("customer=9223372036854775808", &["customer"]),
    ("customer=a%00@example.org", &["customer"]),
    ("number=12345", &["number"]),
    ("number=%00%00%00%00%00%00%00%00%00%00", &["number"]),
    ("placedFrom=yesterday", &["placedFrom"]),
    ("placedFrom=2026-02-30", &["placedFrom"]),
    ("placedFrom=2026-11-01T25:00:00Z", &["placedFrom"]),
    ("placedFrom=2026-11-01T12:00:00", &["placedFrom"]),
    ("placedFrom=%2B12026-11-01", &["placedFrom"]),
    ("placedBefore=9999-12-31T23:59:59-10:00", &["placedBefore"]),
    ("placedFrom=2026-11-02&placedBefore=2026-11-01", &["placedBefore"]),
    ("placedFrom=2026-11-02&placedBefore=2026-11-02", &["placedBefore"]),
    ("limit=101", &["limit"]),
    ("page=501", &["page"]),
    ("after=nonsense", &["after"]),
    ("page=1&after=x", &["after", "after"]),
    ("status=placed&status=placed", &["status"]),
    ("user=2&placedTo=2026-11-01", &["placedTo", "user"]),
    ("status=x&paymentStatus=x&number=x", &["status", "paymentStatus", "number"]),
];

#[actix_web::test]
async fn bad_filters_of_orders_each_name_the_parameter() {
    let api = Api::new();
    for (query, places) in QUESTIONS {
        let answer = api.call("GET", &format!("/api/v1/admin/orders?{query}")).by("staff").send().await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem()),
            (422, "validation-failed".to_owned()),
            "{query}: {answer:?}"
        );
        assert_eq!(answer.places(), *places, "{query}: {answer:?}");
    }
    for path in
        ["/api/v1/admin/orders/0", "/api/v1/admin/orders/abc", "/api/v1/admin/orders/9223372036854775808"]
    {
        assert_eq!(api.call("GET", path).by("staff").send().await.problem(), "not-found", "{path}");
    }
    for action in ["delete", "Pay", "place"] {
        let path = format!("/api/v1/admin/orders/7/{action}");
        assert_eq!(api.call("POST", &path).by("staff").send().await.status.as_u16(), 404, "{path}");
    }
    assert_eq!(api.stub.asked(), [""; 0], "something was asked for a bad question");
}

#[actix_web::test]
async fn a_page_that_is_too_deep_names_the_way_on() {
    let answer = Api::new().get("/api/v1/products?page=501&limit=20").await;
    assert!(answer.text.contains("`after`"), "{answer:?}");
}

#[actix_web::test]
async fn what_a_client_sent_is_not_repeated() {
    let body = r#"{"password":["hunter2"],"name":"n","email":"a@example.org"}"#;
    let answer = Api::new().call("POST", "/api/v1/auth/signup").json(body).send().await;
    assert_eq!(answer.places(), ["/password"]);
    assert!(!answer.text.contains("hunter2"), "{answer:?}");
}
