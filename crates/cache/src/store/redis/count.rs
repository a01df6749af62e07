//! Counting in Redis, for all instances: one command that takes the time, decides and keeps. The script is sent along each
//! time, so there is none that a restart or `SCRIPT FLUSH` could take away. What is counted and when is not decided here.

use super::{RedisStore, StoreError};
use domain::throttle::{Budget, Rule, Subject};
use redis::Pipeline;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// What the keys of counts begin with. They are no cells: nothing that is done to cells touches them.
pub(crate) const COUNTS: &str = "throttle:";

const SCRIPT: &str = include_str!("count.lua");

impl RedisStore {
    /// Counts one more time. The inner error says that this was once too often.
    pub(crate) async fn count(
        &self,
        rule: &Rule,
        subject: &Subject,
    ) -> Result<Result<Budget, Budget>, StoreError> {
        let key = key_of(rule, subject, self.connector.database_id());
        let mut commands = Pipeline::with_capacity(1);
        let script = commands.cmd("EVAL").arg(SCRIPT).arg(1).arg(key);
        script.arg(microseconds(rule.interval())).arg(rule.per_minute.get());
        let (((passed, number),), _) = self.run::<((bool, u64),)>(&commands).await?;
        Ok(if passed {
            Ok(rule.passed(u32::try_from(number).unwrap_or(u32::MAX)))
        } else {
            Err(rule.refused(Duration::from_micros(number)))
        })
    }
}

/// `throttle:{rule}:{digest}`: who reads Redis and not the database finds nobody by trying addresses.
fn key_of(rule: &Rule, subject: &Subject, database_id: &str) -> String {
    let digest = Sha256::digest(format!("{database_id}\n{}", subject.expose()));
    let bits = digest[..16].iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    format!("{COUNTS}{}:{bits:032x}", rule.name)
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
