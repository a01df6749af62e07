//! Gaps of orders: what they cost, where their goods are, and what is told of them.

use super::super::lived_in::{Known, LivedIn};
use super::{Gap, gap, without};

pub(super) fn amounts(lived: &LivedIn) -> Vec<Gap> {
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

pub(super) fn goods(lived: &LivedIn) -> Vec<Gap> {
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

pub(super) fn history(lived: &LivedIn) -> Vec<Gap> {
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
        untold(&of_delivered("sequence = 2"), &[events("3 of 1 to 4")]),
        untold(&of_delivered("sequence = 1"), &[events("3 of 2 to 4")]),
        untold(&of_delivered("sequence = 4"), &[events("3 of 1 to 3")]),
        untold(&of_delivered("sequence > 0"), &[events("none")]),
        gap(
            format!(
                "INSERT INTO events (kind, order_id, sequence, data, created_at) SELECT kind, order_id, 0, data, created_at
                 FROM events WHERE {}",
                of_delivered("sequence = 1")
            ),
            "DELETE FROM events WHERE sequence = 0",
            &[events("5 of 0 to 4")],
        ),
        gap(
            format!("UPDATE events SET sequence = 9 WHERE {}", of_delivered("sequence = 4")),
            format!("UPDATE events SET sequence = 4 WHERE {}", of_delivered("sequence = 9")),
            &[events("4 of 1 to 9")],
        ),
    ]
}

/// Takes events away with their deliveries, as the housekeeping does, and puts the events back.
fn untold(which: &str, found: &[String]) -> Gap {
    let Gap { harm, remedy, found } = without("events", which, found);
    let deliveries =
        format!("DELETE FROM webhook_deliveries WHERE event_id IN (SELECT id FROM events WHERE {which})");
    Gap { harm: format!("{deliveries}; {harm}"), remedy, found }
}
