//! Listings: filters, total orders, pages, cursors and the literal search.

use crate::shop::{Shop, Wanted, at, usd};
use domain::catalog::{ListingCursor, ListingQuery, Order, ProductStatus, SortBy, SortKey, StatusFilter};
use domain::page::{Limit, Position, decode_cursor};
use domain::{ProductId, Timestamp};

fn names(page: &domain::page::Page<domain::catalog::ProductItem>) -> Vec<&str> {
    page.items.iter().map(|item| item.name.as_str()).collect()
}

async fn found(shop: &Shop, query: ListingQuery) -> Vec<String> {
    let page = shop.list(query).await;
    assert_eq!(page.total, page.items.len() as u64);
    names(&page).into_iter().map(str::to_owned).collect()
}

/// Five products, the last one the newest; the first is archived.
async fn stocked(shop: &Shop) {
    for (second, wanted) in [
        Wanted::simple("Old tea", 100, 9),
        Wanted::simple("Cup", 2_000, 0),
        Wanted { category: "Electronics", ..Wanted::simple("Kettle", 4_000, 3) },
        Wanted { category: "Electronics", ..Wanted::with("Lamp", vec![(4_100, 0), (5_000, 9)]) },
        Wanted::simple("Tea", 3_000, 7),
    ]
    .into_iter()
    .enumerate()
    {
        let product = shop.product(Wanted { created_at: at(i64::try_from(second).unwrap()), ..wanted }).await;
        if second == 0 {
            shop.edit(product.id, |tea| tea.status = ProductStatus::Archived).await;
        }
    }
}

pub(crate) async fn filters_select_and_combine(shop: Shop) {
    stocked(&shop).await;
    let all = ListingQuery::default;
    let price = |text| Some(usd().amount(text).unwrap());
    let category = |text: &str| Some(text.to_owned());
    assert_eq!(found(&shop, all()).await, ["Tea", "Lamp", "Kettle", "Cup"]);
    for by_name_or_slug in ["Electronics", "electronics", " ELECTRONICS "] {
        let query = ListingQuery { category: category(by_name_or_slug), ..all() };
        assert_eq!(found(&shop, query).await, ["Lamp", "Kettle"]);
    }
    let query = ListingQuery { min_price: price("20"), max_price: price("40"), ..all() };
    assert_eq!(found(&shop, query.clone()).await, ["Tea", "Kettle", "Cup"]);
    let query = ListingQuery { in_stock: Some(true), ..query };
    assert_eq!(found(&shop, query.clone()).await, ["Tea", "Kettle"]);
    let query = ListingQuery { category: category("electronics"), ..query };
    assert_eq!(found(&shop, query.clone()).await, ["Kettle"]);
    assert_eq!(found(&shop, ListingQuery { q: category("tt"), ..query }).await, ["Kettle"]);
    assert_eq!(found(&shop, ListingQuery { in_stock: Some(false), ..all() }).await, ["Cup"]);
    assert_eq!(found(&shop, ListingQuery { min_price: price("40.01"), ..all() }).await, ["Lamp"]);
    assert_eq!(found(&shop, ListingQuery { q: category("tea"), ..all() }).await, ["Tea"]);
    let archived = ListingQuery { status: StatusFilter::Archived, ..all() };
    assert_eq!(found(&shop, archived).await, ["Old tea"]);
    let every = ListingQuery { status: StatusFilter::All, ..all() };
    assert_eq!(found(&shop, every).await, ["Tea", "Lamp", "Kettle", "Cup", "Old tea"]);
    let item = &shop.list(ListingQuery { category: category("electronics"), ..all() }).await.items[0];
    assert_eq!((item.category.as_str(), item.category_slug.as_str()), ("Electronics", "electronics"));
    assert_eq!((item.price.amount.as_str(), item.created_at), ("41.00", at(3)));
}

pub(crate) async fn every_order_is_total_and_cursors_follow_it(shop: Shop) {
    // Pairs of equal times, prices and folded names, in whatever order they are read; é sorts after z by code point.
    let wanted = ["b 1", "B 1", "a", "é", "z", "Z "].into_iter().enumerate();
    for (index, name) in wanted {
        let pair = i64::try_from(index / 2).unwrap();
        let mut wanted = Wanted::simple(name, 100 * (2 - pair), 1);
        wanted.created_at = at(pair);
        let mut new = wanted.in_category(shop.product_category().await);
        new.slug = domain::catalog::Slug::of("product").numbered(u32::try_from(index).unwrap());
        new.variants[0].sku = domain::catalog::Sku::parse(&format!("SKU-{index}")).unwrap();
        let mut work = shop.begin().await;
        work.catalog().insert(&new).await.unwrap().unwrap();
        work.commit().await.unwrap();
    }
    for (sort_by, ascending) in [
        (SortBy::CreatedAt, ["b 1", "B 1", "a", "é", "z", "Z"]),
        (SortBy::Price, ["z", "Z", "a", "é", "b 1", "B 1"]),
        (SortBy::Name, ["a", "b 1", "B 1", "z", "Z", "é"]),
    ] {
        for order in [Order::Asc, Order::Desc] {
            let query = ListingQuery { sort_by, order, ..ListingQuery::default() };
            let mut expected = ascending.to_vec();
            if order == Order::Desc {
                expected.reverse();
            }
            assert_eq!(names(&shop.list(query.clone()).await), expected, "{sort_by:?} {order:?}");
            let mut read = Vec::new();
            let mut position = Position::Page(1);
            loop {
                let limit = Limit::new(4).unwrap();
                let page = shop.list(ListingQuery { position, limit, ..query.clone() }).await;
                assert_eq!(page.total, 6);
                read.extend(names(&page).into_iter().map(str::to_owned));
                let Some(next) = page.next_cursor else { break };
                let cursor: ListingCursor = decode_cursor(&next).unwrap();
                ListingQuery::check_cursor(&cursor, sort_by, order).unwrap();
                position = Position::After(cursor);
            }
            assert_eq!(read, expected, "{sort_by:?} {order:?} by cursors");
        }
    }
}

