//! Where events may be sent.

use super::{SettingsError, entries::Entries};

/// Where events may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookTargets {
    /// To public addresses, over https.
    Public,
    /// Also to this machine and its network, and over plain http.
    Any,
}

pub(super) fn read(entries: &Entries) -> Result<WebhookTargets, SettingsError> {
    let any: bool = entries.parse("webhooks.allow_private_targets", "true or false")?;
    Ok(if any { WebhookTargets::Any } else { WebhookTargets::Public })
}
