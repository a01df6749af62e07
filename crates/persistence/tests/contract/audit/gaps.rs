//! Gaps, made one after the other by an operator who writes SQL past every constraint, and made good again.

mod orders;

use super::lived_in::{LivedIn, live_in};
use super::{Shop, found};
use domain::Source;

/// Lets PostgreSQL take any value; SQLite is told with each statement.
pub(super) const NO_CHECKS: &str = "DO $$ DECLARE c record; BEGIN
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
        references(&lived),
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

fn references(lived: &LivedIn) -> Vec<Gap> {
    let (tea, variant, order) = (lived.tea.id, lived.tea.variants[0].id, lived.placed.id);
    let lost = |column: &str, found: &str| {
        format!("foreign-keys: {column}: rows that refer to nothing: none; {found}")
    };
    let category =
        |change: &str| format!("UPDATE products SET category_id = category_id {change} WHERE id = {tea}");
    let cart_line = |variant: i64| format!("UPDATE cart_lines SET variant_id = {variant}");
    vec![
        without(
            "orders",
            &format!("id = {order}"),
            &[
                lost("order_lines.order_id (orders)", &format!("1 (order_id {order})")),
                lost("order_events.order_id (orders)", "1 (id 1)"),
                lost("stock_movements.order_id (orders)", "1 (id 3)"),
                lost("events.order_id (orders)", "1 (id 1)"),
                format!(
                    "order-goods: variant {variant} (TEA-0): movements for orders: an order for each; \
                     1 × order of -2 in all"
                ),
            ],
        ),
        without(
            "users",
            &format!("id = {}", lived.ada),
            &[
                lost("carts.user_id (users)", "1 (id 1)"),
                lost("orders.user_id (users)", "5 (id 1, 2, 3, 4, 5)"),
                lost("order_events.user_id (users)", "14 (id 1, 2, 3, 4, 5, …)"),
                lost("stock_movements.user_id (users)", "9 (id 3, 4, 5, 6, 7, …)"),
                lost("idempotency_keys.user_id (users)", "5 (key key-1, key-2, key-3, key-4, key-7)"),
            ],
        ),
        without("carts", "id = 1", &[lost("cart_lines.cart_id (carts)", "1 (cart_id 1)")]),
        gap(
            cart_line(900),
            cart_line(variant.0),
            &[lost("cart_lines.variant_id (variants)", "1 (cart_id 1)")],
        ),
        gap(
            category("+ 900"),
            category("- 900"),
            &[lost("products.category_id (categories)", &format!("1 (id {tea})"))],
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
    let quantity = |number: i64| format!("UPDATE cart_lines SET quantity = {number}");
    let line = format!("cart-lines: cart 1, variant {}", lived.tea.variants[0].id);
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
        gap(quantity(1_000), quantity(6), &[format!("{line}: quantity: 1 to 999; 1000")]),
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
