//! Units of work with one guarantee taken out, so that a proof can be seen to fail without it. Everything else is the real
//! thing underneath.

mod carts;
mod keys;
mod stock;

use async_trait::async_trait;
use domain::account::{MailedTokenRepository, SessionRepository, UserRepository};
use domain::cart::CartRepository;
use domain::catalog::CatalogRepository;
use domain::event::EventRepository;
use domain::idempotency::IdempotencyRepository;
use domain::order::OrderRepository;
use domain::stock::StockRepository;
use domain::webhook::WebhookRepository;
use domain::{Change, Committed, MessageId, RepositoryError, Source, UnitOfWork, UnitsOfWork, VariantId};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// What is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Careless {
    /// Stock is counted before the transaction begins, and what remains of that count is written.
    ReadsThenWrites,
    /// Stock is taken in the order in which things lie in the cart.
    TakesInTheCartsOrder,
    /// What comes back is not put on the shelf.
    GivesNothingBack,
    /// Every key is new.
    ForgetsKeys,
}

impl Careless {
    /// Wraps what opens the transactions of this database.
    pub fn around(self, inner: Arc<dyn UnitsOfWork>, database_url: &str) -> Arc<dyn UnitsOfWork> {
        let url = database_url.to_owned();
        Arc::new(CarelessUnits { inner, careless: self, url, reader: OnceCell::new() })
    }
}

struct CarelessUnits {
    inner: Arc<dyn UnitsOfWork>,
    careless: Careless,
    url: String,
    /// To count what is on hand past the transactions.
    reader: OnceCell<DatabaseConnection>,
}

#[async_trait]
impl UnitsOfWork for CarelessUnits {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, RepositoryError> {
        let counted = match self.careless {
            Careless::ReadsThenWrites => self.count().await,
            Careless::TakesInTheCartsOrder | Careless::GivesNothingBack | Careless::ForgetsKeys => {
                BTreeMap::new()
            }
        };
        let inner = self.inner.begin().await?;
        Ok(Box::new(CarelessUnit { inner, careless: self.careless, counted, cart: Vec::new() }))
    }
}

impl CarelessUnits {
    async fn count(&self) -> BTreeMap<VariantId, i64> {
        let open = || async { Database::connect(&self.url).await.expect("the database can be opened") };
        let reader = self.reader.get_or_init(open).await;
        let statement =
            Statement::from_string(reader.get_database_backend(), "SELECT id, on_hand FROM variants");
        let rows = reader.query_all_raw(statement).await.expect("stock can be counted");
        let number = |row: &sea_orm::QueryResult, at| row.try_get_by_index(at).expect("it is a number");
        rows.iter().map(|row| (VariantId(number(row, 0)), number(row, 1))).collect()
    }
}

struct CarelessUnit {
    inner: Box<dyn UnitOfWork>,
    careless: Careless,
    /// What was on hand when the transaction was about to begin.
    counted: BTreeMap<VariantId, i64>,
    /// What lies in the cart that was locked, in its order.
    cart: Vec<VariantId>,
}

#[async_trait]
impl UnitOfWork for CarelessUnit {
    fn users(&mut self) -> &mut dyn UserRepository {
        self.inner.users()
    }

    fn sessions(&mut self) -> &mut dyn SessionRepository {
        self.inner.sessions()
    }

    fn mailed_tokens(&mut self) -> &mut dyn MailedTokenRepository {
        self.inner.mailed_tokens()
    }

    fn catalog(&mut self) -> &mut dyn CatalogRepository {
        self.inner.catalog()
    }

    fn stock(&mut self) -> &mut dyn StockRepository {
        self
    }

    fn carts(&mut self) -> &mut dyn CartRepository {
        self
    }

    fn orders(&mut self) -> &mut dyn OrderRepository {
        self.inner.orders()
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self
    }

    fn events(&mut self) -> &mut dyn EventRepository {
        self.inner.events()
    }

    fn webhooks(&mut self) -> &mut dyn WebhookRepository {
        self.inner.webhooks()
    }

    fn source(&self) -> Source {
        self.inner.source()
    }

    fn changes(&self) -> &[Change] {
        self.inner.changes()
    }

    async fn announce(&mut self, messages: &[String]) -> Result<Vec<MessageId>, RepositoryError> {
        self.inner.announce(messages).await
    }

    async fn commit(self: Box<Self>) -> Result<Committed, RepositoryError> {
        self.inner.commit().await
    }
}