pub(crate) async fn pages_and_totals_agree(shop: Shop) {
    stocked(&shop).await;
    let page = async |number| {
        let query = ListingQuery {
            position: Position::Page(number),
            limit: Limit::new(2).unwrap(),
            ..ListingQuery::default()
        };
        shop.list(query).await
    };
    let (first, second, third) = (page(1).await, page(2).await, page(3).await);
    assert_eq!((names(&first), names(&second)), (vec!["Tea", "Lamp"], vec!["Kettle", "Cup"]));
    assert_eq!((first.total, first.total_pages, first.page, first.limit), (4, 2, Some(1), 2));
    assert!(first.next_cursor.is_some() && second.next_cursor.is_none());
    assert_eq!((third.items.len(), third.total, third.next_cursor), (0, 4, None));
}

pub(crate) async fn a_search_is_literal_and_folded(shop: Shop) {
    let described =
        Wanted { description: "Contains 100% wool_blend! back\\slash", ..Wanted::simple("Scarf", 1, 1) };
    shop.product(described).await;
    shop.product(Wanted { description: "Contains 1000 wool blends", ..Wanted::simple("Carpet", 1, 1) }).await;
    shop.product(Wanted::simple("CAFÉ Crème ﬁne", 1, 1)).await;
    for (q, expected) in [
        ("100%", vec!["Scarf"]),
        ("100% wool", vec!["Scarf"]),
        ("l_b", vec!["Scarf"]),
        ("d! b", vec!["Scarf"]),
        ("k\\s", vec!["Scarf"]),
        ("wool", vec!["Carpet", "Scarf"]),
        ("%", vec!["Scarf"]),
        ("'; DROP TABLE products; --", vec![]),
        ("a\0b", vec![]),
        ("café", vec!["CAFÉ Crème ﬁne"]),
        ("CAFE\u{301} CRÈME", vec!["CAFÉ Crème ﬁne"]),
        ("cafe", vec![]),
        ("FINE", vec!["CAFÉ Crème ﬁne"]),
        ("", vec!["CAFÉ Crème ﬁne", "Carpet", "Scarf"]),
    ] {
        let query = ListingQuery { q: Some(q.to_owned()), ..ListingQuery::default() };
        assert_eq!(found(&shop, query).await, expected, "{q:?}");
    }
    let scarf = shop.list(ListingQuery { q: Some("scarf".to_owned()), ..ListingQuery::default() }).await;
    shop.edit(scarf.items[0].id, |scarf| scarf.status = ProductStatus::Archived).await;
    let query = ListingQuery { q: Some("100%".to_owned()), ..ListingQuery::default() };
    assert_eq!(found(&shop, query).await, [""; 0]);
}

pub(crate) async fn cursors_that_nobody_made_do_no_harm(shop: Shop) {
    stocked(&shop).await;
    let keys = [
        SortKey::Name("a\0'%".to_owned()),
        SortKey::Price(i64::MIN),
        SortKey::Price(i64::MAX),
        SortKey::CreatedAt(Timestamp::MAX_UTC),
        SortKey::CreatedAt(Timestamp::MIN_UTC),
    ];
    for key in keys {
        for order in [Order::Asc, Order::Desc] {
            let cursor = ListingCursor { key: key.clone(), order, id: ProductId(i64::MIN) };
            let query = ListingQuery {
                sort_by: key.sort_by(),
                order,
                position: Position::After(cursor),
                ..ListingQuery::default()
            };
            let page = shop.try_list(query).await.unwrap_or_else(|error| panic!("{key:?}: {error}"));
            assert!(page.items.is_empty() || page.items.len() == 4, "{key:?}");
            assert_eq!((page.total, page.page), (4, None));
        }
    }
}

pub(crate) async fn an_unknown_category_is_an_empty_listing(shop: Shop) {
    stocked(&shop).await;
    for category in ["Toys", "", "\0", "' OR 1=1"] {
        let query = ListingQuery { category: Some(category.to_owned()), ..ListingQuery::default() };
        assert_eq!(found(&shop, query).await, [""; 0]);
    }
}

pub(crate) async fn times_sort_whatever_their_fraction(shop: Shop) {
    let nanos = [0, 1_000, 120_000, 999_000, 1_000_000, 123_000_000, 123_456_000, 999_999_000];
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (name, nanos) in names.into_iter().zip(nanos) {
        let created_at = Timestamp::from_timestamp(1_750_000_000, nanos).unwrap();
        shop.product(Wanted { created_at, ..Wanted::simple(name, 1, 1) }).await;
    }
    let query = ListingQuery { order: Order::Asc, ..ListingQuery::default() };
    assert_eq!(found(&shop, query).await, names);
}
