//! Keys that nobody remembers.

use super::{Careless, CarelessUnit};
use async_trait::async_trait;
use domain::idempotency::{Claim, IdempotencyRepository, Keyed, Remembered};
use domain::{RepositoryError, Timestamp};

#[async_trait]
impl IdempotencyRepository for CarelessUnit {
    async fn claim(&mut self, keyed: &Keyed, now: Timestamp) -> Result<Claim, RepositoryError> {
        if self.careless == Careless::ForgetsKeys {
            return Ok(Claim::Fresh);
        }
        self.inner.idempotency().claim(keyed, now).await
    }

    async fn remember(&mut self, keyed: &Keyed, answer: &Remembered) -> Result<(), RepositoryError> {
        if self.careless == Careless::ForgetsKeys {
            return Ok(());
        }
        self.inner.idempotency().remember(keyed, answer).await
    }
}
