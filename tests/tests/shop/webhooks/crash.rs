//! A program that dies between a receiver's answer and its noting: the event comes again, as the same one.

use super::{is_proven, newest, register};
use backends::{Postgres, Redis, TestDatabase};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::path::Path;
use system_tests::{Instance, PASSWORD, Person, Receiver};
use tempfile::TempDir;

/// What outlives the program.
struct Place {
    data: TempDir,
    servers: Option<(TestDatabase, Redis)>,
}

impl Place {
    fn new(servers: Option<(TestDatabase, Redis)>) -> Self {
        Self { data: tempfile::tempdir().unwrap(), servers }
    }

    async fn start(&self) -> Instance {
        let mut settings = vec![
            ("APP_PROFILE", "test".to_owned()),
            ("APP_CONFIG_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/../config").to_owned()),
            ("APP__SERVER__WORKERS", "2".to_owned()),
            ("APP__SHOP__SEED_DEMO", "false".to_owned()),
            ("APP__DATA__DIR", self.data.path().display().to_string()),
            ("APP__LOG__FORMAT", "json".to_owned()),
            ("APP__LOG__FILTER", "info,sqlx=warn,sea_orm_migration=warn,actix_server=warn".to_owned()),
        ];
        if let Some((database, redis)) = &self.servers {
            settings.push(("APP__DATABASE__URL", database.url().to_owned()));
            settings.push(("APP__CACHE__URL", redis.url().to_owned()));
        }
        Instance::start(env!("CARGO_BIN_EXE_instance"), &[], &settings).await
    }

    async fn sql(&self, statement: &str) {
        let file = format!("sqlite://{}", self.data.path().join("shop.db").display());
        let url = self.servers.as_ref().map_or(file, |(database, _)| database.url().to_owned());
        let database = sea_orm::Database::connect(url).await.unwrap();
        database.execute_unprepared(statement).await.unwrap();
        database.close().await.unwrap();
    }

    /// Tells whether a text is in one of the program's files.
    fn keeps(&self, text: &str) -> bool {
        holds(self.data.path(), text)
    }

    /// Hires somebody who has not worked here before.
    async fn hire(&self, instance: &Instance) -> Person {
        let email = "staff@example.org";
        let account = json!({ "name": "Staff", "email": email, "password": PASSWORD });
        Person::before(instance).post("/auth/signup", &account).await.created();
        self.sql("UPDATE users SET role = 'staff' WHERE email = 'staff@example.org'").await;
        Person::before(instance).sign_in(email, PASSWORD).await
    }
}

/// Tells whether a text is in a file, or in one of a folder.
fn holds(path: &Path, text: &str) -> bool {
    if path.is_dir() {
        return std::fs::read_dir(path).unwrap().any(|entry| holds(&entry.unwrap().path(), text));
    }
    std::fs::read(path).unwrap().windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_and_not_noted_comes_again_as_the_same_embedded() {
    what_was_answered_and_not_noted_comes_again_as_the_same(&Place::new(None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_and_not_noted_comes_again_as_the_same_server() {
    let servers = (Postgres::shared().create_database(), Redis::start());
    what_was_answered_and_not_noted_comes_again_as_the_same(&Place::new(Some(servers))).await;
}

async fn what_was_answered_and_not_noted_comes_again_as_the_same(place: &Place) {
    let mut receiver = Receiver::open().await;
    let mut instance = place.start().await;
    let staff = place.hire(&instance).await;
    let endpoint = register(&staff, &receiver.url(), &["product.changed"]).await;
    instance.stop_when_answered().await;
    let tea = json!({ "name": "Tea", "description": "Green.", "category": "Grocery",
        "price": { "amount": "12.50" }, "stock": 7, "sku": "TEA-100" });
    staff.post("/products", &tea).await.created();
    let first = receiver.next().await;
    instance.answered().await;
    instance.kill().await;
    assert_eq!(place.keeps("TEA-100"), place.servers.is_none(), "an embedded database is among the files");
    assert!(!place.keeps(&endpoint.secret["whsec_".len()..]), "a secret is kept in a file");

    let instance = place.start().await;
    let staff = Person::before(&instance).sign_in("staff@example.org", PASSWORD).await;
    let pending = newest(&staff, &endpoint, |delivery| delivery["status"] == "pending").await;
    assert_eq!((&pending["log"], &pending["attempts"]), (&json!([]), &json!(0)), "nobody noted it");
    assert!(receiver.rest().is_empty(), "whoever sent it may still be alive");
    // As if the minute had passed for which it was claimed.
    place.sql("UPDATE webhook_deliveries SET claimed_until = '2026-01-01T00:00:00+00:00'").await;
    let again = receiver.next().await;
    assert_eq!((again.id(), &again.body), (first.id(), &first.body));
    assert!(is_proven(&again, &endpoint.secret), "the secret outlives the program");
    newest(&staff, &endpoint, |delivery| delivery["status"] == "delivered").await;
    assert!(receiver.rest().is_empty());
    instance.kill().await;
}
