//! The audit: a shop that has been lived in has no gap, every gap that somebody makes is found by its check, and what is
//! derived is repaired.

mod gaps;
mod lived_in;
mod unreadable;

use crate::shop::{Shop, Wanted};
use domain::audit::{Audit, Auditor, Check, Correction, Report, TOLD, rederive};
use domain::catalog::Slug;
use domain::event::KEPT;
use domain::{Change, Clock, ProductId, SystemClock, Timestamp};
use lived_in::{Known, live_in};
use std::time::Duration;

/// Everything that an audit found, each as one line.
async fn found(shop: &Shop) -> Vec<String> {
    findings(&shop.db.audit(SystemClock.now()).await.unwrap())
}

fn findings(audit: &Audit) -> Vec<String> {
    let of_report = |report: &Report| {
        let check = report.check.as_str();
        let line = |finding: &domain::audit::Finding| {
            let domain::audit::Finding { place, what, expected, found } = finding;
            format!("{check}: {place}: {what}: {expected}; {found}")
        };
        let failed = report.failed.iter().map(|reason| format!("{check}: {reason}"));
        report.findings.iter().map(line).chain(failed).collect::<Vec<_>>()
    };
    audit.reports.iter().flat_map(of_report).collect()
}

pub(crate) async fn a_shop_that_was_lived_in_has_no_gap(shop: Shop) {
    live_in(&shop).await;
    let audit = shop.db.audit(SystemClock.now()).await.unwrap();
    assert_eq!(findings(&audit), Vec::<String>::new());
    assert!(audit.reports.iter().map(|report| &report.check).eq(Check::ALL));
    let looked_at = |check| audit.reports.iter().find(|report| report.check == check).unwrap().looked_at;
    assert_eq!([looked_at(Check::StockLedger), looked_at(Check::OrderTotals)], [4, 5]);
    let idle: Vec<_> = audit.reports.iter().filter(|report| report.looked_at == 0).collect();
    assert!(idle.iter().all(|report| report.check == Check::CacheOutbox), "{idle:?}");
    assert!(audit.outdated.is_empty() && audit.reports.iter().all(|report| report.found == 0));
}

pub(crate) async fn every_gap_is_found_by_its_check(shop: Shop) {
    gaps::every_gap_is_found_by_its_check(&shop).await;
}

pub(crate) async fn an_empty_shop_has_no_gap(shop: Shop) {
    assert_eq!(found(&shop).await, Vec::<String>::new());
}

pub(crate) async fn every_product_is_looked_at_and_every_gap_is_counted(shop: Shop) {
    let category = shop.product_category().await;
    let mut new = Wanted::simple("Tea", 100, 3).in_category(category);
    let products: Vec<_> = (0..1_100)
        .map(|number| {
            new.slug = Slug::of(&format!("tea {number}"));
            new.variants[0].sku = domain::catalog::Sku::parse(&format!("TEA-{number}")).unwrap();
            new.clone()
        })
        .collect();
    let mut work = shop.begin().await;
    work.catalog().insert_many(&products).await.unwrap().unwrap();
    work.commit().await.unwrap();
    shop.sql("UPDATE products SET lowest_price = 1 WHERE id > 1050").await.unwrap();
    let audit = shop.db.audit(SystemClock.now()).await.unwrap();
    let prices = audit.reports.iter().find(|report| report.check == Check::ListingPrices).unwrap();
    assert_eq!((prices.looked_at, prices.found, prices.findings.len()), (1_100, 50, TOLD));
    assert_eq!(audit.outdated, (1_051..=1_100).map(ProductId).collect::<Vec<_>>());

    shop.sql("UPDATE products SET lowest_price = 100; UPDATE variants SET on_hand = 4 WHERE id > 1050")
        .await
        .unwrap();
    let audit = shop.db.audit(SystemClock.now()).await.unwrap();
    let ledger = audit.reports.iter().find(|report| report.check == Check::StockLedger).unwrap();
    assert_eq!((ledger.looked_at, ledger.found, ledger.findings.len()), (1_100, 50, TOLD));
    assert!(audit.outdated.is_empty());
}

