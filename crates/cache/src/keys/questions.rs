//! Whatever is asked: two questions never have one key, and no key has a character that is not in the table. What clients
//! write is made of a few characters that mean something in a key, so that questions come close to one another.

use super::*;
use domain::catalog::{ListingCursor, Order, SortBy, SortKey};
use domain::order::OrderCursor;
use domain::page::Limit;
use domain::{Currency, Timestamp};
use proptest::prelude::*;
use std::collections::HashMap;

fn written() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        ":", "*", "%", "%3A", "3A", "\n", "\r", " ", "+", "?", "[", "a", "A", "1", "20", "true", "after=",
        "gen:", "é", "\u{0}",
    ]);
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat())
}

fn price() -> impl Strategy<Value = Option<Money>> {
    let usd = Currency::parse("USD").unwrap();
    prop::option::of(prop::sample::select(vec!["0", "1", "1.00", "1.5", "10", "100"]))
        .prop_map(move |amount| amount.map(|amount| usd.amount(amount).unwrap()))
}

fn cursor() -> impl Strategy<Value = ListingCursor> {
    let key = prop_oneof![
        (0..3_i64).prop_map(SortKey::Price),
        written().prop_map(SortKey::Name),
        (0..3_i64).prop_map(|second| SortKey::CreatedAt(Timestamp::from_timestamp(second, 0).unwrap())),
    ];
    (key, order(), 1..3_i64).prop_map(|(key, order, id)| ListingCursor { key, order, id: ProductId(id) })
}

fn order() -> impl Strategy<Value = Order> {
    prop::sample::select(vec![Order::Asc, Order::Desc])
}

fn limit() -> impl Strategy<Value = Limit> {
    prop::sample::select(vec![1, 2, 20]).prop_map(|limit| Limit::new(limit).unwrap())
}

fn position<C: std::fmt::Debug + Clone>(
    cursor: impl Strategy<Value = C>,
) -> impl Strategy<Value = Position<C>> {
    prop_oneof![(1..21_u32).prop_map(Position::Page), cursor.prop_map(Position::After)]
}

fn listing() -> impl Strategy<Value = ListingQuery> {
    let filters = (prop::option::of(written()), price(), price(), any::<Option<bool>>());
    let sort_by = prop::sample::select(vec![SortBy::CreatedAt, SortBy::Price, SortBy::Name]);
    (filters, position(cursor()), limit(), sort_by, order()).prop_map(
        |((category, min_price, max_price, in_stock), position, limit, sort_by, order)| ListingQuery {
            category,
            min_price,
            max_price,
            in_stock,
            position,
            limit,
            sort_by,
            order,
            ..ListingQuery::default()
        },
    )
}

fn orders() -> impl Strategy<Value = (UserId, OrderQuery)> {
    let status = prop::option::of(prop::sample::select(vec![OrderStatus::Placed, OrderStatus::Cancelled]));
    let cursor = (1..3_i64).prop_map(|id| OrderCursor { id: OrderId(id) });
    let query = (status, position(cursor), limit());
    let query = query.prop_map(|(status, position, limit)| OrderQuery { status, position, limit });
    ((1..30_i64).prop_map(UserId), query)
}

/// Asserts that a key is made of the table's characters, and that what is read back from it is the same key.
fn is_of_the_table(key: &CellKey) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._~-%:=".contains(c);
    assert!(key.as_str().chars().all(plain), "{key:?}");
    assert_eq!(CellKey::read(key.as_str()).as_ref(), Ok(key));
}

/// Asserts that no two of these questions have one key.
fn are_told_apart<Q: Clone + PartialEq + std::fmt::Debug>(questions: &[Q], key: impl Fn(&Q) -> CellKey) {
    let mut asked: HashMap<String, Q> = HashMap::new();
    for question in questions {
        let key = key(question);
        is_of_the_table(&key);
        let before = asked.entry(key.as_str().to_owned()).or_insert_with(|| question.clone());
        assert_eq!(before, question, "{} is the key of both", key.as_str());
    }
}

/// Puts each part of one question into another.
fn parts_of(one: ListingQuery, into: &ListingQuery) -> [ListingQuery; 8] {
    let ListingQuery { category, min_price, max_price, in_stock, position, limit, sort_by, order, .. } = one;
    [
        ListingQuery { category, ..into.clone() },
        ListingQuery { min_price, ..into.clone() },
        ListingQuery { max_price, ..into.clone() },
        ListingQuery { in_stock, ..into.clone() },
        ListingQuery { position, ..into.clone() },
        ListingQuery { limit, ..into.clone() },
        ListingQuery { sort_by, ..into.clone() },
        ListingQuery { order, ..into.clone() },
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Questions that differ in one part, whichever that is.
    #[test]
    fn listings_are_told_apart(one in listing(), others in prop::collection::vec(listing(), 10)) {
        let questions: Vec<_> = others.into_iter().flat_map(|other| parts_of(other, &one)).collect();
        are_told_apart(&questions, |query| CellKey::listing(query).unwrap());
    }

    /// All but the category alike: what clients write is all that there is to tell them by.
    #[test]
    fn categories_are_told_apart(like in listing(), categories in prop::collection::vec(written(), 100)) {
        let ask = |category| ListingQuery { category: Some(category), ..like.clone() };
        let questions: Vec<_> = categories.into_iter().map(ask).collect();
        are_told_apart(&questions, |query| CellKey::listing(query).unwrap());
    }

    #[test]
    fn pages_of_orders_are_told_apart(questions in prop::collection::vec(orders(), 100)) {
        are_told_apart(&questions, |(user, query)| CellKey::orders(*user, query));
    }
}
