//! A shop with nothing in it, and short words for filling it.

use backends::{Postgres, TestDatabase};
use domain::account::{EmailAddress, NewUser, PasswordHash, Role, Session};
use domain::cart::Quantity;
use domain::catalog::{
    CategoryName, Description, ListingQuery, NewProduct, NewVariant, Options, Product, ProductItem,
    ProductReader, ProductView, Sku, Slug, VariantTitle,
};
use domain::page::Page;
use domain::stock::Demand;
use domain::text::Line;
use domain::{
    Change, Currency, ProductId, RepositoryError, SessionId, Timestamp, UnitOfWork, Units, UnitsOfWork,
    UserId, VariantId,
};
use persistence::{Database, DatabaseOptions};
use std::sync::Arc;
use tempfile::TempDir;

/// What goes away with the test.
enum Place {
    File(TempDir),
    Server(TestDatabase),
}

/// An open database, migrated.
pub(crate) struct Shop {
    pub(crate) db: Database,
    pub(crate) units: Units,
    place: Place,
}

impl Shop {
    pub(crate) async fn on_sqlite() -> Self {
        Self::at(Place::File(tempfile::tempdir().unwrap())).await
    }

    pub(crate) async fn on_postgres() -> Self {
        Self::at(Place::Server(Postgres::shared().create_database())).await
    }

    async fn at(place: Place) -> Self {
        let db = open(&place, usd(), 10).await;
        db.migrate().await.unwrap();
        Self { units: Units::new(Arc::new(db.clone())), db, place }
    }

    /// Opens the same database again, with another currency or pool.
    pub(crate) async fn again(&self, currency: Currency, max_connections: u32) -> Database {
        open(&self.place, currency, max_connections).await
    }

    /// Runs SQL as an operator would, past every rule of the shop.
    pub(crate) async fn sql(&self, sql: &str) -> Result<(), String> {
        use sea_orm::{ConnectionTrait, Database};
        let database = Database::connect(url(&self.place)).await.unwrap();
        let result = database.execute_unprepared(sql).await;
        database.close().await.unwrap();
        result.map(drop).map_err(|error| error.to_string())
    }

    /// Asks for one number.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        use sea_orm::{ConnectionTrait, Database, Statement};
        let database = Database::connect(url(&self.place)).await.unwrap();
        let statement = Statement::from_string(database.get_database_backend(), sql);
        let row = database.query_one_raw(statement).await.unwrap().unwrap();
        let number = row.try_get_by_index(0).unwrap();
        database.close().await.unwrap();
        number
    }

    pub(crate) async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.db.begin().await.unwrap()
    }

    pub(crate) async fn customer(&self, name: &str) -> UserId {
        let mut work = self.begin().await;
        let user = work.users().insert(&new_user(&format!("{name}@example.org"))).await.unwrap().unwrap();
        work.commit().await.unwrap();
        user.id
    }

    /// Makes a product; its category is made where it is new.
    pub(crate) async fn product(&self, new: Wanted) -> Product {
        let mut work = self.begin().await;
        let category = work.catalog().category(&name(new.category)).await.unwrap().unwrap();
        let product = work.catalog().insert(&new.in_category(category)).await.unwrap().unwrap();
        work.commit().await.unwrap();
        product
    }

    pub(crate) async fn product_category(&self) -> domain::catalog::Category {
        let mut work = self.begin().await;
        let category = work.catalog().category(&name("Grocery")).await.unwrap().unwrap();
        work.commit().await.unwrap();
        category
    }

    /// Edits a product and returns what was recorded.
    pub(crate) async fn edit(&self, id: ProductId, edit: impl FnOnce(&mut Product)) -> Vec<Change> {
        let mut work = self.begin().await;
        let before = work.catalog().lock(id).await.unwrap().unwrap();
        let mut after = Product { version: before.version.next(), ..before.clone() };
        edit(&mut after);
        work.catalog().save(&before, &after).await.unwrap().unwrap();
        work.commit().await.unwrap().changes
    }

    /// Takes stock and returns what was recorded.
    pub(crate) async fn take(&self, wanted: &[(VariantId, u32)]) -> Vec<Change> {
        let mut work = self.begin().await;
        work.stock().take(&demand(wanted)).await.unwrap().unwrap();
        work.commit().await.unwrap().changes
    }

    pub(crate) async fn view(&self, id: ProductId) -> Option<ProductView> {
        let found = self.db.product(id).await.unwrap()?;
        assert_eq!(found.source, self.db.source());
        Some(found.value.decode().unwrap())
    }

    pub(crate) async fn list(&self, query: ListingQuery) -> Page<ProductItem> {
        self.try_list(query).await.unwrap()
    }

    pub(crate) async fn try_list(&self, query: ListingQuery) -> Result<Page<ProductItem>, RepositoryError> {
        Ok(self.db.list(&query).await?.value.decode().unwrap())
    }
}