pub(crate) async fn a_check_that_cannot_be_made_keeps_no_other_from_being_made(shop: Shop) {
    live_in(&shop).await;
    shop.sql("UPDATE products SET lowest_price = 1 WHERE id = 1").await.unwrap();
    shop.sql("ALTER TABLE stock_movements RENAME TO movements").await.unwrap();
    let audit = shop.db.audit(SystemClock.now()).await.unwrap();
    assert!(audit.reports.iter().map(|report| &report.check).eq(Check::ALL));
    let failed = audit.reports.iter().filter(|report| report.failed.is_some());
    let failed: Vec<_> = failed.map(|report| (report.check, report.found, report.repairable())).collect();
    let expected = [Check::ForeignKeys, Check::StockLedger, Check::OrderGoods].map(|check| (check, 1, 0));
    assert_eq!(failed, expected);
    let seen = findings(&audit);
    assert!(seen[..3].iter().all(|line| line.contains("stock_movements")), "{seen:?}");
    assert_eq!(seen[3..], ["listing-prices: product 1 (tea): lowest_price: 150; 1"]);
}

pub(crate) async fn a_cart_with_too_many_lines_is_found(shop: Shop) {
    let ada = shop.customer("ada").await;
    shop.product(Wanted::with("Tea", vec![(1, 1); 101])).await;
    let fill = format!(
        "INSERT INTO carts (user_id, version) VALUES ({ada}, 1);
         INSERT INTO cart_lines (cart_id, variant_id, position, quantity) SELECT 1, id, id, 1 FROM variants"
    );
    shop.sql(&fill).await.unwrap();
    assert_eq!(found(&shop).await, ["cart-lines: cart 1: lines: 100 at most; 101"]);
    shop.sql("DELETE FROM cart_lines WHERE position = 50").await.unwrap();
    assert_eq!(found(&shop).await, Vec::<String>::new());
}

pub(crate) async fn what_is_derived_is_repaired_and_readers_are_told(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(250, 3), (125, 9)])).await;
    shop.sql(
        "UPDATE products SET lowest_price = 1, variants_in_stock = 0, variants_plentiful = 7, name_key = 'coffee'",
    )
    .await
    .unwrap();
    assert_eq!(shop.db.audit(SystemClock.now()).await.unwrap().outdated, [tea.id]);
    let corrections = rederive(&shop.units, tea.id).await.unwrap();
    let correction = |what, was: &str, is: &str| Correction { what, was: was.to_owned(), is: is.to_owned() };
    let expected = [
        correction("lowest_price", "1", "125"),
        correction("variants_in_stock", "0", "2"),
        correction("variants_plentiful", "7", "1"),
        correction("name_key", "coffee", "tea"),
    ];
    assert_eq!(corrections, expected);
    assert_eq!(found(&shop).await, Vec::<String>::new());
    assert_eq!(rederive(&shop.units, tea.id).await.unwrap(), []);
    assert_eq!(rederive(&shop.units, ProductId(999)).await.unwrap(), []);
    assert_eq!(shop.number("SELECT version FROM products").await, 1);

    shop.sql("UPDATE products SET search_text = ''").await.unwrap();
    let mut work = shop.begin().await;
    assert_eq!(work.catalog().rederive(tea.id).await.unwrap().len(), 1);
    assert_eq!(work.commit().await.unwrap().changes, [Change::Listing { category: Slug::of("Grocery") }]);
    let mut work = shop.begin().await;
    work.catalog().rederive(tea.id).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, []);
}

pub(crate) async fn what_a_product_is_damaged_in_keeps_nothing_else_from_repair(shop: Shop) {
    let tea = shop.product(Wanted::simple("Tea", 250, 3)).await;
    shop.sql("UPDATE products SET name = '', lowest_price = 1").await.unwrap();
    let damaged = "products: product 1 (tea): row: readable; products.name holds a value that must have 1 to 200 characters";
    let price = "listing-prices: product 1 (tea): lowest_price: 250; 1";
    assert_eq!(found(&shop).await, [damaged, price]);
    assert_eq!(rederive(&shop.units, tea.id).await.unwrap().len(), 1);
    assert_eq!(found(&shop).await, [damaged]);
    assert_eq!(shop.number("SELECT COUNT(*) FROM products WHERE name_key = 'tea'").await, 1);
}

