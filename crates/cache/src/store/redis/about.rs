//! What Redis says of itself, for operators.

use super::{RedisStore, server::field};
use crate::store::StoreError;
use redis::Pipeline;

/// A Redis server, and how full it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisAbout {
    /// Its version.
    pub version: String,
    /// How many bytes it uses, in its own words.
    pub used_memory: String,
    /// How many bytes it may use, in its own words; 0 is no limit.
    pub max_memory: String,
    /// What it does when it is full.
    pub policy: String,
}

impl RedisStore {
    /// Asks the server about itself.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn about(&self) -> Result<RedisAbout, StoreError> {
        let mut commands = Pipeline::with_capacity(2);
        commands.cmd("INFO").arg("server").cmd("INFO").arg("memory");
        let ((server, memory), _) = self.run::<(String, String)>(&commands).await?;
        Ok(RedisAbout {
            version: field(&server, "redis_version")?,
            used_memory: field(&memory, "used_memory_human")?,
            max_memory: field(&memory, "maxmemory_human")?,
            policy: field(&memory, "maxmemory_policy")?,
        })
    }
}
