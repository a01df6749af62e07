//! Whatever a client sends, it is the client's fault or nobody's: never a 5xx, and every failure is a problem.

use reqwest::Method;
use serde_json::{Value, json};
use system_tests::{Answer, PASSWORD, Shop, on_both_pairs};

on_both_pairs! {
    hostile_addresses,
    hostile_bodies,
    hostile_headers,
    text_that_means_something_to_a_database_is_text,
}

/// What was never meant to be an id, a slug, a page or a text.
const WORDS: [&str; 20] = [
    "0",
    "-1",
    "1e9",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999999",
    "%00",
    "a%00b",
    "%FF%FE",
    "%25",
    "_",
    "%27%3B%20drop%20table%20products%3B--",
    "a%3Ab%3A%2A",
    "line%0Abreak%0D%0Aset",
    "..%2F..%2Fetc%2Fpasswd",
    "%F0%9F%8D%B5",
    "%E2%80%AE%E2%80%8B",
    "%5B%5D",
    "null",
    "",
];

const NAMES: [&str; 12] = [
    "category", "minPrice", "maxPrice", "inStock", "q", "page", "limit", "sortBy", "order", "after",
    "status", "x",
];

fn is_no_breakdown(what: &str, answer: &Answer) {
    assert!(answer.status() < 500, "{what}: {answer:?}");
    if answer.status() >= 400 {
        answer.any_problem();
    }
}

async fn hostile_addresses(shop: &Shop) {
    shop.stock("TEA-100", 9).await;
    let (alice, staff) = (shop.customer("alice").await, shop.staff().await);
    for word in WORDS {
        for path in ["/products/", "/orders/", "/cart/items/", "/auth/sessions/", "/admin/users/", "/"] {
            let path = format!("{path}{word}");
            for method in [Method::GET, Method::DELETE, Method::PATCH, Method::POST] {
                let request = staff.request(method.clone(), &path).header("If-Match", "\"1.x\"");
                let answer = staff.send(request.json(&json!({}))).await;
                is_no_breakdown(&format!("{method} {path}"), &answer);
            }
        }
        for name in NAMES {
            for list in ["/products", "/orders"] {
                let path = format!("{list}?{name}={word}");
                is_no_breakdown(&path, &alice.get(&path).await);
            }
        }
        let long = format!("/products?category={}", word.repeat(50));
        is_no_breakdown(&long, &alice.get(&long).await);
    }
    // The staff account may have been edited, but nothing may have been lost.
    assert_eq!(alice.get("/products").await.ok().data()["total"], 1);
}

/// Values that no member of a body expects.
fn values() -> Vec<Value> {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("\u{202e}\u{feff}"),
        json!("x".repeat(50_000)),
        json!("NaN"),
        json!([]),
        json!({}),
        json!({ "amount": "1e9" }),
        json!({ "amount": 1.5, "currency": "USD" }),
        json!({ "amount": "1.00", "currency": "EUR" }),
        json!({ "a\u{0}": "b\u{0}" }),
        deep,
    ]
}

