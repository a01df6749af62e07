//! A program on the shop's database that is none of its servers, such as `app seed`: it changes things, and no cell.

use cache::CachedUnits;
use domain::audit::{Auditor, Check};
use domain::catalog::{Product, ProductName};
use domain::{Clock, Currency, MessageId, Outbox, ProductId, SystemClock, UnitOfWork, UnitsOfWork};
use persistence::{Database, DatabaseOptions};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Far more than the relay takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Another program.
pub struct Command {
    database: Database,
}

impl Command {
    pub(crate) async fn on(url: String) -> Self {
        let currency = Currency::parse("USD").expect("USD is a currency");
        let database = Database::connect(DatabaseOptions { url, max_connections: 2, currency }).await;
        Self { database: database.expect("the database can be opened") }
    }

    /// Gives a product another name, as a command writes: announced in the outbox, with no cells to renew.
    pub async fn rename(&self, product: i64, name: &str) {
        let units = CachedUnits::new(Arc::new(self.database.clone()), None);
        let mut work: Box<dyn UnitOfWork> = units.begin().await.expect("a transaction begins");
        let before = work.catalog().lock(ProductId(product)).await.expect("the product can be read");
        let before = before.expect("the product is there");
        let name = ProductName::parse(name).expect("the name is one");
        let after = Product { name, version: before.version.next(), ..before.clone() };
        work.catalog().save(&before, &after).await.expect("it can be saved").expect("no slug is taken");
        work.commit().await.expect("it can be committed");
    }

    /// Looks the books over. Returns what was found, and how many orders were looked at.
    pub async fn audit(&self) -> (Vec<String>, u64) {
        let audit = self.database.audit(SystemClock.now()).await.expect("the books can be read");
        let orders = audit.reports.iter().find(|report| report.check == Check::OrderTotals);
        let findings = audit.reports.iter().flat_map(|report| {
            let failed = report.failed.iter().map(|reason| format!("{}: {reason}", report.check.as_str()));
            let found = report.findings.iter().map(|found| format!("{}: {found:?}", report.check.as_str()));
            failed.chain(found)
        });
        (findings.collect(), orders.map_or(0, |report| report.looked_at))
    }

    /// Waits until the outbox is empty: whatever was written has reached the cells.
    pub async fn settled(&self) {
        let patience = Instant::now() + PATIENCE;
        while !self.database.pending(MessageId(0), 1).await.expect("the outbox can be read").is_empty() {
            assert!(Instant::now() < patience, "nobody passes the outbox on");
        }
    }
}
