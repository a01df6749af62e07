//! Counting what all instances count together, in Redis. While Redis does not answer, each instance counts for itself: its
//! count knows nothing of the shared one, so an outage is worth one more burst at each instance, and the limit is never off.

use crate::store::{RedisStore, StoreError};
use async_trait::async_trait;
use domain::throttle::{Budget, Rule, Subject, Throttle};
use std::sync::Arc;
use tracing::{debug, warn};

/// Counts in Redis, or else elsewhere.
pub struct RedisThrottle {
    redis: Arc<RedisStore>,
    instead: Arc<dyn Throttle>,
}

impl RedisThrottle {
    /// Counts in this Redis, and with `instead` what it does not answer.
    pub fn new(redis: Arc<RedisStore>, instead: Arc<dyn Throttle>) -> Self {
        Self { redis, instead }
    }
}

#[async_trait]
impl Throttle for RedisThrottle {
    async fn count(&self, rule: &Rule, subject: &Subject) -> Result<Budget, Budget> {
        match self.redis.count(rule, subject).await {
            Ok(counted) => counted,
            Err(error) => {
                log(&error, rule);
                self.instead.count(rule, subject).await
            }
        }
    }
}

/// Logs what Redis did wrong. That it is left alone was said when that began.
fn log(error: &StoreError, rule: &Rule) {
    if matches!(error, StoreError::NotAsked) {
        debug!(%error, rule = rule.name, "this instance counts alone");
    } else {
        warn!(%error, rule = rule.name, "this instance counts alone");
    }
}
