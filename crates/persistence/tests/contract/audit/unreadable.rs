//! Values that make no sense. SQLite takes whatever SQL puts anywhere, and both databases numbers that are far too large;
//! each is found, and hides nothing else.

use super::super::shop::{Shop, Wanted};
use super::gaps::NO_CHECKS;
use super::lived_in::live_in;
use super::{found, rederive};

/// A count or an amount that no sum can hold.
const HUGE: i64 = i64::MAX;

fn harm(sql: &str) -> String {
    format!("PRAGMA ignore_check_constraints = ON; {sql}")
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_that_no_number_holds_are_gaps() {
    let shop = Shop::on_sqlite().await;
    let lived = live_in(&shop).await;
    let tea = lived.tea.variants[0].id;
    let moved = format!(
        "INSERT INTO stock_movements (variant_id, delta, reason, at, note)
         VALUES ({tea}, {HUGE}, 'adjustment', '2026-01-01', 'made up')"
    );
    shop.sql(&moved).await.unwrap();
    let ledger = found(&shop).await;
    assert!(
        matches!(ledger.as_slice(), [only] if only.starts_with(&format!("stock-ledger: variant {tea} (TEA-0): on_hand: 9.2"))),
        "{ledger:?}"
    );
    shop.sql("DELETE FROM stock_movements WHERE note = 'made up'").await.unwrap();
    let id = lived.placed.id;
    let lines = format!(
        "CREATE TABLE more AS SELECT * FROM order_lines WHERE order_id = {id};
         UPDATE more SET position = position + 1, line_total = {HUGE};
         INSERT INTO order_lines SELECT * FROM more"
    );
    shop.sql(&harm(&lines)).await.unwrap();
    let checks: Vec<_> =
        found(&shop).await.iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(checks, ["order-lines", "order-totals", "order-units", "order-goods"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cost_that_no_integer_holds_is_a_gap() {
    let shop = Shop::on_postgres().await;
    let placed = live_in(&shop).await.placed;
    let price = format!("UPDATE order_lines SET unit_price = {HUGE} WHERE order_id = {}", placed.id);
    shop.sql(&format!("{NO_CHECKS}; {price}")).await.unwrap();
    let cost = format!(
        "order-lines: {}: line_total: 18446744073709551614 in minor units, for 1 unit or more; 250, for 2",
        placed.line
    );
    assert_eq!(found(&shop).await, [cost]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_of_a_gap_is_one() {
    let shop = Shop::on_sqlite().await;
    live_in(&shop).await;
    shop.sql("UPDATE variants SET sku = x'ff', on_hand = on_hand + 1 WHERE id = 1").await.unwrap();
    let seen = found(&shop).await;
    assert!(
        matches!(seen.as_slice(), [only] if only.starts_with("stock-ledger: ") && only.contains("sku")),
        "{seen:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_derived_is_repaired_whatever_is_stored_there() {
    let shop = Shop::on_sqlite().await;
    let tea = shop.product(Wanted::simple("Tea", 250, 3)).await;
    let derived =
        "lowest_price = 'x', variants_in_stock = 'many', variants_plentiful = 0.5, name_key = x'ff'";
    let garbage = format!("UPDATE products SET {derived}, search_text = x'746561', created_at = 'garbage'");
    shop.sql(&harm(&garbage)).await.unwrap();
    let seen = found(&shop).await;
    let row = "products: product 1 (tea): row: readable; ";
    assert!(seen[0].starts_with(row) && seen[0].contains("created_at"), "{seen:?}");
    let unreadable = |check: &str, column: &str, right: &str| {
        format!("{check}: product 1 (tea): {column}: {right}; unreadable")
    };
    let expected = [
        unreadable("listing-prices", "lowest_price", "250"),
        unreadable("listing-stock", "variants_in_stock", "1"),
        unreadable("listing-stock", "variants_plentiful", "0"),
        unreadable("listing-text", "name_key", "tea"),
        unreadable("listing-text", "search_text", "tea\n"),
    ];
    assert_eq!(seen[1..], expected);
    assert_eq!(rederive(&shop.units, tea.id).await.unwrap().len(), 5);
    let left = found(&shop).await;
    assert!(matches!(left.as_slice(), [only] if only.starts_with(row)), "{left:?}");
}
