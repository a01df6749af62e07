//! Gaps, made one after the other by an operator who writes SQL past every constraint, and made good again.

mod orders;

use super::lived_in::{LivedIn, live_in};
use super::{Shop, found};
use domain::Source;

/// Lets PostgreSQL take any value; SQLite is told with each statement.
const NO_CHECKS: &str = "DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
             WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.place, c.conname); END LOOP;
END $$";

/// A gap: how it is made and made good, and what is found meanwhile.
struct Gap {
    harm: String,
    remedy: String,
    found: Vec<String>,
}

pub(super) async fn every_gap_is_found_by_its_check(shop: &Shop) {
    let lived = live_in(shop).await;
    let gaps = [
        stock(&lived),
        orders::amounts(&lived),
        orders::goods(&lived),
        orders::history(&lived),
        rest(&lived),
    ];
    if shop.db.source() == Source::Postgres {
        shop.sql(NO_CHECKS).await.unwrap();
    }
    for Gap { harm, remedy, found: expected } in gaps.into_iter().flatten() {
        past_constraints(shop, &harm).await;
        assert_eq!(found(shop).await, expected, "{harm}");
        past_constraints(shop, &remedy).await;
        assert_eq!(found(shop).await, Vec::<String>::new(), "{remedy}");
    }
}

async fn past_constraints(shop: &Shop, sql: &str) {
    let past = match shop.db.source() {
        Source::Sqlite => "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON",
        _ => "SET session_replication_role = replica",
    };
    shop.sql(&format!("{past}; {sql}")).await.unwrap();
}

fn gap(harm: impl Into<String>, remedy: impl Into<String>, found: &[String]) -> Gap {
    Gap { harm: harm.into(), remedy: remedy.into(), found: found.to_vec() }
}

/// Takes rows away, and puts them back.
fn without(table: &str, which: &str, found: &[String]) -> Gap {
    let harm = format!(
        "CREATE TABLE kept AS SELECT * FROM {table} WHERE {which}; DELETE FROM {table} WHERE {which}"
    );
    gap(harm, format!("INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept"), found)
}

fn stock(lived: &LivedIn) -> Vec<Gap> {
    let (tea, tin) = (lived.tea.variants[0].id, lived.tin);
    let count = |change: &str| format!("UPDATE variants SET on_hand = on_hand {change} WHERE id = {tea}");
    let moved = |variant, delta| {
        format!(
            "INSERT INTO stock_movements (variant_id, delta, reason, at, note)
             VALUES ({variant}, {delta}, 'adjustment', '2026-01-01', 'made up')"
        )
    };
    let not_moved = "DELETE FROM stock_movements WHERE note = 'made up'";
    let ledger = |place: &str, found: &str| vec![format!("stock-ledger: {place}: on_hand: {found}")];
    let (tea_place, tin_place) = (format!("variant {tea} (TEA-0)"), format!("variant {tin} (TIN)"));
    let tin_count = |count| format!("UPDATE variants SET on_hand = {count} WHERE id = {tin}");
    vec![
        gap(count("- 1"), count("+ 1"), &ledger(&tea_place, "42; 41")),
        gap(count("+ 1"), count("- 1"), &ledger(&tea_place, "42; 43")),
        gap(moved(tea, 2), not_moved, &ledger(&tea_place, "44; 42")),
        gap(tin_count(3), tin_count(0), &ledger(&tin_place, "0; 3")), // it has no movement at all
        gap(
            format!("{}; {}", moved(tin, -1), tin_count(-1)),
            format!("{not_moved}; {}", tin_count(0)),
            &[format!("stock-counts: {tin_place}: on_hand: 0 or more; -1")],
        ),
    ]
}

fn rest(lived: &LivedIn) -> Vec<Gap> {
    let tea = lived.tea.id;
    let product = |check: &str, found: &str| format!("{check}: product {tea} (tea): {found}");
    let set = |what: &str| format!("UPDATE products SET {what} WHERE id = {tea}");
    let text = |column: &str, harm: &str, right: &str| {
        let found = product("listing-text", &format!("{column}: {right}; {harm}"));
        gap(set(&format!("{column} = '{harm}'")), set(&format!("{column} = '{right}'")), &[found])
    };
    let line = |change: &str| format!("UPDATE cart_lines SET {change} WHERE quantity > 0");
    let cart_line = |variant: i64| format!("cart-lines: cart 1, variant {variant}");
    let variant = lived.tea.variants[0].id.0;
    vec![
        gap(
            set("lowest_price = 149"),
            set("lowest_price = 150"),
            &[product("listing-prices", "lowest_price: 150; 149")],
        ),
        gap(
            set("variants_in_stock = 0, variants_plentiful = 2"),
            set("variants_in_stock = 1, variants_plentiful = 1"),
            &[
                product("listing-stock", "variants_in_stock: 1; 0"),
                product("listing-stock", "variants_plentiful: 1; 2"),
            ],
        ),
        text("name_key", "gruner tee", "grüner tee"),
        text("search_text", "tea\n", "grüner tee\n"),
        gap(
            format!("UPDATE products SET category_id = category_id + 900 WHERE id = {tea}"),
            format!("UPDATE products SET category_id = category_id - 900 WHERE id = {tea}"),
            &[product("listing-categories", "category: 901; none")],
        ),
        gap(
            line("quantity = 1000"),
            line("quantity = 6"),
            &[format!("{}: quantity: 1 to 999; 1000", cart_line(variant))],
        ),
        gap(
            line("variant_id = 900"),
            line(&format!("variant_id = {variant}")),
            &[format!("{}: units of a variant that is not there: none; 6", cart_line(900))],
        ),
        gap(
            "UPDATE webhook_endpoints SET status = 'parked', parked_at = '2026-01-01 00:00:00+00:00'",
            "UPDATE webhook_endpoints SET status = 'active', parked_at = NULL",
            &[format!(
                "webhook-endpoints: webhook endpoint {} (example.com): status: active; \
                 parked since 2026-01-01 00:00:00 UTC",
                lived.endpoint
            )],
        ),
        unanswered(lived, "answer"),
        unanswered(lived, "answer_id"),
        unanswered(lived, "answer_etag"),
    ]
}

fn unanswered(lived: &LivedIn, column: &str) -> Gap {
    let harm = format!(
        "CREATE TABLE kept AS SELECT * FROM idempotency_keys; UPDATE idempotency_keys SET {column} = NULL, \
         created_at = '2026-01-01 00:00:00+00:00' WHERE key = 'key-1'"
    );
    let remedy =
        "DELETE FROM idempotency_keys; INSERT INTO idempotency_keys SELECT * FROM kept; DROP TABLE kept";
    let told = "answer: kept with the key; not since 2026-01-01 00:00:00 UTC";
    gap(harm, remedy, &[format!("idempotency-keys: key key-1 of account {}: {told}", lived.ada)])
}
