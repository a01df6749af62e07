//! Looking into Redis from the command line, with a connection of its own. The servers' memory cannot be seen from here.

use super::{Base, redis_address, unusable};
use crate::settings::{Backends, Settings};
use anyhow::{Context, bail};
use cache::{Cells, CellsOptions, Census, Inspector, RedisStore};
use domain::{MessageId, Outbox};
use std::{sync::Arc, time::Duration};

/// How long Redis may take for an answer. An operator waits longer than a customer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many rows of the outbox are read at once.
const PAGE: u32 = 1_000;

/// What a command looks with.
pub(crate) struct Looking {
    pub(crate) inspector: Inspector,
    pub(crate) store: Arc<RedisStore>,
    base: Base,
}

impl Looking {
    /// Prepares to look into the Redis of these settings. The database is only asked which one it is.
    pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let Backends::Server { cache_url, cache_authorities, .. } = &settings.backends else {
            bail!(
                "the cells of an embedded shop are in the memory of its server; ask that, as staff: GET \
                 /api/v1/admin/cache/keys, /api/v1/admin/cache/entries/KEY or /api/v1/admin/cache/stats"
            );
        };
        let address = redis_address(cache_url, cache_authorities.as_deref())?;
        let base = Base::connect(settings).await?;
        let id = base.database.id().await.with_context(|| unusable(settings))?;
        let store = Arc::new(RedisStore::with_deadline(&address, &id, PATIENCE)?);
        let (clock, entropy) = (Arc::clone(&base.clock), Arc::clone(&base.entropy));
        let options = CellsOptions { store: store.clone(), tier: None, loads: 1, clock, entropy };
        Ok(Self { inspector: Inspector::new(Cells::new(options), store.clone()), store, base })
    }

    /// Counts what Redis holds.
    pub(crate) async fn census(&self) -> anyhow::Result<Census> {
        Ok(Census::take(self.store.as_ref()).await?)
    }

    /// Counts the rows of the outbox that nobody has passed on.
    pub(crate) async fn waiting(&self) -> anyhow::Result<usize> {
        let (mut after, mut count) = (MessageId(0), 0);
        loop {
            let page = self.base.database.pending(after, PAGE).await?;
            count += page.len();
            match page.last() {
                Some(last) => after = last.id,
                None => return Ok(count),
            }
        }
    }
}
