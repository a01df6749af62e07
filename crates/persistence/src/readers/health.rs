//! Whether the database answers.

use crate::Database;
use async_trait::async_trait;
use domain::health::{Dependency, Importance};
use std::time::Duration;

/// Whoever asks for health wants to know now, not when the pool has lost its patience.
const DEADLINE: Duration = Duration::from_secs(2);

#[async_trait]
impl Dependency for Database {
    fn name(&self) -> &'static str {
        self.source().as_str()
    }

    fn importance(&self) -> Importance {
        Importance::Required
    }

    async fn check(&self) -> Result<(), String> {
        match tokio::time::timeout(DEADLINE, self.connection.ping()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::debug!(%error, "the database does not answer");
                Err("does not answer".to_owned()) // the error itself can hold an address
            }
            Err(_) => Err("does not answer within 2 seconds".to_owned()),
        }
    }
}
