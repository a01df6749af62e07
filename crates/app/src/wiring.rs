//! Which adapter stands behind which port: the only place that names PostgreSQL, SQLite, Redis and the memory of this
//! process. It decides nothing else.

mod background;
mod looking;
mod posting;
mod sending;

pub(crate) use background::Background;
pub(crate) use cache::{CellKey, Forgetting};
pub(crate) use looking::Looking;
use posting::Posting;
use sending::Sending;

use crate::data_dir::DataDir;
use crate::housekeeping::Housekeeper;
use crate::keys::{KeyWatch, Keys};
use crate::settings::{Backends, Migration, Settings};
use anyhow::{Context, anyhow};
use auth::{
    Accounts, AccountsOptions, LocalThrottle, PasswordOptions, Passwords, Pepper, Postman, Sessions,
    SessionsOptions, Tokens,
};
use cache::{
    CachedAccounts, CachedCarts, CachedOrders, CachedProducts, CachedUnits, Cells, CellsOptions, Inspectable,
    Inspector, MemoryStore, RedisAddress, RedisStore, RedisThrottle, Relay, Tier, Tracking,
};
use domain::account::AccountReader;
use domain::cart::{Carts, CartsOptions};
use domain::catalog::Catalog;
use domain::health::Dependency;
use domain::order::Orders;
use domain::throttle::{Gate, Throttle};
use domain::{Clock, Entropy, OsEntropy, SystemClock, Units, UnitsOfWork};
use http_api::Services;
use persistence::{Database, DatabaseOptions};
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::sync::Arc;
use webhooks::Dispatcher;

/// What both a server and a command stand on.
pub(crate) struct Base {
    pub(crate) database: Database,
    transactions: Arc<dyn UnitsOfWork>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Base {
    /// Opens the database that is configured and sees to it that its tables are up to date: brings them up to date where
    /// the settings say so, else fails where they are not.
    pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        make_room(settings)?;
        let base = Self::connect(settings).await?;
        let current = match settings.backends {
            Backends::Embedded { .. } | Backends::Server { migration: Migration::AtStart, .. } => {
                base.database.migrate().await
            }
            Backends::Server { migration: Migration::ByOperator, .. } => {
                base.database.ensure_migrated().await
            }
        };
        current.with_context(|| unusable(settings))?;
        Ok(base)
    }

    /// Opens the database that is configured, for whoever looks and changes nothing: fails where there is none, and where
    /// its tables are not up to date.
    pub(crate) async fn open_as_it_is(settings: &Settings) -> anyhow::Result<Self> {
        if let Backends::Embedded { database_url, .. } = &settings.backends
            && !file_of(database_url).exists()
        {
            return Err(anyhow!("there is none yet: start the shop, or run `app migrate`")
                .context(unusable(settings)));
        }
        let base = Self::connect(settings).await?;
        base.database.ensure_current().await.with_context(|| unusable(settings))?;
        Ok(base)
    }

    /// Brings the tables of the database that is configured up to date, whoever's business that is otherwise.
    pub(crate) async fn migrate(settings: &Settings) -> anyhow::Result<()> {
        make_room(settings)?;
        let base = Self::connect(settings).await?;
        base.database.migrate().await.with_context(|| unusable(settings))
    }

    /// Opens the database that is configured, whatever state its tables are in.
    async fn connect(settings: &Settings) -> anyhow::Result<Self> {
        let (url, max_connections) = match &settings.backends {
            Backends::Embedded { database_url, max_connections, .. } => {
                (database_url.as_str(), max_connections)
            }
            Backends::Server { database_url, max_connections, .. } => {
                (database_url.expose_secret(), max_connections)
            }
        };
        let options = DatabaseOptions {
            url: url.to_owned(),
            max_connections: *max_connections,
            currency: settings.shop.currency,
        };
        let database = Database::connect(options).await.with_context(|| unusable(settings))?;
        let transactions = Arc::new(database.clone());
        Ok(Self { database, transactions, clock: Arc::new(SystemClock), entropy: Arc::new(OsEntropy) })
    }

    /// Puts something around what opens the server's transactions, inside of what the cache does with them.
    pub(crate) fn around(self, wrap: impl FnOnce(Arc<dyn UnitsOfWork>) -> Arc<dyn UnitsOfWork>) -> Self {
        Self { transactions: wrap(self.transactions), ..self }
    }

