//! Queries of listings, as people and programs may write them. `scripts/fuzz` runs it long.

use super::*;
use domain::Currency;
use domain::catalog::{ListingCursor, ListingQuery, Order, SortKey};
use domain::order::{DeskQuery, OrderCursor};
use domain::page::{decode_cursor, encode_cursor};
use domain::{OrderId, ProductId};
use percent_encoding::percent_encode_byte;
use proptest::prelude::*;

/// Values that parameters have, and some that none has.
const VALUE: &str = r"[0-9]{1,4}|[0-9]{1,2}\.[0-9]{0,3}|true|false|ASC|DESC|price|name|placed|paid|shipped|all|active|2026-1[0-9]-[0-9]{2}|a@b\.c|[A-Za-z0-9_-]{0,12}|\PC{0,8}";
const LISTING: &[&str] = &[
    "category", "minPrice", "maxPrice", "inStock", "q", "status", "page", "limit", "after", "sortBy",
    "order", "x",
];
const DESK: &[&str] = &[
    "status",
    "paymentStatus",
    "fulfillmentStatus",
    "customer",
    "number",
    "placedFrom",
    "placedBefore",
    "page",
    "limit",
    "after",
    "x",
];

fn pairs(names: &'static [&'static str]) -> impl Strategy<Value = Vec<(&'static str, String)>> {
    prop::sample::subsequence(names, 0..5).prop_flat_map(|names| {
        let values = names.iter().map(|_| VALUE).collect::<Vec<_>>();
        values.prop_map(move |values| names.iter().copied().zip(values).collect())
    })
}

fn read<T: FromQuery>(query: &str) -> Option<T> {
    parse(query, Check::new(Currency::parse("USD").unwrap())).ok()
}

/// Writes every byte of a value as `%XX`.
fn encoded((name, value): &(&str, String)) -> String {
    let value: String = value.bytes().map(percent_encode_byte).collect();
    format!("{name}={value}")
}

/// Asserts that a query means the same in another order, that nothing may be said twice, and nothing more be said.
fn is_read_strictly<T: FromQuery + PartialEq + std::fmt::Debug>(
    pairs: &[(&str, String)],
) -> Result<(), TestCaseError> {
    let mut parts: Vec<String> = pairs.iter().map(encoded).collect();
    let read_once = read::<T>(&parts.join("&"));
    let known = read_once.is_some();
    parts.reverse();
    prop_assert_eq!(read::<T>(&parts.join("&&")), read_once);
    for part in parts.iter().map(String::as_str).chain(["unknown=1"]) {
        let more = format!("{}&{part}", parts.join("&"));
        prop_assert!(read::<T>(&more).is_none());
    }
    prop_assert!(!known || pairs.iter().all(|(name, _)| *name != "x"));
    Ok(())
}

proptest! {
    #[test]
    fn a_listings_query_is_read_strictly(pairs in pairs(LISTING)) {
        is_read_strictly::<ListingQuery>(&pairs)?;
    }

    #[test]
    fn a_desks_query_is_read_strictly(pairs in pairs(DESK)) {
        is_read_strictly::<DeskQuery>(&pairs)?;
    }

    #[test]
    fn what_is_encoded_is_decoded_and_other_bytes_are_refused(text in "\\PC{0,60}", raw in r"([%+&=]|[0-9A-Fa-f]|\PC){0,20}") {
        let all: String = text.bytes().map(percent_encode_byte).collect();
        prop_assert_eq!(decode(&all), Some(text));
        if let Some(decoded) = decode(&raw) {
            let again: String = decoded.bytes().map(percent_encode_byte).collect();
            prop_assert_eq!(decode(&again), Some(decoded));
        }
    }

    #[test]
    fn a_cursor_reads_back_and_nothing_longer_does(id: i64, name in "\\PC{0,40}", other in r"[A-Za-z0-9_-]{0,80}") {
        let cursor = ListingCursor { key: SortKey::Name(name), order: Order::Asc, id: ProductId(id) };
        let text = encode_cursor(&cursor);
        prop_assert_eq!(decode_cursor::<ListingCursor>(&text), Ok(cursor));
        let longer = format!("{text}A");
        prop_assert!(decode_cursor::<ListingCursor>(&longer).is_err());
        prop_assert!(decode_cursor::<OrderCursor>(&text).is_err());
        if let Ok(read) = decode_cursor::<OrderCursor>(&other) {
            prop_assert_eq!(encode_cursor(&read), other, "a cursor has one spelling");
        }
        let order = OrderCursor { id: OrderId(id) };
        prop_assert_eq!(decode_cursor::<OrderCursor>(&encode_cursor(&order)), Ok(order));
    }
}