pub(crate) async fn a_product_without_variants_is_told_and_what_it_counts_repaired(shop: Shop) {
    let tea = shop.product(Wanted::simple("Tea", 250, 3)).await;
    shop.sql("DELETE FROM stock_movements; DELETE FROM variants").await.unwrap();
    let barren = "products: product 1 (tea): variants: at least one; none";
    let count = "listing-stock: product 1 (tea): variants_in_stock: 0; 1";
    assert_eq!(found(&shop).await, [barren, count]);
    assert_eq!(rederive(&shop.units, tea.id).await.unwrap().len(), 1);
    assert_eq!(found(&shop).await, [barren]);
}

pub(crate) async fn no_event_is_missed_from_when_there_were_events(shop: Shop) {
    let lived = live_in(&shop).await;
    let (placed, delivered) = (&lived.placed, &lived.delivered);
    lived.pay(&shop, placed.id).await;
    shop.sql(&format!("DELETE FROM events WHERE order_id <= {}", delivered.id.0)).await.unwrap();
    let missing = |known: &Known, version, found| {
        format!("order-events: {}: numbers of its events: 1 to {version}; {found}", known.place)
    };
    let expected = [
        missing(placed, 2, "none"),
        missing(&lived.cancelled, 2, "none"),
        missing(&lived.returned, 5, "none"),
        missing(delivered, 4, "none"),
    ];
    assert_eq!(found(&shop).await, expected, "the oldest that are there say nothing of those before");
    shop.sql("DELETE FROM events").await.unwrap();
    assert_eq!(found(&shop).await.len(), 5, "nor does it that there are none");

    // As in a shop that was open before there were events.
    shop.sql("UPDATE seaql_migrations SET applied_at = applied_at + 3600").await.unwrap();
    assert_eq!(found(&shop).await, Vec::<String>::new());
}

pub(crate) async fn what_happened_before_events_were_kept_is_not_missed(shop: Shop) {
    let lived = live_in(&shop).await;
    let delivered = &lived.delivered;
    let of_delivered = |more: &str| format!("order_id = {} AND {more}", delivered.id);
    // Placed and paid long ago, and those events are thrown away.
    for long_ago in [
        format!(
            "UPDATE order_events SET at = '2025-01-01 00:00:00+00:00' WHERE {}",
            of_delivered("kind IN ('placed', 'paid')")
        ),
        format!("UPDATE orders SET placed_at = '2025-01-01 00:00:00+00:00' WHERE id = {}", delivered.id),
        format!("DELETE FROM events WHERE {}", of_delivered("sequence <= 2")),
    ] {
        shop.sql(&long_ago).await.unwrap();
    }
    assert_eq!(found(&shop).await, Vec::<String>::new());
    shop.sql(&format!("DELETE FROM events WHERE {}", of_delivered("sequence = 3"))).await.unwrap();
    let expected = format!("order-events: {}: numbers of its events: 1 to 4; 1 of 4 to 4", delivered.place);
    assert_eq!(found(&shop).await, [expected]);
}

pub(crate) async fn old_events_are_not_missed_whichever_of_them_are_left(shop: Shop) {
    let lived = live_in(&shop).await;
    for (order, sequence) in [(&lived.delivered, 2), (&lived.returned, 1)] {
        let one = format!("order_id = {} AND sequence = {sequence}", order.id.0);
        shop.sql(&format!("DELETE FROM events WHERE {one}")).await.unwrap();
    }
    assert_eq!(found(&shop).await.len(), 2);
    let later = SystemClock.now() + KEPT;
    assert_eq!(findings_after(&shop, later).await, Vec::<String>::new());
}

pub(crate) async fn messages_may_lie_for_a_minute(shop: Shop) {
    shop.sql("INSERT INTO cache_outbox (message) VALUES ('catalog')").await.unwrap();
    let now: Timestamp = SystemClock.now();
    let after = |seconds| findings_after(&shop, now + Duration::from_secs(seconds));
    assert_eq!(after(55).await, Vec::<String>::new());
    let late = after(65).await;
    assert!(
        late.len() == 1 && late[0].starts_with("cache-outbox: message 1 (catalog): passed on: within"),
        "{late:?}"
    );
}

async fn findings_after(shop: &Shop, now: Timestamp) -> Vec<String> {
    findings(&shop.db.audit(now).await.unwrap())
}
