//! What the database holds, in words that can be compared: everything that a request could change, and what is one
//! customer's. What moves by itself, such as when a session was last seen and how deliveries fare, is left out.

use super::scene::{Scene, Stage};
use system_tests::Observer;

/// What is somebody's; `{user}` is who.
const PERSONAL: [&str; 4] = [
    "select 'user ' || id || name || email || password_hash || role || disabled from users where {user} in (0, id)",
    "select 'session ' || id || user_id from sessions where {user} in (0, user_id)",
    "select 'line ' || cart_id || ' ' || variant_id || ' ' || quantity || ' ' || version from cart_lines \
     join carts on carts.id = cart_id where {user} in (0, coalesce(user_id, 0))",
    "select 'order ' || id || status || payment_status || version from orders where {user} in (0, user_id)",
];

/// What is the shop's.
const COMMON: [&str; 6] = [
    "select 'product ' || id || slug || name || status || version from products",
    "select 'variant ' || id || sku || title || price || ' ' || on_hand || archived from variants",
    "select 'category ' || id || name from categories",
    "select 'endpoint ' || id || url || events || secret_version from webhook_endpoints",
    "select 'movements ' || count(*) from stock_movements",
    "select 'events ' || count(*) from events",
];

impl Stage<'_> {
    /// Returns everything that a request could change.
    pub(super) async fn records(&self) -> Vec<String> {
        let everybody = PERSONAL.map(|sql| sql.replace("{user}", "0"));
        words(&self.observer, everybody.into_iter().chain(COMMON.map(str::to_owned))).await
    }

    /// Returns what is the customer's.
    pub(super) async fn belongings(&self, scene: &Scene) -> Vec<String> {
        let user = scene.customer.id().to_string();
        words(&self.observer, PERSONAL.map(|sql| sql.replace("{user}", &user)).into_iter()).await
    }
}

async fn words(observer: &Observer, queries: impl Iterator<Item = String>) -> Vec<String> {
    let mut words = observer.words(&queries.collect::<Vec<_>>().join(" union all ")).await;
    assert!(!words.is_empty());
    words.sort_unstable();
    words
}
