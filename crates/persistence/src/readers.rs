//! The read ports, straight from the database: one file each. Every answer is one state of the database. The outbox is
//! here, too: it is read outside units of work, and what was passed on is deleted outside them.

mod accounts;
mod activity;
mod audit;
mod carts;
mod desk;
mod health;
mod listing;
mod orders;
mod outbox;
mod paging;
#[cfg(test)]
mod plan;
mod products;
mod webhooks;
