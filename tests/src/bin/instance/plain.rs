//! The shop over [`SetAndDelete`]: wired as `app` wires it, but for the store, the relay and the tier. Only the history
//! test runs it.

use crate::set_and_delete::SetAndDelete;
use anyhow::{Context, bail};
use app::settings::{Backends, Environment, SecretSource, Settings};
use auth::{
    Accounts, AccountsOptions, KeyRing, LocalThrottle, PasswordOptions, Passwords, Sessions, SessionsOptions,
    Tokens,
};
use cache::{
    CachedAccounts, CachedCarts, CachedOrders, CachedProducts, CachedUnits, Cells, CellsOptions, Inspector,
    RedisAddress, RedisStore,
};
use domain::cart::{Carts, CartsOptions};
use domain::throttle::Gate;
use domain::{
    Clock, Entropy, OsEntropy, SystemClock, Units, catalog::Catalog, order::Orders, webhook::Webhooks,
};
use http_api::{Patience, ServerOptions, Services};
use persistence::{Database, DatabaseOptions};
use secrecy::ExposeSecret;
use std::{net::TcpListener, process::ExitCode, sync::Arc, time::Duration};
use tracing::info;
use webhooks::{Reach, SigningKeys, SystemLookup, Targets};

/// How many loads run at once: enough for the clients of a test.
const LOADS: usize = 16;

pub(crate) fn run() -> ExitCode {
    // As the real program logs, so that the same things can be read from it.
    tracing_subscriber::fmt().json().flatten_event(true).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome =
        runtime.context("the system gives no threads").and_then(|runtime| runtime.block_on(serve()));
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

async fn serve() -> anyhow::Result<()> {
    let settings = Settings::load(&Environment::of_process())?;
    let services = services(&settings).await?;
    let listener = TcpListener::bind(settings.server.address)?;
    let address = listener.local_addr()?;
    let options = ServerOptions {
        workers: settings.server.workers.unwrap_or(1),
        max_connections: settings.server.max_connections,
        shutdown_timeout: Duration::from_secs(1),
        patience: Patience::default(),
    };
    let server = http_api::serve(listener, services, options)?;
    info!(%address, "the shop is open");
    Ok(server.await?)
}

async fn services(settings: &Settings) -> anyhow::Result<Services> {
    let Backends::Server { database_url, max_connections, cache_url, .. } = &settings.backends else {
        bail!("it needs servers");
    };
    let (SecretSource::Given(secret), SecretSource::Given(pepper)) =
        (&settings.auth.secret, &settings.auth.pepper)
    else {
        bail!("it needs secrets");
    };
    let currency = settings.shop.currency;
    let url = database_url.expose_secret().to_owned();
    let database =
        Database::connect(DatabaseOptions { url, max_connections: *max_connections, currency }).await?;
    database.migrate().await?;
    let database = Arc::new(database);
    let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(SystemClock), Arc::new(OsEntropy));

    // Nobody looks into the double; whoever asks all the same is shown Redis.
    let real = RedisStore::open(&RedisAddress::parse(cache_url.expose_secret())?, &database.id().await?)?;
    let store = Arc::new(SetAndDelete::open(cache_url.expose_secret())?);
    let cells = Cells::new(CellsOptions {
        store,
        tier: None,
        loads: LOADS,
        clock: clock.clone(),
        entropy: entropy.clone(),
    });
    let units = Units::new(Arc::new(CachedUnits::new(database.clone(), Some(cells.clone()))));
    let reader = Arc::new(CachedAccounts::new(database.clone(), cells.clone()));
    let tokens = Arc::new(Tokens::new(KeyRing::new(secret, &[]), clock.clone()));
    let hashing = PasswordOptions { pepper: pepper.clone(), cost: settings.auth.bcrypt_cost };
    // No messages are sent: nobody empties the accounts' box.
    let accounts = Accounts::new(AccountsOptions {
        units: units.clone(),
        reader: reader.clone(),
        passwords: Arc::new(Passwords::new(&hashing, entropy.clone())),
        tokens: tokens.clone(),
        limits: settings.auth.limits,
        throttle: Arc::new(LocalThrottle::new(clock.clone())),
        clock: clock.clone(),
        entropy: entropy.clone(),
    });
    let accounts = Arc::new(accounts);
    let sessions =
        Sessions::new(SessionsOptions { tokens, reader, activity: database.clone(), clock: clock.clone() });
    let carts = CartsOptions {
        units: units.clone(),
        reader: Arc::new(CachedCarts::new(database.clone(), cells.clone())),
        source: database.source(),
        currency,
        guest_carts: Gate::open(),
        clock: clock.clone(),
        entropy: entropy.clone(),
    };
    // Nothing is sent: there is no dispatcher.
    let secrets = Arc::new(SigningKeys::derived_from(pepper.expose().as_bytes()));
    let targets = Arc::new(Targets::new(Reach::Public, Arc::new(SystemLookup)));
    let webhooks =
        Webhooks::new(units.clone(), database.clone(), targets, secrets, clock.clone(), entropy.clone());
    Ok(Services {
        products: Arc::new(CachedProducts::new(database.clone(), cells.clone())),
        orders: Arc::new(CachedOrders::new(database.clone(), cells.clone())),
        order_desk: database.clone(),
        webhooks: database.clone(),
        webhook_service: Arc::new(webhooks),
        cache: Arc::new(Inspector::new(cells, Arc::new(real))),
        catalog_service: Arc::new(Catalog::new(units.clone(), clock.clone())),
        cart_service: Arc::new(Carts::new(carts)),
        order_service: Arc::new(Orders::new(units, currency, clock, entropy.clone())),
        accounts: accounts.clone(),
        recovery: accounts,
        authenticator: Arc::new(sessions),
        dependencies: vec![database],
        currency,
        origins: settings.server.cors_origins.iter().cloned().collect(),
        entropy,
    })
}
