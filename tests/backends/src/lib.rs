//! Throw-away PostgreSQL, Redis and mail servers for tests: real ones, so that no test believes a mock. They run as child
//! processes on free loopback ports and go away with the test process, however that ends. Nothing here knows the shop.

mod certificates;
mod postgres;
mod redis;
mod server;
mod smtp;

pub use postgres::{MortalPostgres, Postgres, TableLock, TestDatabase};
pub use redis::Redis;
pub use smtp::{Mail, Smtp};
