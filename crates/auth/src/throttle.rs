//! Slows down whoever guesses passwords, makes accounts by the thousand, or has the shop write messages to somebody. What
//! counts is behind a port; which rules there are, and whom each counts, is decided here.

use domain::Client;
use domain::account::EmailAddress;
use domain::throttle::{Gate, Subject, Throttle};
use std::{sync::Arc, time::Duration};

/// How often something may be tried within a minute; 0 means without limit.
#[derive(Clone, Copy, Debug)]
pub struct ThrottleLimits {
    /// Passwords per account, right or wrong, at sign-in and where a password is changed.
    pub sign_in_per_account: u32,
    /// Sign-ins per address.
    pub sign_in_per_address: u32,
    /// Sign-ups per address.
    pub sign_up_per_address: u32,
    /// Forgotten passwords per account.
    pub reset_per_account: u32,
    /// Forgotten passwords per address, and tokens of messages that come back from there.
    pub reset_per_address: u32,
    /// Messages per account that ask its owner to confirm the address.
    pub verification_per_account: u32,
}

impl ThrottleLimits {
    /// Nothing is limited.
    pub const NONE: Self = Self {
        sign_in_per_account: 0,
        sign_in_per_address: 0,
        sign_up_per_address: 0,
        reset_per_account: 0,
        reset_per_address: 0,
        verification_per_account: 0,
    };
}

/// The rules in force. Every method counts one more try, tells the client's meter what remains, and fails with how long to
/// wait. Accounts are counted by their address, whether or not there is such an account, so that no answer tells.
pub(crate) struct Throttles {
    passwords_per_account: Gate,
    sign_in_per_address: Gate,
    sign_up_per_address: Gate,
    reset_per_account: Gate,
    reset_per_address: Gate,
    verification_per_account: Gate,
}

impl Throttles {
    pub(crate) fn new(limits: ThrottleLimits, throttle: &Arc<dyn Throttle>) -> Self {
        let gate = |name, per_minute| Gate::new(name, per_minute, throttle);
        Self {
            passwords_per_account: gate("sign_in_per_account", limits.sign_in_per_account),
            sign_in_per_address: gate("sign_in_per_address", limits.sign_in_per_address),
            sign_up_per_address: gate("sign_up_per_address", limits.sign_up_per_address),
            reset_per_account: gate("reset_per_account", limits.reset_per_account),
            reset_per_address: gate("reset_per_address", limits.reset_per_address),
            verification_per_account: gate("verification_per_account", limits.verification_per_account),
        }
    }

    /// Counts a sign-in; asked before [`Throttles::password_of`], so that one address alone cannot use up an account's tries.
    pub(crate) async fn sign_in_from(&self, client: &Client) -> Result<(), Duration> {
        from(&self.sign_in_per_address, client).await
    }

    /// Counts a password tried at this account.
    pub(crate) async fn password_of(&self, account: &EmailAddress, client: &Client) -> Result<(), Duration> {
        of(&self.passwords_per_account, account, client).await
    }

    /// Counts a sign-up.
    pub(crate) async fn sign_up_from(&self, client: &Client) -> Result<(), Duration> {
        from(&self.sign_up_per_address, client).await
    }

    /// Counts a forgotten password, or a token that comes back; asked before [`Throttles::reset_of`].
    pub(crate) async fn reset_from(&self, client: &Client) -> Result<(), Duration> {
        from(&self.reset_per_address, client).await
    }

    /// Counts a message to the owner of this account who forgot the password.
    pub(crate) async fn reset_of(&self, account: &EmailAddress, client: &Client) -> Result<(), Duration> {
        of(&self.reset_per_account, account, client).await
    }

    /// Counts a message to the owner of this account who is to confirm the address.
    pub(crate) async fn verification_of(
        &self,
        account: &EmailAddress,
        client: &Client,
    ) -> Result<(), Duration> {
        of(&self.verification_per_account, account, client).await
    }
}

async fn from(gate: &Gate, client: &Client) -> Result<(), Duration> {
    gate.pass(&Subject::network(client.address), &client.meter).await
}

async fn of(gate: &Gate, account: &EmailAddress, client: &Client) -> Result<(), Duration> {
    gate.pass(&Subject::account(account), &client.meter).await
}
