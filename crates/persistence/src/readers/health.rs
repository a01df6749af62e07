//! Whether the database answers.

use crate::Database;
use async_trait::async_trait;
use domain::health::{Dependency, Importance};

#[async_trait]
impl Dependency for Database {
    fn name(&self) -> &'static str {
        self.source().as_str()
    }

    fn importance(&self) -> Importance {
        Importance::Required
    }

    async fn check(&self) -> Result<(), String> {
        self.connection.ping().await.map_err(|error| {
            tracing::debug!(%error, "the database does not answer");
            "does not answer".to_owned() // the error itself can hold an address
        })
    }
}
