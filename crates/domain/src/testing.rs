//! The shop without the outside world: every port in memory, time that stands still and randomness that can be foreseen,
//! for tests of this layer and of those above. No program may depend on it.

mod accounts;
mod carts;
mod catalog;
mod client;
mod clock;
mod entropy;
mod goods;
mod mail;
mod orders;
mod products;
mod sessions;
mod shop;
mod state;
mod stock;
mod unit;
mod webhooks;

pub use client::{a_client, a_guest};
pub use clock::FixedClock;
pub use entropy::CountingEntropy;
pub use goods::{a_product, goods, usd, variant};
pub use mail::MemoryMailer;
pub use shop::MemoryShop;
pub use state::{KeptDelivery, State};
