//! Gaps, made one after the other by an operator who writes SQL past every constraint, and made good again.

use super::lived_in::{Known, LivedIn, live_in};
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
    let gaps = [stock(&lived), orders(&lived), goods(&lived), history(&lived), rest(&lived)];
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

fn orders(lived: &LivedIn) -> Vec<Gap> {
    let order = &lived.placed;
    let (id, place, line) = (order.id, &order.place, &order.line);
    let set = |what: &str| format!("UPDATE orders SET {what} WHERE id = {id}");
    let total = |change: &str| {
        format!(
            "UPDATE order_lines SET line_total = line_total {change} WHERE order_id = {id}; {}",
            set(&format!("total = total {change}"))
        )
    };
    vec![
        gap(
            total("+ 1"),
            total("- 1"),
            &[format!("order-lines: {line}: line_total: 250 in minor units, for 1 unit or more; 251, for 2")],
        ),
        without(
            "order_lines",
            &format!("order_id = {id}"),
            &[
                format!("order-lines: {place}: lines: at least one; none"),
                format!("order-goods: {line}: movements: none; 1 × order of -2 in all"),
            ],
        ),
        gap(
            set("total = total - 1"),
            set("total = total + 1"),
            &[format!("order-totals: {place}: total in minor units: 250; 249")],
        ),
        gap(
            set("units = units + 1"),
            set("units = units - 1"),
            &[format!("order-units: {place}: units: 2; 3")],
        ),
        gap(
            format!(
                "UPDATE order_lines SET quantity = 0, line_total = 0 WHERE order_id = {id}; {}; \
                 UPDATE stock_movements SET reason = 'adjustment', order_id = NULL, note = 'kept' WHERE order_id = {id}",
                set("total = 0, units = 0")
            ),
            format!(
                "UPDATE order_lines SET quantity = 2, line_total = 250 WHERE order_id = {id}; {}; \
                 UPDATE stock_movements SET reason = 'order', order_id = {id}, note = NULL WHERE note = 'kept'",
                set("total = 250, units = 2")
            ),
            &[
                format!("order-lines: {line}: line_total: 0 in minor units, for 1 unit or more; 0, for 0"),
                format!("order-goods: {line}: movements: none; none"),
            ],
        ),
    ]
}

fn goods(lived: &LivedIn) -> Vec<Gap> {
    let tea = lived.tea.variants[0].id;
    let (placed, cancelled) = (&lived.placed, &lived.cancelled);
    let found = |line: &str, found: &str| format!("order-goods: {line}: movements: {found}");
    // Moved once more, and by hand back again, so that the ledger adds up all the same.
    let again = |delta: i64, reason: &str| {
        format!(
            "INSERT INTO stock_movements (variant_id, delta, reason, order_id, at, note)
             VALUES ({tea}, {delta}, '{reason}', {}, '2026-01-01', 'made up'),
                    ({tea}, -({delta}), 'adjustment', NULL, '2026-01-01', 'made up')",
            placed.id
        )
    };
    let not_again = "DELETE FROM stock_movements WHERE note = 'made up'";
    let change = |what: &str, order: domain::OrderId, reason: &str| {
        format!("UPDATE stock_movements SET {what} WHERE order_id = {order} AND reason = '{reason}'")
    };
    let loose = |order: domain::OrderId, reason: &str| {
        format!(
            "UPDATE stock_movements SET order_id = {order}, reason = '{reason}', note = NULL WHERE note = 'loose'"
        )
    };
    // As often as they should, but not as many; the rest is made up for by hand.
    let fewer = |order: &Known, reason: &str, delta: i64, right: i64| {
        let harm = format!(
            "{}; INSERT INTO stock_movements (variant_id, delta, reason, at, note)
             VALUES ({tea}, {right} - ({delta}), 'adjustment', '2026-01-01', 'made up')",
            change(&format!("delta = {delta}"), order.id, reason)
        );
        let remedy = format!("{not_again}; {}", change(&format!("delta = {right}"), order.id, reason));
        let taken = format!("1 × order of -{} in all", right.abs());
        let before = if reason == "order" { String::new() } else { format!("{taken}, ") };
        let moved = |units| format!("{before}1 × {reason} of {units} in all");
        gap(harm, remedy, &[found(&order.line, &format!("{}; {}", moved(right), moved(delta)))])
    };
    // As many as they should, but not at once.
    let twice = |order: &Known, reason: &str, units: i64| {
        let harm = format!(
            "INSERT INTO stock_movements (variant_id, delta, reason, order_id, at, note)
             VALUES ({tea}, 0, '{reason}', {}, '2026-01-01', 'made up')",
            order.id
        );
        let moved = |times| format!("1 × order of -{units} in all, {times} × {reason} of {units} in all");
        gap(harm, not_again, &[found(&order.line, &format!("{}; {}", moved(1), moved(2)))])
    };
    let out = "1 × order of -2 in all";
    vec![
        fewer(placed, "order", -1, -2),
        fewer(cancelled, "cancellation", 2, 3),
        fewer(&lived.returned, "return", 5, 4),
        twice(cancelled, "cancellation", 3),
        twice(&lived.returned, "return", 4),
        gap(again(-2, "order"), not_again, &[found(&placed.line, &format!("{out}; 2 × order of -4 in all"))]),
        gap(
            again(2, "cancellation"),
            not_again,
            &[found(&placed.line, &format!("{out}; {out}, 1 × cancellation of 2 in all"))],
        ),
        gap(
            again(2, "return"),
            not_again,
            &[found(&placed.line, &format!("{out}; {out}, 1 × return of 2 in all"))],
        ),
        gap(
            again(1, "adjustment"),
            not_again,
            &[found(&placed.line, &format!("{out}; {out}, 1 for other reasons"))],
        ),
        gap(
            change("order_id = NULL, reason = 'adjustment', note = 'loose'", cancelled.id, "cancellation"),
            loose(cancelled.id, "cancellation"),
            &[found(
                &cancelled.line,
                "1 × order of -3 in all, 1 × cancellation of 3 in all; 1 × order of -3 in all",
            )],
        ),
        gap(
            change("order_id = NULL, note = 'loose'", placed.id, "order"),
            loose(placed.id, "order"),
            &[
                format!("order-goods: variant {tea} (TEA-0): movements for orders: an order for each; {out}"),
                found(&placed.line, &format!("{out}; none")),
            ],
        ),
    ]
}