async fn hostile_bodies(shop: &Shop) {
    let tea = shop.stock("TEA-100", 9).await;
    let staff = shop.staff().await;
    let (stock, item) = (format!("/variants/{}/stock", tea.variant), format!("/cart/items/{}", tea.variant));
    let variants = format!("/products/{}/variants", tea.id);
    let price = json!({ "amount": "1.00" });
    let calls = [
        (
            Method::POST,
            "/auth/signup",
            json!({ "name": "A", "email": "a@example.org", "password": PASSWORD }),
        ),
        (Method::POST, "/auth/signin", json!({ "email": "a@example.org", "password": PASSWORD })),
        (Method::POST, "/cart/items", json!({ "productId": tea.id, "quantity": 1 })),
        (Method::POST, "/cart/items", json!({ "sku": "TEA-100", "quantity": 1 })),
        (Method::POST, "/cart/items", json!({ "variantId": tea.variant, "quantity": 1 })),
        (Method::PATCH, &item, json!({ "quantity": 1 })),
        (Method::POST, "/orders", json!({ "expectedTotal": price })),
        (Method::PATCH, "/me", json!({ "name": "A" })),
        (Method::POST, "/me/password", json!({ "currentPassword": PASSWORD, "newPassword": PASSWORD })),
        (
            Method::POST,
            "/products",
            json!({ "name": "A", "description": "", "category": "A", "price": price, "stock": 1, "sku": "A" }),
        ),
        (
            Method::POST,
            &variants,
            json!({ "sku": "B", "title": "B", "options": { "colour": "red" }, "price": price, "stock": 1 }),
        ),
        (Method::POST, &stock, json!({ "delta": 1, "reason": "found" })),
        (Method::POST, &stock, json!({ "expected": 1, "onHand": 1 })),
    ];
    for (method, path, body) in &calls {
        let members: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
        for member in members {
            for value in values() {
                let mut body = body.clone();
                body[&member] = value.clone();
                let answer = staff.send(staff.request(method.clone(), path).json(&body)).await;
                is_no_breakdown(&format!("{method} {path} with {member} = {value:.50}"), &answer);
            }
        }
    }
    let options =
        json!({ "sku": "C", "title": "C", "options": { "a\u{0}": "b" }, "price": price, "stock": 1 });
    assert_eq!(staff.post(&variants, &options).await.any_problem()["status"], 422);
}

async fn hostile_headers(shop: &Shop) {
    let tea = shop.stock("TEA-100", 9).await;
    let staff = shop.staff().await;
    let product = format!("/products/{}", tea.id);
    let long = "x".repeat(3_000);
    for value in
        ["", "*", "\"", "W/\"1\"", "\"9999999999999999999.x\"", "\"-1.x\"", "1", "\"a\",,\"b\"", &long]
    {
        for (method, name) in [
            (Method::GET, "If-None-Match"),
            (Method::PATCH, "If-Match"),
            (Method::GET, "Authorization"),
            (Method::POST, "Content-Type"),
            (Method::POST, "Idempotency-Key"),
            (Method::GET, "X-Cart-Token"),
            (Method::GET, "X-Request-Id"),
            (Method::GET, "User-Agent"),
        ] {
            let request = staff.request(method.clone(), &product).header(name, value);
            is_no_breakdown(&format!("{method} with {name}: {value:.30}"), &staff.send(request).await);
        }
    }
    for request in [
        "GET /api/v1/products/%zz HTTP/1.1",
        "GET /api/v1/products?category=%zz HTTP/1.1",
        "BREW /tea HTTP/1.1",
    ] {
        let request = format!("{request}\r\nHost: shop\r\nConnection: close\r\n\r\n");
        let line = shop.send_raw(&request);
        assert!(line.starts_with("HTTP/1.1 4"), "{request:?} was answered {line:?}");
    }
}

async fn text_that_means_something_to_a_database_is_text(shop: &Shop) {
    let staff = shop.staff().await;
    for (number, name) in ["100% wool", "snake_case", "back\\slash", "it's", "plain"].into_iter().enumerate()
    {
        let new = json!({ "name": name, "description": "", "category": "Odd: a*b\\c", "price": { "amount": "1.00" },
            "stock": 1, "sku": format!("SKU-{number}") });
        staff.post("/products", &new).await.created();
    }
    for (q, name) in [
        ("%25", "100% wool"),
        ("_", "snake_case"),
        ("%5C", "back\\slash"),
        ("%27", "it's"),
        ("PLAIN", "plain"),
    ] {
        let found = staff.get(&format!("/products?q={q}")).await.ok().data();
        assert_eq!((&found["total"], &found["items"][0]["name"]), (&json!(1), &json!(name)), "{q}");
    }
    let found = staff.get("/products?category=Odd%3A%20a%2Ab%5Cc").await.ok().data();
    assert_eq!(found["total"], 5);
}
