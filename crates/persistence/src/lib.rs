//! The shop's database: PostgreSQL or SQLite behind the domain's ports. The same statements run on both; what differs is
//! in `dialect` alone. Nothing here knows a cache or HTTP, and no SeaORM type leaves the crate.

mod database;
mod derived;
mod dialect;
mod entity;
mod error;
mod housekeeping;
mod insert;
mod readers;
mod rows;
mod work;

pub use database::{ConnectError, Database, DatabaseOptions};
