//! Everything that the handlers call, as ports: the only thing that they know of the rest of the program.

use crate::{AllowedOrigins, TrustedProxies};
use auth::{AccountService, Authenticator, RecoveryService};
use domain::cart::CartService;
use domain::catalog::{CatalogService, ProductReader};
use domain::health::Dependency;
use domain::inspection::CacheInspector;
use domain::order::{OrderDesk, OrderReader, OrderService};
use domain::webhook::{WebhookReader, WebhookService};
use domain::{Currency, Entropy};
use std::sync::Arc;

/// The ports behind the handlers. Clones share them.
#[derive(Clone)]
pub struct Services {
    /// Reads the catalogue.
    pub products: Arc<dyn ProductReader>,
    /// Reads customers' own orders.
    pub orders: Arc<dyn OrderReader>,
    /// Reads everybody's orders, for staff.
    pub order_desk: Arc<dyn OrderDesk>,
    /// Changes the catalogue.
    pub catalog_service: Arc<dyn CatalogService>,
    /// Shows and changes carts.
    pub cart_service: Arc<dyn CartService>,
    /// Places orders and moves them on.
    pub order_service: Arc<dyn OrderService>,
    /// Signs people up, in and out, and changes their accounts.
    pub accounts: Arc<dyn AccountService>,
    /// Sends people tokens, and takes them back.
    pub recovery: Arc<dyn RecoveryService>,
    /// Turns bearer tokens into actors.
    pub authenticator: Arc<dyn Authenticator>,
    /// Reads what is sent to other programs, for staff.
    pub webhooks: Arc<dyn WebhookReader>,
    /// Changes what is sent to other programs.
    pub webhook_service: Arc<dyn WebhookService>,
    /// Looks into the cache, for staff.
    pub cache: Arc<dyn CacheInspector>,
    /// What the shop stands on, for `/health/ready`.
    pub dependencies: Vec<Arc<dyn Dependency>>,
    /// What prices are in.
    pub currency: Currency,
    /// The sites whose pages may read what is answered.
    pub origins: AllowedOrigins,
    /// The proxies that are believed when they say whom a request comes from.
    pub proxies: TrustedProxies,
    /// Makes request ids.
    pub entropy: Arc<dyn Entropy>,
}
