//! The read ports, straight from the database: one file each. Every answer is one state of the database.

mod accounts;
mod activity;
mod carts;
mod health;
mod listing;
mod orders;
mod products;
