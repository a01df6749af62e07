//! Units of work: one transaction as one object, and the one place that runs them to their end.

use crate::account::{MailedTokenRepository, SessionRepository, UserRepository};
use crate::cart::CartRepository;
use crate::catalog::CatalogRepository;
use crate::event::EventRepository;
use crate::idempotency::IdempotencyRepository;
use crate::order::OrderRepository;
use crate::stock::StockRepository;
use crate::webhook::WebhookRepository;
use crate::{Change, Committed, Contention, MessageId, RepositoryError, Source};
use async_trait::async_trait;
use std::{future::Future, sync::Arc, time::Duration};
use tracing::Instrument;

/// How often a unit of work is tried when transactions collide.
const ATTEMPTS: u32 = 5;
/// How long a caller waits for a unit of work; past it the outcome is unknown to the caller, while the work goes on.
const DEADLINE: Duration = Duration::from_secs(15);

/// An open transaction. Dropping it without [`UnitOfWork::commit`] discards every change.
#[async_trait]
pub trait UnitOfWork: Send {
    /// Accounts.
    fn users(&mut self) -> &mut dyn UserRepository;
    /// Sessions.
    fn sessions(&mut self) -> &mut dyn SessionRepository;
    /// Tokens of messages.
    fn mailed_tokens(&mut self) -> &mut dyn MailedTokenRepository;
    /// Products, variants and categories.
    fn catalog(&mut self) -> &mut dyn CatalogRepository;
    /// Stock.
    fn stock(&mut self) -> &mut dyn StockRepository;
    /// Carts.
    fn carts(&mut self) -> &mut dyn CartRepository;
    /// Orders.
    fn orders(&mut self) -> &mut dyn OrderRepository;
    /// Keys of requests that may be sent again.
    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository;
    /// Events for other programs.
    fn events(&mut self) -> &mut dyn EventRepository;
    /// Endpoints that events are sent to, and the deliveries to them.
    fn webhooks(&mut self) -> &mut dyn WebhookRepository;
    /// Returns the database that it writes to.
    fn source(&self) -> Source;
    /// Returns what was changed so far.
    fn changes(&self) -> &[Change];
    /// Leaves messages for whoever reads the [`Outbox`](crate::Outbox), in the same transaction: they are there if and
    /// only if the changes are. Returns their ids.
    async fn announce(&mut self, messages: &[String]) -> Result<Vec<MessageId>, RepositoryError>;
    /// Makes every change visible at once.
    ///
    /// # Errors
    /// [`RepositoryError::OutcomeUnknown`] when the connection was lost meanwhile.
    async fn commit(self: Box<Self>) -> Result<Committed, RepositoryError>;
}

/// Opens units of work.
#[async_trait]
pub trait UnitsOfWork: Send + Sync {
    /// Opens a transaction.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, RepositoryError>;
}

/// Runs units of work to their end, whatever becomes of the caller.
#[derive(Clone)]
pub struct Units {
    units: Arc<dyn UnitsOfWork>,
    deadline: Duration,
}

impl Units {
    /// Wraps what opens the transactions.
    pub fn new(units: Arc<dyn UnitsOfWork>) -> Self {
        Self { units, deadline: DEADLINE }
    }

    /// Waits no longer than this, for tests that cannot wait 15 seconds.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Opens a unit of work, gives it to `attempt`, and tries again at most 5 times where transactions collide.
    ///
    /// The work runs in a task of its own: a client that hangs up stops nothing between the commit and what must
    /// follow it. What it logs belongs to the caller's span all the same.
    ///
    /// # Errors
    /// Those of `attempt`; [`RepositoryError::OutcomeUnknown`] after 15 seconds.
    pub async fn run<T, E, A, F>(&self, attempt: A) -> Result<T, E>
    where
        A: Fn(Box<dyn UnitOfWork>) -> F + Send + 'static,
        F: Future<Output = Result<T, E>> + Send,
        T: Send + 'static,
        E: From<RepositoryError> + Contention + Send + 'static,
    {
        let units = Arc::clone(&self.units);
        let work = async move {
            let mut tried = 1;
            loop {
                let outcome = match units.begin().await {
                    Ok(unit) => attempt(unit).await,
                    Err(error) => Err(error.into()),
                };
                match outcome {
                    Err(error) if error.is_contention() && tried < ATTEMPTS => back_off(tried).await,
                    outcome => return outcome,
                }
                tried += 1;
            }
        };
        let work = tokio::spawn(work.in_current_span());
        match tokio::time::timeout(self.deadline, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => {
                Err(RepositoryError::Unexpected(format!("a unit of work broke down: {panic}")).into())
            }
            Err(_) => Err(RepositoryError::OutcomeUnknown(format!(
                "a unit of work took longer than {:?}",
                self.deadline
            ))
            .into()),
        }
    }
}

/// Waits 2, 4, 8, 16 ms, less a random part, so that those who collided do not meet again.
async fn back_off(tried: u32) {
    let most = 1_000 << tried;
    let jitter = rand::Rng::random_range(&mut jitter_source(), most / 4..=most);
    tokio::time::sleep(Duration::from_micros(jitter)).await;
}

#[expect(clippy::disallowed_methods, reason = "jitter decides nothing that a test needs to foresee")]
fn jitter_source() -> rand::rngs::ThreadRng {
    rand::rng()
}
