//! Walking through the keys of Redis with `SCAN`, never `KEYS`, which would hold everybody up meanwhile.

use super::{RedisStore, UNLINKED_AT_ONCE};
use crate::store::StoreError;
use crate::tags::GENERATIONS;
use redis::Pipeline;

/// How many keys Redis looks at in one step at most, so that none holds it up.
pub(super) const WIDEST: u32 = 1_000;

impl RedisStore {
    /// Makes one step: looks at about `width` keys, returns those that match, and moves the cursor, which is 0 before the
    /// first step and after the last. Keys that are there all the while are found; one may be found twice.
    pub(super) async fn step(
        &self,
        cursor: &mut u64,
        pattern: &str,
        width: u32,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut commands = Pipeline::with_capacity(1);
        commands.cmd("SCAN").arg(*cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(width);
        let (((next, keys),), _) = self.run::<((u64, Vec<Vec<u8>>),)>(&commands).await?;
        *cursor = next;
        Ok(keys)
    }

    /// Takes every generation away. One that is placed meanwhile may stay: whoever placed it has not loaded anything yet.
    pub(super) async fn sweep(&self) -> Result<(), StoreError> {
        let (pattern, mut cursor) = (format!("{GENERATIONS}*"), 0);
        loop {
            let keys = self.step(&mut cursor, &pattern, WIDEST).await?;
            for keys in keys.chunks(UNLINKED_AT_ONCE) {
                let mut commands = Pipeline::with_capacity(1);
                commands.cmd("UNLINK").arg(keys).ignore();
                self.run::<()>(&commands).await?;
            }
            if cursor == 0 {
                return Ok(());
            }
        }
    }
}
