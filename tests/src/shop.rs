//! A shop that is open: the server, its backends, and what a test does before its story begins.

use crate::{Answer, Careless, Command, Observer, PASSWORD, Person, SECRET, program::Program};
use backends::{Postgres, Redis, TestDatabase};
use reqwest::{Client, Method};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;
use tokio::{sync::OnceCell, task::JoinSet};

/// A shop of one test's own.
pub struct Shop {
    program: Program,
    servers: Option<Servers>,
    client: Client,
    address: String,
    staff: OnceCell<Person>,
    data: TempDir,
    careless: Option<Careless>,
}

/// The servers of the pair that has any; instances of one shop share them.
#[derive(Clone)]
struct Servers {
    database: Arc<TestDatabase>,
    redis: Arc<Mutex<Redis>>,
}

/// Something that was put on the shelf.
#[derive(Clone, Debug)]
pub struct Product {
    /// The product's id.
    pub id: i64,
    /// The id of its first variant.
    pub variant: i64,
    /// Its part of an address.
    pub slug: String,
    /// The entity tag of its first version.
    pub etag: String,
}

impl Shop {
    /// Opens a shop on SQLite and the cells of its own memory.
    pub async fn open_embedded() -> Self {
        Self::open(None, &[], None).await
    }

    /// Opens a shop on SQLite with these settings over those that all have.
    pub async fn open_embedded_with(settings: &[(&str, String)]) -> Self {
        Self::open(None, settings, None).await
    }

    /// Opens a shop on PostgreSQL and Redis with these settings over those that all have.
    pub async fn open_server_with(settings: &[(&str, String)]) -> Self {
        Self::open(Some(Servers::with(Redis::start())), settings, None).await
    }

    /// Opens a shop on SQLite whose units of work lack something.
    pub async fn open_careless_embedded(careless: Careless) -> Self {
        Self::open(None, &[], Some(careless)).await
    }

    /// Opens a shop on PostgreSQL and Redis.
    pub async fn open_server() -> Self {
        Self::open_on(Redis::start()).await
    }

    /// Opens a shop on PostgreSQL and this Redis.
    pub async fn open_on(redis: Redis) -> Self {
        Self::open(Some(Servers::with(redis)), &[], None).await
    }

    /// Opens a shop on PostgreSQL and Redis whose units of work lack something.
    pub async fn open_careless_server(careless: Careless) -> Self {
        Self::open(Some(Servers::with(Redis::start())), &[], Some(careless)).await
    }

    /// Opens another instance on the same servers.
    ///
    /// # Panics
    /// When the shop is embedded: it is alone.
    pub async fn second_instance(&self) -> Self {
        self.second_instance_with(&[]).await
    }

    /// Opens another instance on the same servers, with these settings over those that all have.
    ///
    /// # Panics
    /// When the shop is embedded: it is alone.
    pub async fn second_instance_with(&self, settings: &[(&str, String)]) -> Self {
        Self::open(Some(self.servers().clone()), settings, self.careless).await
    }

    async fn open(servers: Option<Servers>, settings: &[(&str, String)], careless: Option<Careless>) -> Self {
        let data = tempfile::tempdir().expect("there is room for a folder");
        let mut own = vec![("APP__DATA__DIR", data.path().display().to_string())];
        if !settings.iter().any(|(name, _)| *name == "APP__AUTH__SECRET_FILE") {
            own.push(("APP__AUTH__SECRET", SECRET.to_owned()));
        }
        if let Some(Servers { database, redis }) = &servers {
            let redis = redis.lock().unwrap_or_else(PoisonError::into_inner);
            own.push(("APP__DATABASE__URL", database.url().to_owned()));
            own.push(("APP__CACHE__URL", redis.url().to_owned()));
            if let Some(authority) = redis.authority() {
                let file = data.path().join("authority");
                std::fs::write(&file, authority).expect("there is room for a file");
                own.push(("APP__CACHE__CA_FILE", file.display().to_string()));
            }
            own.push(("APP__AUTH__PEPPER", "the pepper that instances of a test share".to_owned()));
        }
        own.extend_from_slice(settings);
        let database = database_url(servers.as_ref(), &data);
        let program = Program::start(own, |transactions| match careless {
            Some(careless) => careless.around(transactions, &database),
            None => transactions,
        })
        .await;
        let address = program.address();
        Self { program, servers, client: Client::new(), address, staff: OnceCell::new(), data, careless }
    }

    /// Closes the shop.
    pub async fn close(self) {
        self.program.stop().await;
    }

