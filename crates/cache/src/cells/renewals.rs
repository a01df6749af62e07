//! Renewals: what a write does to cells, tried until the store acknowledges it, and what follows when it does not.

use super::Cells;
use crate::pending::Announced;
use crate::{StoreError, Tag};
use domain::MessageId;
use domain::inspection::{BreakerState, RedisStats};
use std::time::Duration;
use tokio::time::Instant;
use tracing::warn;

/// How long a renewal is tried. Most of what Redis goes through (a lost connection, a failover's last moment) is over by
/// then, and the customer whose write is done waits no longer for it than for a slow page.
pub(super) const PERSISTENCE: Duration = Duration::from_millis(150);
/// What lies between two tries, so that a Redis that refuses connections is not asked in a tight loop.
const PAUSE: Duration = Duration::from_millis(10);

impl Cells {
    /// Puts every cell with one of these tags out of date. It is tried again until the store acknowledges it, 150 ms have
    /// passed, or the store is known not to answer; each try is bounded by the store. Giving up is logged and counted, and
    /// where a relay runs, cells with these tags are not served until it has made the renewal good.
    pub async fn renew(&self, tags: &[Tag]) {
        self.renew_announced(tags, self.announced(Vec::new())).await;
    }

    /// As [`Cells::renew`], for tags that these messages of the outbox tell of.
    pub(crate) async fn renew_announced(&self, tags: &[Tag], announced: Option<Announced>) {
        match (self.persist(tags).await, announced) {
            (Ok(()), Some(announced)) => announced.renewed(),
            (Err(error), announced) => {
                let tags_in_doubt = tags.len();
                warn!(%error, tags_in_doubt, "an invalidation was not acknowledged; the relay makes it good");
                if let Some(announced) = announced {
                    announced.failed(tags);
                }
            }
            (Ok(()), None) => {}
        }
    }

    /// Takes note of messages that are about to be committed, where a relay would pass them on.
    pub(crate) fn announced(&self, messages: Vec<MessageId>) -> Option<Announced> {
        self.inner.pending.as_ref().map(|pending| pending.announced(messages))
    }

    /// Renews tags in one try, and counts what came of it.
    pub(crate) async fn renew_once(&self, tags: &[Tag]) -> Result<(), StoreError> {
        let outcome = self.inner.store.renew(tags).await;
        self.end_renewal(tags, &outcome);
        outcome
    }

    /// Puts every cell out of date, in one try.
    pub(crate) async fn renew_all_once(&self) -> Result<(), StoreError> {
        let outcome = self.inner.store.renew_all().await;
        self.drop_copies(None);
        outcome
    }

    /// Tells whether a renewal that began now would be tried at all.
    pub(crate) fn would_renew(&self) -> bool {
        let closed = |redis: RedisStats| redis.breaker == BreakerState::Closed;
        self.inner.store.redis().is_none_or(closed)
    }

    async fn persist(&self, tags: &[Tag]) -> Result<(), StoreError> {
        let give_up = Instant::now() + self.persistence;
        let outcome = loop {
            let outcome = self.inner.store.renew(tags).await;
            let hopeless = matches!(outcome, Err(StoreError::NotAsked));
            if outcome.is_ok() || hopeless || Instant::now() + PAUSE >= give_up {
                break outcome;
            }
            tokio::time::sleep(PAUSE).await;
        };
        self.end_renewal(tags, &outcome);
        outcome
    }

    /// Counts a renewal that has ended, and drops what this instance has copied. That comes after the store's generations
    /// have gone: a reader that saw the old ones may still be about to take a copy, and is refused by this.
    fn end_renewal(&self, tags: &[Tag], outcome: &Result<(), StoreError>) {
        if let Some(tier) = &self.inner.tier {
            tier.forget(tags);
        }
        let counters = &self.inner.counters;
        let count = if outcome.is_ok() { &counters.invalidations } else { &counters.failed_invalidations };
        count.add(tags.len());
    }
}
