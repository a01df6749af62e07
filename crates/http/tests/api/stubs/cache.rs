//! The cache, looked into.

use super::Stub;
use async_trait::async_trait;
use domain::Sourced;
use domain::inspection::{
    CacheEntryView, CacheInspector, CacheStats, InspectionError, KeyPage, KeyQuery, RelayStats,
};

#[async_trait]
impl CacheInspector for Stub {
    async fn keys(&self, query: &KeyQuery) -> Result<Sourced<KeyPage>, InspectionError> {
        self.note("keys", query);
        self.keys.get()
    }

    async fn entry(&self, key: &str) -> Result<Option<Sourced<CacheEntryView>>, InspectionError> {
        self.note("entry", &key);
        self.entry.get()
    }

    fn stats(&self) -> CacheStats {
        CacheStats {
            kinds: Vec::new(),
            invalidations: 7,
            failed_invalidations: 0,
            store_errors: 0,
            relay: RelayStats::default(),
            redis: None,
            tier: None,
        }
    }
}
