//! Who runs the errands, one task in each server: looks up whom to write to, makes the token, and hands the message over,
//! trying again for a while where the mail server is away. The log names accounts by their ids, and tells neither an address
//! nor a token.

use super::letters::{self, Pages};
use super::{Errand, Errands};
use domain::account::{AccountReader, EmailAddress, KeptToken, MailedToken, Purpose, User};
use domain::mail::{Letter, MailError, Mailer};
use domain::{Clock, Entropy, RepositoryError, UnitOfWork, Units, UserId};
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

/// How many errands are under way at once.
const SIDE_BY_SIDE: usize = 8;
/// What lies between the tries to hand a message over.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(25)];
/// How long the last errands may take once the shop is told to stop.
const LAST: Duration = Duration::from_secs(1);

/// What running errands stands on.
pub struct PostmanOptions {
    /// What waits.
    pub errands: Errands,
    /// Runs the units of work.
    pub units: Units,
    /// Finds accounts by their addresses.
    pub reader: Arc<dyn AccountReader>,
    /// Sends the messages.
    pub mailer: Arc<dyn Mailer>,
    /// Where the messages lead to; without, they tell the token itself.
    pub pages: Option<Pages>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes tokens.
    pub entropy: Arc<dyn Entropy>,
}

/// Runs errands.
pub struct Postman {
    errands: Errands,
    desk: Arc<Desk>,
    under_way: JoinSet<()>,
}

/// What every errand needs.
struct Desk {
    units: Units,
    reader: Arc<dyn AccountReader>,
    mailer: Arc<dyn Mailer>,
    pages: Option<Pages>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Postman {
    /// Puts it together.
    pub fn new(options: PostmanOptions) -> Self {
        let PostmanOptions { errands, units, reader, mailer, pages, clock, entropy } = options;
        let desk = Arc::new(Desk { units, reader, mailer, pages, clock, entropy });
        Self { errands, desk, under_way: JoinSet::new() }
    }

    /// Runs errands until told to stop, and then those that wait, for a second at most. What is left is lost.
    pub async fn run(mut self, stopped: impl Future<Output = ()>) {
        let mut stopped = pin!(stopped);
        loop {
            let has_room = self.under_way.len() < SIDE_BY_SIDE;
            tokio::select! {
                biased;
                () = &mut stopped => break,
                Some(ended) = self.under_way.join_next() => note(ended),
                Some(errand) = self.errands.0.recv(), if has_room => self.begin(errand),
            }
        }
        self.errands.0.close();
        if timeout(LAST, self.finish()).await.is_err() {
            let left = self.under_way.len() + self.errands.0.len();
            warn!(left, "the shop is closed before all messages were sent");
        }
    }

    fn begin(&mut self, errand: Errand) {
        let desk = Arc::clone(&self.desk);
        self.under_way.spawn(async move { desk.run(errand).await });
    }

    async fn finish(&mut self) {
        loop {
            while self.under_way.len() < SIDE_BY_SIDE
                && let Ok(errand) = self.errands.0.try_recv()
            {
                self.begin(errand);
            }
            match self.under_way.join_next().await {
                Some(ended) => note(ended),
                None => return,
            }
        }
    }
}

fn note(ended: Result<(), tokio::task::JoinError>) {
    if let Err(panic) = ended {
        warn!(%panic, "writing a message broke down");
    }
}

impl Desk {
    async fn run(&self, errand: Errand) {
        match self.write(errand).await {
            Ok(Some((user, purpose, letter))) => self.send(user, purpose, &letter).await,
            Ok(None) => {}
            Err(error) => warn!(%error, "a message was not written"),
        }
    }

    /// Makes a token and writes the message; `None` where there is nobody to write to.
    async fn write(&self, errand: Errand) -> Result<Option<(UserId, Purpose, Letter)>, RepositoryError> {
        let (user, purpose) = match errand {
            Errand::Verification(user) => (user, Purpose::VerifyEmail),
            Errand::Reset(email) => match self.reader.credentials(&email).await? {
                Some(account) => (account.user.id, Purpose::ResetPassword),
                None => return Ok(None),
            },
        };
        let token = MailedToken::generate(self.entropy.as_ref());
        let kept = KeptToken::of(&token, user, purpose, self.clock.now());
        let to = self.units.run(move |work| keep(work, kept)).await?;
        Ok(to.map(|to| (user, purpose, letters::write(to, purpose, &token, self.pages.as_ref()))))
    }

    async fn send(&self, user: UserId, purpose: Purpose, letter: &Letter) {
        let (mut pauses, purpose) = (PAUSES.into_iter(), purpose.as_str());
        loop {
            let Err(error) = self.mailer.send(letter).await else {
                info!(%user, purpose, "a message was sent");
                return;
            };
            let pause = match &error {
                MailError::Unavailable(_) => pauses.next(),
                MailError::Refused(_) => None,
            };
            let Some(pause) = pause else {
                warn!(%user, purpose, %error, "a message was not sent");
                return;
            };
            sleep(pause).await;
        }
    }
}

/// Keeps the token of an account that it is any good for, and returns the account's address.
async fn keep(
    mut work: Box<dyn UnitOfWork>,
    token: KeptToken,
) -> Result<Option<EmailAddress>, RepositoryError> {
    let is_good_for = |user: &User| match token.purpose {
        Purpose::ResetPassword => !user.disabled,
        Purpose::VerifyEmail => !user.disabled && user.email_verified_at.is_none(),
    };
    let account = work.users().lock(token.user).await?.map(|account| account.user);
    let Some(user) = account.filter(is_good_for) else { return Ok(None) };
    work.mailed_tokens().keep(&token).await?;
    work.commit().await?;
    Ok(Some(user.email))
}
