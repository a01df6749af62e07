//! Whether what the shop stands on can be reached.

use async_trait::async_trait;

/// What the shop does without a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Importance {
    /// It cannot answer: it is not ready.
    Required,
    /// It answers more slowly: it is degraded.
    Optional,
}

/// Something that the shop stands on.
#[async_trait]
pub trait Dependency: Send + Sync {
    /// Returns its name: `postgres`, `redis`, `sqlite`, `memory`.
    fn name(&self) -> &'static str;
    /// Returns what the shop does without it.
    fn importance(&self) -> Importance;
    /// Asks it for a sign of life.
    ///
    /// # Errors
    /// What went wrong, for operators: no credentials and no addresses.
    async fn check(&self) -> Result<(), String>;
}
