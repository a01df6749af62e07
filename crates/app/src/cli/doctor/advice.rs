//! What operators are told of each check: what it counts, and what to do when it finds a gap.

use domain::audit::Check;

/// What to do about a check that could not be made.
pub(super) const UNMADE: &str = "some value there is not of its column's kind, or far too large: find it, and put back what \
                                 a backup has; then run `app doctor` again";

/// What a check looks at.
pub(super) fn things(check: Check) -> &'static str {
    match check {
        Check::ForeignKeys => "foreign keys",
        Check::StockLedger | Check::StockCounts => "variants",
        Check::OrderLines | Check::OrderGoods => "lines of orders",
        Check::OrderTotals | Check::OrderUnits | Check::OrderHistory | Check::OrderEvents => "orders",
        Check::Products | Check::ListingPrices | Check::ListingStock | Check::ListingText => "products",
        Check::CartLines => "lines of carts",
        Check::CacheOutbox => "messages",
        Check::IdempotencyKeys => "keys",
        Check::WebhookEndpoints => "endpoints",
    }
}

/// What to do about a gap.
pub(super) fn of(check: Check) -> &'static str {
    match check {
        Check::ForeignKeys => {
            "somebody deleted rows past the foreign keys, or restored some tables only; whoever asks for what refers to \
             them may be answered 500: put them back from a backup, under the same ids, or delete what nobody needs \
             without them; then `app cache forget --all`"
        }
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
        Check::Products => {
            "nobody can see or edit the product: put back from a backup what is missing or cannot be read, then \
             `app cache forget --all`"
        }
        Check::ListingPrices | Check::ListingStock | Check::ListingText => "run `app doctor --fix`",
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
