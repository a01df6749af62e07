//! The audit. What is compared is compared by the database, in a few statements over one snapshot; only text that is folded
//! in Rust is read here, batch by batch. Nothing is locked and nothing written.

mod carts;
mod events;
mod goods;
mod history;
mod leftovers;
mod listing;
mod orders;
mod references;
mod search;
mod stock;
mod webhooks;

use crate::error::store;
use crate::{Database, dialect};
use async_trait::async_trait;
use domain::audit::{Audit, Auditor, Check, Report};
use domain::{RepositoryError, Timestamp};
use sea_orm::{DatabaseTransaction, TransactionTrait};

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
            carts::lines(),
            leftovers::outbox(now),
            leftovers::keys(),
            webhooks::endpoints(),
        ];
        for search in searches {
            let check = search.check;
            let looked = apart(&snapshot, async |part| search.run(part).await).await?;
            reports.push(looked.unwrap_or_else(|reason| Report::failed(check, reason)));
        }
        let looked = apart(&snapshot, async |part| references::references(part).await).await?;
        reports.push(looked.unwrap_or_else(|reason| Report::failed(Check::ForeignKeys, reason)));
        let looked = apart(&snapshot, async |part| events::events(part, now).await).await?;
        reports.push(looked.unwrap_or_else(|reason| Report::failed(Check::OrderEvents, reason)));
        let looked = apart(&snapshot, async |part| listing::products(part).await).await?;
        let (listing, outdated) = looked.unwrap_or_else(|reason| {
            (listing::CHECKS.map(|check| Report::failed(check, reason.clone())).into(), Vec::new())
        });
        reports.extend(listing);
        reports.sort_by_key(|report| report.check);
        Ok(Audit { reports, outdated })
    }
}

/// Looks at a part, or returns why that cannot be done: one value that makes no sense hides no other. It is done within a
/// savepoint, since PostgreSQL answers nothing after a statement that failed. Where the database does not answer at all,
/// there is no audit.
async fn apart<T>(
    snapshot: &DatabaseTransaction,
    look: impl AsyncFnOnce(&DatabaseTransaction) -> Result<T, RepositoryError>,
) -> Result<Result<T, String>, RepositoryError> {
    let part = snapshot.begin().await.map_err(store)?;
    let looked = match look(&part).await {
        Ok(seen) => Ok(seen),
        Err(RepositoryError::Unexpected(reason)) => Err(reason),
        Err(error) => return Err(error),
    };
    part.rollback().await.map_err(store)?;
    Ok(looked)
}
