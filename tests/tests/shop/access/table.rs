//! The table: method, path, body, and what each of [`WHO`] is answered. What stands in braces is a customer's, or was made
//! for the one request; `{n}` is a number that nothing has yet. Nora is a customer who only ever signs in.

use super::scene::Who;

/// The columns.
pub(super) const WHO: [Who; 5] = [Who::Anonymous, Who::Customer, Who::Other, Who::Staff, Who::Revoked];

const SIGN_UP: &str = r#"{"name":"Eve","email":"eve-{n}@example.org","password":"correct horse 42 battery"}"#;
const SIGN_IN: &str = r#"{"email":"nora@example.org","password":"correct horse 42 battery"}"#;
const NEW_PASSWORD: &str =
    r#"{"currentPassword":"correct horse 42 battery","newPassword":"violet anchor 73 thimble"}"#;
/// Both with a token that nobody was sent: it alone says whose account is meant.
const RESET: &str =
    r#"{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","newPassword":"violet anchor 73 thimble"}"#;
const VERIFY: &str = r#"{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
const PRODUCT: &str = r#"{"name":"Mug {n}","description":"","category":"Mugs","price":{"amount":"1.00"},"stock":1,"sku":"MUG-{n}"}"#;
const VARIANT: &str = r#"{"sku":"MUG-{n}-L","options":{"size":"L"},"price":{"amount":"2.00"},"stock":1}"#;
const ENDPOINT: &str = r#"{"url":"http://127.0.0.1:9/{n}","events":["order.placed"]}"#;

/// A row. What is for everybody asks of no session, so that reading the catalogue costs no look at one.
type Row = (&'static str, &'static str, &'static str, [u16; 5]);

pub(super) const TABLE: &[Row] = &[
    ("POST", "/api/v1/auth/signup", SIGN_UP, [201, 201, 201, 201, 201]),
    ("POST", "/api/v1/auth/signin", SIGN_IN, [200, 200, 200, 200, 200]),
    ("POST", "/api/v1/auth/signout", "", [401, 204, 204, 204, 401]),
    ("POST", "/api/v1/auth/signout-all", "", [401, 204, 204, 204, 401]),
    ("POST", "/api/v1/auth/forgot-password", r#"{"email":"nora@example.org"}"#, [202, 202, 202, 202, 202]),
    ("POST", "/api/v1/auth/reset-password", RESET, [422, 422, 422, 422, 422]),
    ("POST", "/api/v1/auth/verify-email", VERIFY, [422, 422, 422, 422, 422]),
    ("GET", "/api/v1/auth/sessions", "", [401, 200, 200, 200, 401]),
    ("DELETE", "/api/v1/auth/sessions/{id}", "", [401, 204, 404, 404, 401]),
    ("GET", "/api/v1/me", "", [401, 200, 200, 200, 401]),
    ("PATCH", "/api/v1/me", r#"{"name":"Eve"}"#, [401, 200, 200, 200, 401]),
    ("POST", "/api/v1/me/password", NEW_PASSWORD, [401, 204, 204, 204, 401]),
    ("POST", "/api/v1/me/verification", "", [401, 202, 202, 202, 401]),
    ("GET", "/api/v1/products", "", [200, 200, 200, 200, 200]),
    ("POST", "/api/v1/products", PRODUCT, [401, 403, 403, 201, 401]),
    ("GET", "/api/v1/products/{id}", "", [200, 200, 200, 200, 200]),
    ("PATCH", "/api/v1/products/{id}", r#"{"name":"Cup {n}"}"#, [401, 403, 403, 200, 401]),
    ("DELETE", "/api/v1/products/{id}", "", [401, 403, 403, 204, 401]),
    ("POST", "/api/v1/products/{id}/variants", VARIANT, [401, 403, 403, 201, 401]),
    ("PATCH", "/api/v1/products/{id}/variants/{variantId}", r#"{"title":"Big"}"#, [401, 403, 403, 200, 401]),
    ("DELETE", "/api/v1/products/{id}/variants/{variantId}", "", [401, 403, 403, 204, 401]),
    (
        "POST",
        "/api/v1/variants/{variantId}/stock",
        r#"{"delta":1,"reason":"found"}"#,
        [401, 403, 403, 200, 401],
    ),
    ("GET", "/api/v1/categories", "", [200, 200, 200, 200, 200]),
    ("GET", "/api/v1/cart", "", [200, 200, 200, 200, 401]),
    ("DELETE", "/api/v1/cart", "", [200, 200, 200, 200, 401]),
    ("POST", "/api/v1/cart/items", r#"{"sku":"TEA-100","quantity":1}"#, [201, 201, 201, 201, 401]),
    ("PATCH", "/api/v1/cart/items/{variantId}", r#"{"quantity":2}"#, [404, 200, 404, 404, 401]),
    ("DELETE", "/api/v1/cart/items/{variantId}", "", [404, 200, 404, 404, 401]),
    ("GET", "/api/v1/orders", "", [401, 200, 200, 200, 401]),
    ("POST", "/api/v1/orders", "{}", [401, 201, 409, 409, 401]),
    ("GET", "/api/v1/orders/{id}", "", [401, 200, 404, 404, 401]),
    ("POST", "/api/v1/orders/{id}/cancel", "", [401, 200, 404, 404, 401]),
    ("GET", "/api/v1/admin/orders", "", [401, 403, 403, 200, 401]),
    ("GET", "/api/v1/admin/orders/{id}", "", [401, 403, 403, 200, 401]),
    ("POST", "/api/v1/admin/orders/{id}/{action}", "", [401, 403, 403, 200, 401]),
    ("PATCH", "/api/v1/admin/users/{id}", r#"{"disabled":true}"#, [401, 403, 403, 200, 401]),
    ("GET", "/api/v1/admin/webhooks", "", [401, 403, 403, 200, 401]),
    ("POST", "/api/v1/admin/webhooks", ENDPOINT, [401, 403, 403, 201, 401]),
    ("GET", "/api/v1/admin/webhooks/{id}", "", [401, 403, 403, 200, 401]),
    ("PATCH", "/api/v1/admin/webhooks/{id}", r#"{"status":"paused"}"#, [401, 403, 403, 200, 401]),
    ("DELETE", "/api/v1/admin/webhooks/{id}", "", [401, 403, 403, 204, 401]),
    ("GET", "/api/v1/admin/webhooks/{id}/secret", "", [401, 403, 403, 200, 401]),
    ("POST", "/api/v1/admin/webhooks/{id}/secret", "", [401, 403, 403, 200, 401]),
    ("GET", "/api/v1/admin/webhooks/{id}/deliveries", "", [401, 403, 403, 200, 401]),
    ("POST", "/api/v1/admin/webhooks/{id}/deliveries/{deliveryId}/replay", "", [401, 403, 403, 200, 401]),
    ("GET", "/api/v1/admin/cache/keys", "", [401, 403, 403, 200, 401]),
    ("GET", "/api/v1/admin/cache/entries/{key}", "", [401, 403, 403, 200, 401]),
    ("GET", "/api/v1/admin/cache/stats", "", [401, 403, 403, 200, 401]),
    ("GET", "/health/live", "", [200, 200, 200, 200, 200]),
    ("GET", "/health/ready", "", [200, 200, 200, 200, 200]),
    ("GET", "/openapi.json", "", [200, 200, 200, 200, 200]),
    ("GET", "/problems/{type}", "", [200, 200, 200, 200, 200]),
    ("GET", "/docs", "", [200, 200, 200, 200, 200]),
    ("GET", "/docs/{file:.*}", "", [200, 200, 200, 200, 200]),
];