fn history(lived: &LivedIn) -> Vec<Gap> {
    let (placed, delivered) = (&lived.placed, &lived.delivered);
    let entries = |found: &str| {
        format!("order-history: {}: entries of its history, the first being placed: {found}", delivered.place)
    };
    let state = |found: &str| format!("order-history: {}: state, by its history: {found}", placed.place);
    let set = |what: &str| format!("UPDATE orders SET {what} WHERE id = {}", placed.id);
    let stood = "placed, unpaid, unfulfilled";
    let events =
        |found: &str| format!("order-events: {}: numbers of its events: 1 to 4; {found}", delivered.place);
    let of_delivered = |more: &str| format!("order_id = {} AND {more}", delivered.id);
    let kind = |from: &str, to: &str| {
        format!("UPDATE order_events SET kind = '{to}' WHERE {}", of_delivered(&format!("kind = '{from}'")))
    };
    vec![
        without("order_events", &of_delivered("kind = 'delivered'"), &[entries("4; 3")]),
        without("order_events", &of_delivered("kind <> ''"), &[entries("4; 0")]),
        gap(
            format!("UPDATE order_events SET id = 1000 + id WHERE {}", of_delivered("kind = 'placed'")),
            format!("UPDATE order_events SET id = id - 1000 WHERE {}", of_delivered("kind = 'placed'")),
            &[entries("4; 4")],
        ),
        gap(kind("placed", "restocked"), kind("restocked", "placed"), &[entries("4; 4")]),
        gap(
            set("payment_status = 'paid'"),
            set("payment_status = 'unpaid'"),
            &[state(&format!("{stood}; placed, paid, unfulfilled"))],
        ),
        gap(
            set("fulfillment_status = 'shipped'"),
            set("fulfillment_status = 'unfulfilled'"),
            &[state(&format!("{stood}; placed, unpaid, shipped"))],
        ),
        gap(
            set("status = 'cancelled'"),
            set("status = 'placed'"),
            &[
                format!(
                    "order-goods: {}: movements: 1 × order of -2 in all, 1 × cancellation of 2 in all; \
                     1 × order of -2 in all",
                    placed.line
                ),
                state(&format!("{stood}; cancelled, unpaid, unfulfilled")),
            ],
        ),
        gap(
            set("restocked = TRUE"),
            set("restocked = FALSE"),
            &[
                format!(
                    "order-goods: {}: movements: 1 × order of -2 in all, 1 × return of 2 in all; \
                     1 × order of -2 in all",
                    placed.line
                ),
                state(&format!("{stood}; {stood}, restocked")),
            ],
        ),
        without("events", &of_delivered("sequence = 2"), &[events("3 of 1 to 4")]),
        without("events", &of_delivered("sequence = 1"), &[events("3 of 2 to 4")]),
        without("events", &of_delivered("sequence = 4"), &[events("3 of 1 to 3")]),
        without("events", &of_delivered("sequence > 0"), &[events("none")]),
        gap(
            format!("UPDATE events SET sequence = 9 WHERE {}", of_delivered("sequence = 4")),
            format!("UPDATE events SET sequence = 4 WHERE {}", of_delivered("sequence = 9")),
            &[events("4 of 1 to 9")],
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
