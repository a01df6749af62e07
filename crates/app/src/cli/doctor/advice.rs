//! What operators are told of each check: what it counts, and what to do when it finds a gap.

use domain::audit::Check;

/// What a check looks at.
pub(super) fn things(check: Check) -> &'static str {
    match check {
        Check::StockLedger | Check::StockCounts => "variants",
        Check::OrderLines | Check::OrderGoods => "lines of orders",
        Check::OrderTotals | Check::OrderUnits | Check::OrderHistory | Check::OrderEvents => "orders",
        Check::ListingPrices | Check::ListingStock | Check::ListingText | Check::ListingCategories => {
            "products"
        }
        Check::CartLines => "lines of carts",
        Check::CacheOutbox => "messages",
        Check::IdempotencyKeys => "keys",
        Check::WebhookEndpoints => "endpoints",
    }
}

/// What to do about a gap.
pub(super) fn of(check: Check) -> &'static str {
    match check {
        Check::StockLedger => {
            "count the goods; what was counted is right, so correct on_hand in SQL, or add what the ledger lacks to \
             stock_movements as an adjustment; then `app cache forget product:ID`"
        }
        Check::StockCounts => {
            "more was sold than was there: count the goods, and set the count with POST /api/v1/variants/ID/stock"
        }
        Check::OrderLines | Check::OrderTotals | Check::OrderUnits => {
            "the shop never rewrites an order, so somebody else did: compare it with its rows in events and with a \
             backup before anything is charged, refunded or sent"
        }
        Check::OrderGoods => {
            "send nothing and refund nothing of it before the goods are counted; compare order_events with \
             stock_movements, and correct the ledger in SQL"
        }
        Check::OrderHistory => {
            "compare the order with its rows in order_events and events; do not act on it before they agree"
        }
        Check::OrderEvents => {
            "programs that listen have missed something: tell their owners where the order stands, and find out who \
             deletes from events"
        }
        Check::ListingPrices | Check::ListingStock | Check::ListingText => "run `app doctor --fix`",
        Check::ListingCategories => {
            "nobody can find or edit the product: set its category_id to that of a category in SQL, then \
             `app cache forget --all`"
        }
        Check::CartLines => {
            "delete these rows of cart_lines in SQL, then `app cache forget cart:USER`; who wants the goods adds them again"
        }
        Check::CacheOutbox => {
            "nobody passes them on, so answers may be half an hour old: start a server, or see in its log and at \
             /health/ready why it does not reach Redis"
        }
        Check::IdempotencyKeys => {
            "delete these rows of idempotency_keys in SQL; until then whoever repeats the request is answered 500"
        }
        Check::WebhookEndpoints => {
            "what happens waits for it: see why with GET /api/v1/admin/webhooks/ID/deliveries, have its owner mend it, \
             then PATCH /api/v1/admin/webhooks/ID with status active, or DELETE it"
        }
    }
}