    /// Returns units of work for a command: what they change is announced to the servers that run, through the database.
    pub(crate) fn units(&self) -> Units {
        Units::new(Arc::new(CachedUnits::new(Arc::new(self.database.clone()), None)))
    }

    /// Returns the accounts for a command.
    pub(crate) fn accounts(&self, settings: &Settings) -> anyhow::Result<Accounts> {
        let Keys { ring, pepper, .. } = Keys::of(settings, self.entropy.as_ref())?;
        let tokens = Arc::new(Tokens::new(ring, Arc::clone(&self.clock)));
        let reader = Arc::new(self.database.clone());
        let throttle = self.local_throttle();
        Ok(self.accounts_over(settings, pepper, self.units(), reader, tokens, throttle))
    }

    /// Puts a whole shop together: every read through cells, every write past them.
    pub(crate) async fn shop(&self, settings: &Settings) -> anyhow::Result<Shop> {
        let database = Arc::new(self.database.clone());
        let Keys { ring, file, pepper } = Keys::of(settings, self.entropy.as_ref())?;
        let Stores { store, tier, tracking, dependency, throttle } =
            stores(settings, &self.database.id().await?, self.local_throttle())?;
        let (clock, entropy) = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        let options = CellsOptions { store: store.clone(), tier, loads: loads(settings), clock, entropy };
        let (cells, relay) = Cells::relayed(options, database.clone());
        let units = Units::new(Arc::new(CachedUnits::new(self.transactions.clone(), Some(cells.clone()))));

        let reader = Arc::new(CachedAccounts::new(database.clone(), cells.clone()));
        let tokens = Arc::new(Tokens::new(ring, Arc::clone(&self.clock)));
        let key_watch = file.map(|file| KeyWatch { file, tokens: Arc::clone(&tokens) });
        let guest_carts =
            Gate::new("guest_carts_per_address", settings.auth.guest_carts_per_address, &throttle);
        let accounts = self.accounts_over(
            settings,
            pepper.clone(),
            units.clone(),
            reader.clone(),
            tokens.clone(),
            throttle,
        );
        let Posting { postbox, postman } = self.posting(settings, units.clone(), reader.clone())?;
        let accounts = Arc::new(accounts.with_postbox(postbox));
        let sessions = SessionsOptions {
            tokens,
            reader: reader.clone(),
            activity: database.clone(),
            idle: settings.auth.session_idle,
            clock: Arc::clone(&self.clock),
        };
        let currency = settings.shop.currency;
        let (clock, entropy) = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        let carts = CartsOptions {
            units: units.clone(),
            reader: Arc::new(CachedCarts::new(database.clone(), cells.clone())),
            source: database.source(),
            currency,
            guest_carts,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
        };
        let Sending { service: webhook_service, dispatcher } =
            self.sending(settings, &pepper, units.clone(), database.clone())?;
        let services = Services {
            products: Arc::new(CachedProducts::new(database.clone(), cells.clone())),
            orders: Arc::new(CachedOrders::new(database.clone(), cells.clone())),
            order_desk: database.clone(),
            catalog_service: Arc::new(Catalog::new(units.clone(), Arc::clone(&clock))),
            cart_service: Arc::new(Carts::new(carts)),
            order_service: Arc::new(Orders::new(units.clone(), currency, clock, Arc::clone(&entropy))),
            accounts: accounts.clone(),
            recovery: accounts.clone(),
            authenticator: Arc::new(Sessions::new(sessions)),
            webhooks: database.clone(),
            webhook_service,
            cache: Arc::new(Inspector::new(cells, store)),
            dependencies: vec![database.clone(), dependency],
            currency,
            origins: settings.server.cors_origins.iter().cloned().collect(),
            proxies: settings.server.trusted_proxies.iter().cloned().collect(),
            entropy,
        };
        let housekeeper = Housekeeper { house: database, clock: Arc::clone(&self.clock) };
        Ok(Shop {
            services,
            units,
            accounts,
            reader,
            relay,
            tracking,
            key_watch,
            housekeeper,
            dispatcher,
            postman,
        })
    }

