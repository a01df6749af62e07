//! The shop over HTTP: handlers that parse, call and present; extractors that are proofs; problem details for every failure;
//! the OpenAPI document made from the handlers. It sees the domain's and the accounts' ports and no store.

mod answer;
mod cache_status;
mod connection;
mod entity_tag;
mod extract;
mod frame;
mod handlers;
mod openapi;
mod origins;
mod problem;
mod proxies;
mod rate_limit;
mod request_id;
mod routes;
mod safeguards;
mod server;
mod services;

pub use connection::Patience;
pub use openapi::document;
pub use origins::{AllowedOrigins, Origin};
pub use proxies::{Proxy, TrustedProxies};
pub use server::{ServerOptions, configure, serve};
pub use services::Services;
