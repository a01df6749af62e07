//! The shop without its door: the use cases over the database, for proofs that need many operations and no HTTP.

use backends::{Postgres, TestDatabase};
use cache::CachedUnits;
use domain::account::{EmailAddress, NewUser, PasswordHash, PersonName, Role};
use domain::cart::{Carts, CartsOptions};
use domain::catalog::{
    Catalog, CatalogService, CategoryName, Description, NewProductInput, NewVariant, Options, ProductName,
    ProductView, Sku, VariantTitle,
};
use domain::order::Orders;
use domain::throttle::Gate;
use domain::{Clock, Currency, Entropy, OsEntropy, SystemClock, Units, UnitsOfWork, UserId};
use persistence::{Database, DatabaseOptions};
use std::sync::Arc;
use system_tests::{Careless, Observer};
use tempfile::TempDir;

/// A database of one proof's own.
pub(crate) enum Place {
    File(TempDir),
    Server(TestDatabase),
}

/// What one instance does for its customers and staff.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) database: Database,
    pub(crate) carts: Carts,
    pub(crate) catalog: Catalog,
    pub(crate) orders: Orders,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::File(tempfile::tempdir().expect("there is room for a folder"))
    }

    pub(crate) fn postgres() -> Self {
        Self::Server(Postgres::shared().create_database())
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::File(folder) => format!("sqlite://{}/shop.db", folder.path().display()),
            Self::Server(database) => database.url().to_owned(),
        }
    }

    pub(crate) async fn observer(&self) -> Observer {
        Observer::of(&self.url()).await
    }

    /// Opens an instance, its units of work lacking something where that is wanted.
    pub(crate) async fn desk(&self, careless: Option<Careless>) -> Desk {
        let options = DatabaseOptions { url: self.url(), max_connections: 10, currency: usd() };
        let database = Database::connect(options).await.unwrap();
        database.migrate().await.unwrap();
        let transactions: Arc<dyn UnitsOfWork> = Arc::new(database.clone());
        let transactions = match careless {
            Some(careless) => careless.around(transactions, &self.url()),
            None => transactions,
        };
        let units = Units::new(Arc::new(CachedUnits::new(transactions, None)));
        let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) =
            (Arc::new(SystemClock), Arc::new(OsEntropy));
        let carts = Carts::new(CartsOptions {
            units: units.clone(),
            reader: Arc::new(database.clone()),
            source: database.source(),
            currency: usd(),
            guest_carts: Gate::open(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        });
        let catalog = Catalog::new(units.clone(), clock.clone());
        Desk { database, carts, catalog, orders: Orders::new(units, usd(), clock, entropy) }
    }
}

impl Desk {
    /// Makes a customer's account.
    pub(crate) async fn customer(&self, name: &str) -> UserId {
        let new = NewUser {
            name: PersonName::parse(name).unwrap(),
            email: EmailAddress::parse(&format!("{name}@example.org")).unwrap(),
            password: PasswordHash("$2b$hash".to_owned()),
            role: Role::Customer,
            created_at: SystemClock.now(),
        };
        let mut work = self.database.begin().await.unwrap();
        let user = work.users().insert(&new).await.unwrap().unwrap();
        work.commit().await.unwrap();
        user.id
    }

    /// Makes a product on somebody's behalf; price in minor units and units on hand of each variant.
    pub(crate) async fn product(&self, by: UserId, name: &str, variants: &[(i64, i64)]) -> ProductView {
        let variant = |(number, &(price, on_hand)): (usize, &(i64, i64))| {
            let sku = format!("{name}-{number}");
            NewVariant {
                sku: Sku::parse(&sku).unwrap(),
                title: VariantTitle::parse(&sku).unwrap(),
                options: Options::from([("sku".to_owned(), sku)]),
                price: usd().minor(price),
                on_hand,
            }
        };
        let new = NewProductInput {
            slug: None,
            name: ProductName::parse(name).unwrap(),
            description: Description::parse("").unwrap(),
            category: CategoryName::parse("Grocery").unwrap(),
            variants: variants.iter().enumerate().map(variant).collect(),
        };
        self.catalog.create(new, by, None).await.unwrap().document.value.decode().unwrap()
    }
}

pub(crate) fn usd() -> Currency {
    Currency::parse("USD").expect("USD is a currency")
}
