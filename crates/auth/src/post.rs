//! Messages to accounts' addresses, apart from the requests that they follow from. A request leaves an errand, which holds no
//! secret, and goes on: it neither waits for a mail server nor tells by its time whether there is anybody to write to. What
//! waits is in memory and bounded; whoever gets no message asks for another.

mod letters;
mod postman;

pub use letters::Pages;
pub use postman::{Postman, PostmanOptions};

use domain::UserId;
use domain::account::{EmailAddress, Purpose};
use tokio::sync::mpsc;
use tracing::warn;

/// How many errands wait at most: far more than a mail server that works ever leaves waiting, and little memory.
const ROOM: usize = 1_000;

/// What is to be written, and to whom.
pub(crate) enum Errand {
    /// A token for a new password, to whoever has an account with this address.
    Reset(EmailAddress),
    /// A token that confirms the address of this account.
    Verification(UserId),
}

/// Where errands are left. Clones are one box.
#[derive(Clone)]
pub struct Postbox(Option<mpsc::Sender<Errand>>);

/// The errands that wait for a [`Postman`].
pub struct Errands(mpsc::Receiver<Errand>);

impl Postbox {
    /// Makes a box that somebody empties.
    pub fn open() -> (Self, Errands) {
        let (sender, receiver) = mpsc::channel(ROOM);
        (Self(Some(sender)), Errands(receiver))
    }

    /// Makes a box that nobody empties: what is left there is forgotten.
    pub fn closed() -> Self {
        Self(None)
    }

    /// Leaves an errand, at once and in any case.
    pub(crate) fn post(&self, errand: Errand) {
        let Some(sender) = &self.0 else { return };
        match sender.try_send(errand) {
            Ok(()) => {}
            Err(refused) => errand_lost(&refused.into_inner()),
        }
    }
}

/// Tells operators. Whose the address is that somebody gave is not known, and the log must not tell the address itself.
fn errand_lost(errand: &Errand) {
    const LOST: &str = "a message was not sent: too many wait, or the shop is closing";
    match errand {
        Errand::Reset(_) => warn!(purpose = Purpose::ResetPassword.as_str(), "{LOST}"),
        Errand::Verification(user) => warn!(purpose = Purpose::VerifyEmail.as_str(), %user, "{LOST}"),
    }
}
