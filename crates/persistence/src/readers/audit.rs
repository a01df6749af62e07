//! The audit. What is compared is compared by the database, in a few statements over one snapshot; only text that is folded
//! in Rust is read here, batch by batch. Nothing is locked and nothing written.

mod carts;
mod events;
mod goods;
mod history;
mod leftovers;
mod listing;
mod orders;
mod search;
mod stock;
mod webhooks;

use crate::error::store;
use crate::{Database, dialect};
use async_trait::async_trait;
use domain::audit::{Audit, Auditor};
use domain::{RepositoryError, Timestamp};

#[async_trait]
impl Auditor for Database {
    async fn audit(&self, now: Timestamp) -> Result<Audit, RepositoryError> {
        let snapshot = self.snapshot().await?;
        dialect::take_time(&snapshot).await.map_err(store)?;
        let mut reports = Vec::new();
        let searches = [
            stock::ledger(),
            stock::counts(),
            orders::lines(),
            orders::totals(),
            orders::units(),
            goods::goods(),
            history::history(),
            events::events(now),
            carts::lines(),
            leftovers::outbox(now),
            leftovers::keys(),
            webhooks::endpoints(),
        ];
        for search in searches {
            reports.push(search.run(&snapshot).await?);
        }
        let (listing, outdated) = listing::products(&snapshot).await?;
        reports.extend(listing);
        reports.sort_by_key(|report| report.check);
        Ok(Audit { reports, outdated })
    }
}
