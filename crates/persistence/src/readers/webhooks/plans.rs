//! How the databases answer what is due while 20,000 deliveries wait: from the index that has them in the order of sending,
//! without sorting or reading them all. The question is asked again after every webhook that was sent.

use super::due;
use crate::entity::{event, webhook_delivery, webhook_endpoint};
use crate::readers::plan::plan;
use crate::{Database, DatabaseOptions, insert};
use domain::{Currency, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, QueryTrait};

const WAITING: i64 = 20_000;
const INDEX: &str = "webhook_deliveries_due_idx";

/// Two events of each order wait for one endpoint; another waits for nothing.
async fn shop(url: String) -> Database {
    let currency = Currency::parse("USD").unwrap();
    let db = Database::connect(DatabaseOptions { url, max_connections: 2, currency }).await.unwrap();
    db.migrate().await.unwrap();
    let endpoint = |id: i64| webhook_endpoint::ActiveModel {
        id: Set(id),
        url: Set("https://example.org/".to_owned()),
        description: Set(String::new()),
        events: Set(" * ".to_owned()),
        status: Set("active".to_owned()),
        failures: Set(0),
        nonce: Set(format!("{id:032x}")),
        secret_version: Set(1),
        created_at: Set(at(0)),
        updated_at: Set(at(0)),
        ..Default::default()
    };
    insert::rows(&db.connection, vec![endpoint(1), endpoint(2)]).await.unwrap();
    let event = |id: i64| event::ActiveModel {
        id: Set(id),
        kind: Set("order.placed".to_owned()),
        data: Set("{}".to_owned()),
        created_at: Set(at(id)),
        ..Default::default()
    };
    insert::rows(&db.connection, (1..=WAITING).map(event).collect()).await.unwrap();
    let delivery = |event: i64| webhook_delivery::ActiveModel {
        event_id: Set(event),
        endpoint_id: Set(1),
        order_id: Set(Some(event / 2)),
        status: Set("pending".to_owned()),
        attempts: Set(1),
        next_attempt_at: Set(at(event)),
        ..Default::default()
    };
    insert::rows(&db.connection, (1..=WAITING).map(delivery).collect()).await.unwrap();
    db
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_750_000_000 + second, 0).unwrap()
}

#[tokio::test]
async fn postgres_finds_what_is_due_by_an_index() {
    let database = backends::Postgres::shared().create_database();
    let db = shop(database.url().to_owned()).await;
    db.connection
        .execute_unprepared("VACUUM ANALYZE webhook_deliveries, webhook_endpoints, events")
        .await
        .unwrap();
    let plan = plan(&db, due(at(WAITING)).build(db.connection.get_database_backend())).await;
    assert!(plan.contains(INDEX), "{plan}");
    assert!(!plan.contains("Seq Scan on webhook_deliveries") && !plan.contains("Sort"), "{plan}");
}

#[tokio::test]
async fn sqlite_finds_what_is_due_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let db = shop(format!("sqlite://{}/shop.db", folder.path().display())).await;
    let plan = plan(&db, due(at(WAITING)).build(db.connection.get_database_backend())).await;
    assert!(plan.contains(INDEX) && !plan.contains("TEMP B-TREE"), "{plan}");
}
