//! What is answered at each address. A handler parses (through its extractors), calls one port and presents the outcome.

mod address;
pub(crate) mod admin;
pub(crate) mod auth;
pub(crate) mod cache;
pub(crate) mod cart;
pub(crate) mod categories;
pub(crate) mod desk;
pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod me;
mod money;
pub(crate) mod orders;
mod paging;
pub(crate) mod products;
pub(crate) mod recovery;
pub(crate) mod sessions;
pub(crate) mod stock;
pub(crate) mod variants;
pub(crate) mod webhooks;

pub(crate) use crate::Services;
pub(crate) use crate::answer::{self, Answer, Audience};
pub(crate) use crate::problem::{Problem, kinds};
pub(crate) use actix_web::HttpResponse;

/// The ports, as handlers take them.
pub(crate) type Shop = actix_web::web::Data<Services>;
/// What handlers answer.
pub(crate) type Outcome = Result<HttpResponse, Problem>;
