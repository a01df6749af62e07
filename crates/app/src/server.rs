//! A shop that answers: everything between valid settings and a listener, and back again. Nothing here reads a setting
//! from anywhere but [`Settings`] or takes a signal; both are its caller's business.

use crate::data_dir::{DataDir, DataLock};
use crate::seeding::{self, Seeding};
use crate::settings::{FirstGoods, Settings};
use crate::wiring::{Background, Base, Shop};
use crate::{first_staff, welcome};
use actix_web::dev::ServerHandle;
use anyhow::Context;
use domain::UnitsOfWork;
use http_api::{Patience, ServerOptions};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tracing::info;

/// How long requests under way may still take once the shop is told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// A shop that answers. Dropping it stops nothing: [`Running::stop`] does.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
    background: Background,
    _lock: Option<DataLock>,
}

/// Opens a shop: its backends, what an empty one is filled with, and its listener.
///
/// # Errors
/// Whatever keeps it from answering, in words for whoever started it.
pub async fn start(settings: Settings) -> anyhow::Result<Running> {
    open(settings, |transactions| transactions).await
}

/// As [`start`], with something around what opens the transactions: for tests that take a guarantee away.
///
/// # Errors
/// Those of [`start`].
#[cfg(feature = "doubles")]
pub async fn start_around(
    settings: Settings,
    wrap: impl FnOnce(Arc<dyn UnitsOfWork>) -> Arc<dyn UnitsOfWork>,
) -> anyhow::Result<Running> {
    open(settings, wrap).await
}

async fn open(
    settings: Settings,
    wrap: impl FnOnce(Arc<dyn UnitsOfWork>) -> Arc<dyn UnitsOfWork>,
) -> anyhow::Result<Running> {
    // Before anything takes long: a port that is taken is the likeliest mistake.
    let listener = listen(settings.server.address)?;
    let address = listener.local_addr().context("the listener has no address")?;
    let embedded = embedded_data(&settings)?;
    let base = Base::open(&settings).await?.around(wrap);
    let shop = base.shop(&settings).await?;
    fill(&settings, &shop).await?;
    let mut staff_password = None;
    if let Some((data_dir, _)) = &embedded {
        let reader = shop.reader.as_ref();
        staff_password = first_staff::ensure(&shop.accounts, reader, data_dir, base.entropy.as_ref()).await?;
    }
    let background =
        Background::start(shop.relay, shop.tracking, shop.housekeeper, shop.dispatcher, shop.postman).await;
    let options = ServerOptions {
        workers: workers(&settings),
        max_connections: settings.server.max_connections,
        shutdown_timeout: DRAIN,
        patience: Patience::default(),
    };
    let server = http_api::serve(listener, shop.services, options).context("the server cannot start")?;
    let (handle, serving) = (server.handle(), tokio::spawn(server));
    info!(%address, profile = settings.profile.as_str(), database = %base.database.source(), "the shop is open");
    welcome::print(&settings, address, staff_password.as_deref());
    Ok(Running { address, handle, serving, background, _lock: embedded.map(|(_, lock)| lock) })
}

impl Running {
    /// Returns where it answers; the port is the real one where the settings say 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more requests, finishes those under way within ten seconds, and gives everything back.
    ///
    /// # Errors
    /// When it had stopped by itself, or does not come to an end.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.handle.stop(true).await;
        let ended = timeout(Duration::from_secs(1), self.serving).await.context("the server does not end")?;
        ended.context("the server broke down")?.context("the server failed")?;
        // Last, because it deletes what the last requests announced.
        self.background.stop().await
    }

    /// Waits until it stops by itself, which it only does when it cannot go on.
    pub(crate) async fn failed(&mut self) -> anyhow::Error {
        let ended = tokio::select! {
            ended = &mut self.serving => ended,
            error = self.background.failed() => return error,
        };
        match ended {
            Ok(Ok(())) => anyhow::anyhow!("the server ended unasked"),
            Ok(Err(error)) => anyhow::Error::new(error).context("the server failed"),
            Err(panic) => anyhow::Error::new(panic).context("the server broke down"),
        }
    }
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| {
        format!("{address} cannot be listened on; set APP__SERVER__HOST and APP__SERVER__PORT to a free one")
    })
}

/// Opens and locks what an embedded shop keeps on disk.
fn embedded_data(settings: &Settings) -> anyhow::Result<Option<(DataDir, DataLock)>> {
    if !settings.backends.is_embedded() {
        return Ok(None);
    }
    let data_dir = DataDir::open(&settings.data_dir)?;
    let lock = data_dir.lock()?;
    Ok(Some((data_dir, lock)))
}

async fn fill(settings: &Settings, shop: &Shop) -> anyhow::Result<()> {
    if settings.shop.first_goods == FirstGoods::Demonstration
        && let Seeding::Filled(products) = seeding::fill(&shop.units, settings.shop.currency, None).await?
    {
        info!(products, "the empty catalogue was filled with demonstration goods");
    }
    Ok(())
}

fn workers(settings: &Settings) -> usize {
    settings.server.workers.unwrap_or_else(|| available_parallelism().map_or(1, usize::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Environment;
    use std::net::TcpStream;

    fn settings(folder: &tempfile::TempDir) -> Settings {
        let data = folder.path().to_string_lossy().into_owned();
        let variables = [
            ("APP_PROFILE", "test".to_owned()),
            ("APP_CONFIG_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/../../config").to_owned()),
            ("APP__DATA__DIR", data),
        ];
        Settings::load(&Environment::of(variables)).unwrap()
    }

    #[tokio::test]
    async fn a_shop_opens_answers_stops_and_gives_everything_back() {
        let folder = tempfile::tempdir().unwrap();
        let shop = start(settings(&folder)).await.unwrap();
        let address = shop.address();
        let answer = reqwest::get(format!("http://{address}/health/live")).await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());

        assert!(start(settings(&folder)).await.unwrap_err().to_string().contains("another server"));
        shop.stop().await.unwrap();
        assert!(TcpStream::connect(address).is_err());
        start(settings(&folder)).await.unwrap().stop().await.unwrap();
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut settings = settings(&folder);
        settings.server.address = taken.local_addr().unwrap();
        let refusal = start(settings).await.unwrap_err().to_string();
        assert!(refusal.contains("APP__SERVER__PORT"), "{refusal}");
    }
}