    /// Returns the name of the store that has the truth.
    pub fn database(&self) -> &'static str {
        if self.servers.is_some() { "postgres" } else { "sqlite" }
    }

    /// Returns the name of the store that has the copies.
    pub fn cache(&self) -> &'static str {
        if self.servers.is_some() { "redis" } else { "memory" }
    }

    /// Returns Redis, to look into and to break.
    ///
    /// # Panics
    /// When the shop is embedded.
    pub fn redis(&self) -> MutexGuard<'_, Redis> {
        self.servers().redis.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the PostgreSQL database, to look into and to break.
    ///
    /// # Panics
    /// When the shop is embedded.
    pub fn postgres(&self) -> &TestDatabase {
        &self.servers().database
    }

    /// Starts another program on the same database, which has no cells.
    pub async fn command(&self) -> Command {
        Command::on(self.database_url()).await
    }

    /// Runs a command of the program, such as `app seed`, beside the server, and returns its exit code.
    pub async fn run(&self, line: &str) -> ExitCode {
        self.program.run(line).await
    }

    /// Changes rows by hand, of which no program learns anything.
    pub async fn sql(&self, statement: &str) {
        let database =
            sea_orm::Database::connect(self.database_url()).await.expect("the database can be opened");
        database.execute_unprepared(statement).await.expect("the database does as it is told");
        database.close().await.expect("the database can be closed");
    }

    /// Returns somebody who looks into the database past the shop.
    pub async fn observer(&self) -> Observer {
        Observer::of(&self.database_url()).await
    }

    /// Returns the folder that it keeps its files in.
    pub fn folder(&self) -> &Path {
        self.data.path()
    }

    fn database_url(&self) -> String {
        database_url(self.servers.as_ref(), &self.data)
    }

    fn servers(&self) -> &Servers {
        self.servers.as_ref().expect("only a shop with servers has them")
    }

    /// Returns where it answers, as `HOST:PORT`.
    pub fn address(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// Returns somebody who has not signed in.
    pub fn guest(&self) -> Person {
        Person::guest(self.client.clone(), &self.address)
    }

    /// Signs a customer up and in.
    pub async fn customer(&self, name: &str) -> Person {
        self.guest().sign_up(&email_of(name)).await
    }

    /// Signs a crowd of customers up and in.
    pub async fn customers(&self, number: usize) -> Vec<Person> {
        let sign_up = |number| {
            let guest = self.guest();
            async move { guest.sign_up(&email_of(&format!("customer-{number}"))).await }
        };
        (0..number).map(sign_up).collect::<JoinSet<_>>().join_all().await
    }

    /// Returns the shop's staff, signed in.
    pub async fn staff(&self) -> Person {
        self.staff.get_or_init(|| self.sign_staff_in()).await.clone()
    }

    /// Signs in as the staff that an embedded shop begins with; elsewhere somebody is hired.
    async fn sign_staff_in(&self) -> Person {
        let Some(servers) = &self.servers else {
            let password = std::fs::read_to_string(self.data.path().join("staff-password"));
            let password = password.expect("an embedded shop begins with staff");
            return self.guest().sign_in("staff@tradepost.local", password.trim()).await;
        };
        // Instances share their accounts, and each has staff of its own.
        let port = self.address.rsplit(':').next().unwrap_or_default();
        let email = email_of(&format!("staff-{port}"));
        let account = json!({ "name": "Staff", "email": email, "password": PASSWORD });
        self.guest().post("/auth/signup", &account).await.created();
        let hire = format!("update users set role = 'staff' where email = '{email}' returning role");
        assert_eq!(servers.database.query(&hire), "staff");
        self.guest().sign_in(&email, PASSWORD).await
    }

    /// Puts a simple product of the category Grocery on the shelf, at 12.50 USD.
    pub async fn stock(&self, sku: &str, on_hand: u32) -> Product {
        let price = json!({ "amount": "12.50" });
        let new = json!({ "name": format!("Product {sku}"), "description": "Made by a test.", "category": "Grocery",
            "price": price, "stock": on_hand, "sku": sku });
        self.make(&new).await
    }

    /// Puts a product on the shelf.
    pub async fn make(&self, new: &Value) -> Product {
        let answer = self.staff().await.post("/products", new).await.created();
        let data = answer.data();
        Product {
            id: data["id"].as_i64().expect("a product has an id"),
            variant: data["variants"][0]["id"].as_i64().expect("a variant has an id"),
            slug: data["slug"].as_str().expect("a product has a slug").to_owned(),
            etag: answer.header("etag").to_owned(),
        }
    }

    /// Asks for something outside `/api/v1`.
    pub async fn get(&self, path: &str) -> Answer {
        let response = self.client.get(format!("{}{path}", self.address)).send().await;
        Answer::read(&Method::GET, response.expect("the shop answers")).await
    }

    /// Sends bytes as they are, for requests that no client library would make, and returns the answer's first line.
    /// It blocks; the server has threads of its own.
    pub fn send_raw(&self, request: &str) -> String {
        let answer = || -> io::Result<String> {
            let mut stream = TcpStream::connect(self.address())?;
            stream.write_all(request.as_bytes())?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer)?;
            Ok(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned())
        };
        answer().expect("the shop answers and hangs up")
    }
}

impl Servers {
    fn with(redis: Redis) -> Self {
        let database = Arc::new(Postgres::shared().create_database());
        Self { database, redis: Arc::new(Mutex::new(redis)) }
    }
}

fn database_url(servers: Option<&Servers>, data: &TempDir) -> String {
    match servers {
        Some(servers) => servers.database.url().to_owned(),
        None => format!("sqlite://{}", data.path().join("shop.db").display()),
    }
}

/// Returns the address that somebody signs up with.
fn email_of(name: &str) -> String {
    format!("{name}@example.org")
}
