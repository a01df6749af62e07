//! Coherent caching of what the shop reads: cells at readable keys, generations that writes take away, and decorators
//! over the domain's read ports; and, because Redis is what instances share, counting how often something is tried. Use cases never mention it, it never decides about money or stock, and when it fails
//! the database answers. It knows neither SQL nor HTTP.

mod accounts;
mod carts;
mod cell;
mod cells;
mod census;
mod counters;
mod flights;
mod forgetting;
mod inspector;
mod keys;
mod kind;
mod loaded;
mod nonce;
mod notice;
mod orders;
mod pending;
mod products;
mod relay;
mod store;
mod tags;
mod throttle;
mod tier;
mod units;

pub use accounts::CachedAccounts;
pub use carts::CachedCarts;
pub use cells::{Cells, CellsOptions};
pub use census::Census;
pub use forgetting::Forgetting;
pub use inspector::Inspector;
pub use keys::CellKey;
pub use kind::Kind;
pub use loaded::Loaded;
pub use nonce::{Epoch, Generation};
pub use orders::CachedOrders;
pub use products::CachedProducts;
pub use relay::{Passed, Relay, RelayError};
pub use store::{
    CellStore, Found, Inspectable, MemoryStore, OpenError, Peeked, Placed, RedisAbout, RedisAddress,
    RedisStore, Scanned, StoreError, Tracking,
};
pub use tags::{Tag, tags_of};
pub use throttle::RedisThrottle;
pub use tier::Tier;
pub use units::CachedUnits;