    fn accounts_over(
        &self,
        settings: &Settings,
        pepper: Pepper,
        units: Units,
        reader: Arc<dyn AccountReader>,
        tokens: Arc<Tokens>,
        throttle: Arc<dyn Throttle>,
    ) -> Accounts {
        let hashing = PasswordOptions { pepper, cost: settings.auth.bcrypt_cost };
        Accounts::new(AccountsOptions {
            units,
            reader,
            passwords: Arc::new(Passwords::new(&hashing, Arc::clone(&self.entropy))),
            tokens,
            limits: settings.auth.limits,
            throttle,
            idle: settings.auth.session_idle,
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        })
    }

    fn local_throttle(&self) -> Arc<dyn Throttle> {
        Arc::new(LocalThrottle::new(Arc::clone(&self.clock)))
    }
}

/// A shop that only lacks a listener.
pub(crate) struct Shop {
    pub(crate) services: Services,
    pub(crate) units: Units,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) reader: Arc<dyn AccountReader>,
    /// To be started: until its first pass, every read goes to the database.
    pub(crate) relay: Relay,
    /// To be started: until it is connected, nothing is served from this process' copies.
    pub(crate) tracking: Option<Tracking>,
    /// To be started: until it is, the keys of tokens stay as they are.
    pub(crate) key_watch: Option<KeyWatch>,
    /// To be started: until it is, nothing that has ended is thrown away.
    pub(crate) housekeeper: Housekeeper,
    /// To be started: until it is, events wait.
    pub(crate) dispatcher: Dispatcher,
    /// To be started: until it is, messages wait. There is none where none are sent.
    pub(crate) postman: Option<Postman>,
}

/// Makes the data directory and an embedded shop's file, where they are absent.
fn make_room(settings: &Settings) -> anyhow::Result<()> {
    let Backends::Embedded { database_url, .. } = &settings.backends else { return Ok(()) };
    DataDir::open(&settings.data_dir)?;
    DataDir::reserve(file_of(database_url))
}

fn unusable(settings: &Settings) -> String {
    let (url, origin) = (settings.backends.database_shown(), &settings.database_origin);
    format!("{url} cannot be used (database.url, from {origin})")
}

/// Returns the file that `sqlite://PATH?…` names.
fn file_of(database_url: &str) -> &Path {
    let path = database_url.strip_prefix("sqlite://").unwrap_or(database_url);
    Path::new(path.split('?').next().unwrap_or(path))
}

/// How many reads of the database cells begin at once: some connections are left to writes, whatever happens to Redis.
fn loads(settings: &Settings) -> usize {
    let (Backends::Embedded { max_connections, .. } | Backends::Server { max_connections, .. }) =
        &settings.backends;
    (*max_connections as usize * 3 / 4).max(1)
}

/// Where cells are kept, near and far, and what counts for all who share them.
struct Stores {
    store: Arc<dyn Inspectable>,
    tier: Option<Tier>,
    tracking: Option<Tracking>,
    dependency: Arc<dyn Dependency>,
    throttle: Arc<dyn Throttle>,
}

/// Opens the stores of cells that go with the database of this id. `local` counts where nothing is shared, and whenever
/// what is shared does not answer.
fn stores(settings: &Settings, database_id: &str, local: Arc<dyn Throttle>) -> anyhow::Result<Stores> {
    match &settings.backends {
        Backends::Embedded { cache_bytes, .. } => {
            let store = Arc::new(MemoryStore::new(*cache_bytes, database_id));
            Ok(Stores {
                store: store.clone(),
                tier: None,
                tracking: None,
                dependency: store,
                throttle: local,
            })
        }
        Backends::Server { cache_url, cache_authorities, tier_bytes, .. } => {
            let address = redis_address(cache_url, cache_authorities.as_deref())?;
            let store = Arc::new(RedisStore::open(&address, database_id)?);
            let tier = tier_bytes.map(Tier::new);
            let tracking = tier.clone().map(|tier| store.tracking(tier));
            let throttle = Arc::new(RedisThrottle::new(store.clone(), local));
            Ok(Stores { store: store.clone(), tier, tracking, dependency: store, throttle })
        }
    }
}

fn redis_address(url: &SecretString, authorities: Option<&str>) -> anyhow::Result<RedisAddress> {
    let address = RedisAddress::parse(url.expose_secret())?;
    let Some(authorities) = authorities else { return Ok(address) };
    address.vouched_for_by(authorities.as_bytes()).context("cache.ca_file is of no use")
}
