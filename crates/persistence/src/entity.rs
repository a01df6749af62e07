//! The tables as SeaORM knows them, one file each. They say what columns there are; constraints and indexes are the
//! migrations' business, and what the values mean is said in `rows`.

pub(crate) mod cache_outbox;
pub(crate) mod cart;
pub(crate) mod cart_line;
pub(crate) mod category;
pub(crate) mod event;
pub(crate) mod idempotency_key;
pub(crate) mod mailed_token;
pub(crate) mod order;
pub(crate) mod order_event;
pub(crate) mod order_line;
pub(crate) mod product;
pub(crate) mod session;
pub(crate) mod shop;
pub(crate) mod stock_movement;
pub(crate) mod user;
pub(crate) mod variant;
pub(crate) mod webhook_attempt;
pub(crate) mod webhook_delivery;
pub(crate) mod webhook_endpoint;
