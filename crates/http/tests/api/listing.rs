//! What of a query reaches the catalogue and the orders.

use crate::harness::Api;
use domain::catalog::{ListingCursor, Order, SortKey};
use domain::order::OrderCursor;
use domain::page::encode_cursor;
use domain::{OrderId, ProductId, Timestamp};

async fn asked(path: &str) -> String {
    let api = Api::new();
    let answer = api.call("GET", path).by("customer").send().await;
    assert_eq!(answer.status.as_u16(), 200, "{path}: {answer:?}");
    api.stub.asked().remove(0)
}

#[actix_web::test]
async fn every_filter_reaches_the_catalogue() {
    let question = asked(
        "/api/v1/products?category=Home+%26%20Kitchen&minPrice=20&maxPrice=40.00&inStock=true&q=%20tea%20&page=2\
         &limit=10&sortBy=price&order=ASC",
    )
    .await;
    for part in [
        r#"category: Some("Home & Kitchen")"#,
        "min_price: Some(20.00 USD)",
        "max_price: Some(40.00 USD)",
        "in_stock: Some(true)",
        r#"q: Some("tea")"#,
        "status: Active",
        "position: Page(2)",
        "limit: Limit(10)",
        "sort_by: Price",
        "order: Asc",
    ] {
        assert!(question.contains(part), "no {part} in {question}");
    }
}

#[actix_web::test]
async fn nothing_asked_is_the_default_and_blank_text_is_nothing() {
    let plain = asked("/api/v1/products").await;
    assert_eq!(asked("/api/v1/products?").await, plain);
    assert_eq!(asked("/api/v1/products?q=&status=active").await, plain);
    assert_eq!(asked("/api/v1/products?q=+%20").await, plain);
    assert!(plain.contains("page: Page(1)") || plain.contains("position: Page(1)"));
}

#[actix_web::test]
async fn a_cursor_reads_on_and_belongs_to_its_order() {
    let key = SortKey::CreatedAt(Timestamp::UNIX_EPOCH);
    let cursor = encode_cursor(&ListingCursor { key, order: Order::Desc, id: ProductId(9) });
    let question = asked(&format!("/api/v1/products?after={cursor}")).await;
    assert!(question.contains("After(") && question.contains("ProductId(9)"), "{question}");
    let other = Api::new().get(&format!("/api/v1/products?order=ASC&after={cursor}")).await;
    assert_eq!((other.status.as_u16(), other.places()), (422, vec!["after".to_owned()]));
}

#[actix_web::test]
async fn every_filter_reaches_the_desk() {
    let api = Api::new();
    let ask = async |query: &str| {
        let answer = api.call("GET", &format!("/api/v1/admin/orders?{query}")).by("staff").send().await;
        assert_eq!(answer.status.as_u16(), 200, "{query}: {answer:?}");
        api.stub.asked().pop().unwrap()
    };
    let question =
        ask("status=cancelled&paymentStatus=refunded&fulfillmentStatus=unfulfilled&customer=ADA@Example.org\
         &number=7k2m9x4qrt&placedFrom=2026-11-01&placedBefore=2026-11-02T01:00:00%2B01:00&page=2&limit=10")
        .await;
    for part in [
        "status: Some(Cancelled)",
        "payment: Some(Refunded)",
        "fulfillment: Some(Unfulfilled)",
        "customer: Some(Email(",
        "ADA@Example.org",
        "7K2M9-X4QRT",
        "placed_from: Some(2026-11-01T00:00:00Z)",
        "placed_before: Some(2026-11-02T00:00:00Z)",
        "position: Page(2)",
        "limit: Limit(10)",
    ] {
        assert!(question.contains(part), "no {part} in {question}");
    }
    let account = ask("customer=12").await;
    assert!(account.contains("customer: Some(Account(UserId(12)))"), "{account}");
    let cursor = encode_cursor(&OrderCursor { id: OrderId(9) });
    let next = ask(&format!("after={cursor}")).await;
    assert!(next.contains("After(OrderCursor { id: OrderId(9) })"), "{next}");
    let plain = ask("").await;
    assert!(
        plain.contains("status: None") && plain.contains("position: Page(1), limit: Limit(20)"),
        "{plain}"
    );
}

#[actix_web::test]
async fn a_product_is_asked_for_by_id_or_slug() {
    assert_eq!(asked("/api/v1/products/12").await, "product ProductId(12)");
    assert_eq!(asked("/api/v1/products/green-tea").await, r#"product_by_slug Slug("green-tea")"#);
}

#[actix_web::test]
async fn orders_are_asked_for_by_status_and_page() {
    let question = asked("/api/v1/orders?status=cancelled&page=3&limit=5").await;
    for part in ["UserId(2)", "status: Some(Cancelled)", "position: Page(3)", "limit: Limit(5)"] {
        assert!(question.contains(part), "no {part} in {question}");
    }
}
