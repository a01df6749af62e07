//! What the cache of one process has done since the process started, and how it is now.

use serde::Serialize;

/// The whole picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CacheStats {
    /// Reads and fills, by what was read.
    pub kinds: Vec<KindStats>,
    /// Tags that were renewed.
    pub invalidations: u64,
    /// Tags whose renewal was not acknowledged; the relay makes them good.
    pub failed_invalidations: u64,
    /// Questions that the cell store did not answer.
    pub store_errors: u64,
    /// The relay of this process.
    pub relay: RelayStats,
    /// The connections to Redis; null where cells are kept in memory alone.
    pub redis: Option<RedisStats>,
    /// The copies in memory in front of Redis; null where there are none.
    pub tier: Option<TierStats>,
}

impl CacheStats {
    /// Returns the sum of all kinds.
    pub fn total(&self) -> KindStats {
        self.kinds.iter().fold(KindStats { kind: "total", ..KindStats::default() }, |sum, kind| KindStats {
            kind: sum.kind,
            tier_hits: sum.tier_hits + kind.tier_hits,
            tier_misses: sum.tier_misses + kind.tier_misses,
            tier_fills: sum.tier_fills + kind.tier_fills,
            tier_refused: sum.tier_refused + kind.tier_refused,
            hits: sum.hits + kind.hits,
            misses: sum.misses + kind.misses,
            collapsed: sum.collapsed + kind.collapsed,
            bypassed: sum.bypassed + kind.bypassed,
            fills: sum.fills + kind.fills,
            failed_fills: sum.failed_fills + kind.failed_fills,
        })
    }
}

/// Reads and fills of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindStats {
    /// What was read: `session`, `cart`, `product`, `listing`, `categories`, `orders`, `order`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "product"))]
    pub kind: &'static str,
    /// Reads that the copies in memory in front of Redis answered.
    pub tier_hits: u64,
    /// Reads that they did not answer, though they may hold this kind.
    pub tier_misses: u64,
    /// Copies that were taken into memory.
    pub tier_fills: u64,
    /// Copies that were not, because something was invalidated meanwhile.
    pub tier_refused: u64,
    /// Reads that a cell answered.
    pub hits: u64,
    /// Reads that the database answered because no cell did, collapsed ones included.
    pub misses: u64,
    /// Misses that joined the load of another.
    pub collapsed: u64,
    /// Reads that the database answered because cells were in doubt, their store was not asked, or such reads are never kept.
    pub bypassed: u64,
    /// Cells that were stored.
    pub fills: u64,
    /// Cells that the store did not take.
    pub failed_fills: u64,
}

/// The relay of one process.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RelayStats {
    /// Whether cells are served at all: not before the first complete pass.
    pub open: bool,
    /// How many milliseconds ago the last complete pass ended; null before the first.
    pub lag_ms: Option<u64>,
    /// Passes that left nothing undone.
    pub passes: u64,
    /// Passes that the database or the store cut short.
    pub failures: u64,
    /// Tags whose cells are passed by now.
    pub pending_tags: usize,
}

/// The connections to Redis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedisStats {
    /// Whether Redis is asked.
    pub breaker: BreakerState,
    /// How often it was found that Redis does not answer.
    pub breaker_opened: u64,
}

/// Whether Redis is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BreakerState {
    /// It is.
    Closed,
    /// It is not, because it did not answer.
    Open,
    /// One question is on its way, to find out.
    HalfOpen,
}

/// The copies in memory in front of Redis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierStats {
    /// Whether they are served: Redis has answered a probe within the last second.
    pub serving: bool,
    /// How many bytes they take, about.
    pub bytes: u64,
    /// How many bytes they may take.
    pub max_bytes: u64,
    /// How often they were all thrown away, because invalidations may have been missed.
    pub emptied: u64,
    /// Invalidations that Redis has sent.
    pub invalidations: u64,
}