/// A product to be made, with a sku for each variant made of its name.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) category: &'static str,
    pub(crate) created_at: Timestamp,
    /// Price in minor units and units on hand of each variant.
    pub(crate) variants: Vec<(i64, i64)>,
}

impl Wanted {
    pub(crate) fn simple(name: &'static str, price: i64, on_hand: i64) -> Self {
        Self::with(name, vec![(price, on_hand)])
    }

    pub(crate) fn with(name: &'static str, variants: Vec<(i64, i64)>) -> Self {
        Self { name, description: "", category: "Grocery", created_at: at(0), variants }
    }

    pub(crate) fn in_category(&self, category: domain::catalog::Category) -> NewProduct {
        let slug = Slug::of(self.name);
        let variant = |(index, &(price, on_hand)): (usize, &(i64, i64))| {
            new_variant(&format!("{slug}-{index}"), price, on_hand)
        };
        NewProduct {
            name: name(self.name),
            description: Description::parse(self.description).unwrap(),
            category,
            created_at: self.created_at,
            by: None,
            variants: self.variants.iter().enumerate().map(variant).collect(),
            slug,
        }
    }
}

pub(crate) fn new_variant(sku: &str, price: i64, on_hand: i64) -> NewVariant {
    NewVariant {
        sku: Sku::parse(sku).unwrap(),
        title: VariantTitle::parse(sku).unwrap(),
        options: Options::from([("sku".to_owned(), sku.to_owned())]),
        price: usd().minor(price),
        on_hand,
    }
}

pub(crate) fn new_user(email: &str) -> NewUser {
    NewUser {
        name: name("Ada"),
        email: EmailAddress::parse(email).unwrap(),
        password: PasswordHash("$2b$hash".to_owned()),
        role: Role::Customer,
        created_at: at(0),
    }
}

/// A session that begins at a second and lives for an hour.
pub(crate) fn session(user: UserId, number: u32, second: i64) -> Session {
    Session {
        id: SessionId::parse(&format!("{number:032x}")).unwrap(),
        user,
        created_at: at(second),
        last_seen_at: at(second),
        expires_at: at(second + 3_600),
        user_agent: Some("curl/8".to_owned()),
        address: Some("::1".to_owned()),
    }
}

pub(crate) fn usd() -> Currency {
    Currency::parse("USD").unwrap()
}

/// So many seconds after a fixed moment.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_750_000_000 + second, 123_456_000).unwrap()
}

pub(crate) fn name<const MAX: usize>(text: &str) -> Line<MAX> {
    Line::parse(text).unwrap()
}

pub(crate) fn category(text: &str) -> CategoryName {
    name(text)
}

pub(crate) fn units(units: u32) -> Quantity {
    Quantity::new(units).unwrap()
}

pub(crate) fn demand(wanted: &[(VariantId, u32)]) -> Demand {
    wanted.iter().copied().collect()
}

fn url(place: &Place) -> String {
    match place {
        Place::File(folder) => format!("sqlite://{}/shop.db", folder.path().display()),
        Place::Server(database) => database.url().to_owned(),
    }
}

async fn open(place: &Place, currency: Currency, max_connections: u32) -> Database {
    let options = DatabaseOptions { url: url(place), max_connections, currency };
    Database::connect(options).await.unwrap()
}
