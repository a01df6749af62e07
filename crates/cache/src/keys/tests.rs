//! Every row of the table, to the letter: people look these keys up with `redis-cli`.

use super::*;
use domain::Currency;
use domain::catalog::{ListingCursor, Order, SortBy, SortKey};
use domain::order::OrderCursor;
use domain::page::Limit;

const ALICE: UserId = UserId(2);

fn usd(decimal: &str) -> Money {
    Currency::parse("USD").unwrap().amount(decimal).unwrap()
}

fn check(key: &CellKey, text: &str, tags: &[&str]) {
    assert_eq!(key.as_str(), text);
    assert_eq!(key.tags().iter().map(Tag::as_str).collect::<Vec<_>>(), tags, "{text}");
}

#[test]
fn accounts_carts_products_and_orders() {
    check(&CellKey::account(ALICE), "user:token:2", &["user:2"]);
    check(&CellKey::cart(ALICE), "cart:2", &["cart:2", "variants"]);
    check(&CellKey::product(ProductId(7)), "product:7", &["product:7"]);
    let slug = Slug::of("Green tea");
    check(&CellKey::product_by_slug(&slug), "product:slug:green-tea", &["slug:green-tea"]);
    check(&CellKey::categories(), "categories", &["catalog"]);
    check(&CellKey::order(ALICE, OrderId(9)), "order:2:9", &["orders:2"]);
}

#[test]
fn pages_of_orders() {
    let mut query = OrderQuery { status: None, position: Position::Page(1), limit: Limit::DEFAULT };
    check(&CellKey::orders(ALICE, &query), "orders:2:1:20:", &["orders:2"]);
    query.status = Some(OrderStatus::Cancelled);
    check(&CellKey::orders(ALICE, &query), "orders:2:1:20:cancelled", &["orders:2"]);
    query.position = Position::After(OrderCursor { id: OrderId(9) });
    let after = encode_cursor(&OrderCursor { id: OrderId(9) });
    check(&CellKey::orders(ALICE, &query), &format!("orders:2::20:cancelled:after={after}"), &["orders:2"]);
}

#[test]
fn listings() {
    let everything = ListingQuery::default();
    check(&CellKey::listing(&everything).unwrap(), "products:::::1:20:createdAt:DESC", &["catalog"]);
    let mut query = ListingQuery {
        category: Some("Electronics".to_owned()),
        min_price: Some(usd("20.00")),
        max_price: Some(usd("40")),
        in_stock: Some(true),
        ..everything
    };
    let text = "products:Electronics:20:40:true:1:20:createdAt:DESC";
    check(&CellKey::listing(&query).unwrap(), text, &["category:electronics"]);
    query.min_price = Some(usd("19.90"));
    query.in_stock = Some(false);
    query.sort_by = SortBy::Price;
    query.order = Order::Asc;
    let cursor = ListingCursor { key: SortKey::Price(1990), order: Order::Asc, id: ProductId(3) };
    let after = encode_cursor(&cursor);
    query.position = Position::After(cursor);
    let text = format!("products:Electronics:19.9:40:false::20:price:ASC:after={after}");
    check(&CellKey::listing(&query).unwrap(), &text, &["category:electronics"]);
}

#[test]
fn nothing_that_a_client_writes_reaches_out_of_its_part() {
    for (category, part) in [
        ("Home & Kitchen", "Home%20%26%20Kitchen"),
        ("a:b", "a%3Ab"),
        ("*", "%2A"),
        ("a\nb\r", "a%0Ab%0D"),
        ("100%3A", "100%253A"),
        ("gen:catalog?[x]", "gen%3Acatalog%3F%5Bx%5D"),
        ("Café", "Caf%C3%A9"),
        ("A-z.0_9~", "A-z.0_9~"),
    ] {
        let query = ListingQuery { category: Some(category.to_owned()), ..ListingQuery::default() };
        let key = CellKey::listing(&query).unwrap();
        assert_eq!(key.as_str(), format!("products:{part}::::1:20:createdAt:DESC"));
    }
}

#[test]
fn searches_and_what_only_staff_may_see_have_no_cell() {
    let search = ListingQuery { q: Some("tea".to_owned()), ..ListingQuery::default() };
    assert_eq!(CellKey::listing(&search), None);
    for status in [StatusFilter::Archived, StatusFilter::All] {
        assert_eq!(CellKey::listing(&ListingQuery { status, ..ListingQuery::default() }), None);
    }
}

#[test]
fn spellings_of_a_category_share_its_tag() {
    for name in ["Home & Kitchen", "home-kitchen", "HOME KITCHEN"] {
        let query = ListingQuery { category: Some(name.to_owned()), ..ListingQuery::default() };
        assert_eq!(CellKey::listing(&query).unwrap().tags()[0].as_str(), "category:home-kitchen");
    }
}
