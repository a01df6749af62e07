//! How the databases answer what is due while 20,000 deliveries wait: from the index that has them in the order of sending,
//! without sorting or reading them all. The question is asked again after every webhook that was sent, so it must stay cheap
//! when a receiver is down, too: what then waits behind what failed is told at the failed one's time, not at its own, and
//! does not stand in front of everything for nothing.

use super::due;
use crate::entity::{event, order, user, webhook_delivery, webhook_endpoint};
use crate::readers::plan::plan;
use crate::{Database, DatabaseOptions, insert};
use domain::event::{Event, EventKind, OrderSequence};
use domain::{Currency, OrderId, Timestamp, UnitsOfWork, Version};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

const WAITING: i64 = 20_000;
const INDEX: &str = "webhook_deliveries_due_idx";
const LIST: &str = "webhook_deliveries_endpoint_id_id_idx";

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

/// How many orders' first events a receiver that is down has refused.
const REFUSED: i64 = 2_500;

/// Has every order tell a second event, long after its first was refused, which is tried again later.
async fn outage(db: &Database) {
    db.connection.execute_unprepared("DELETE FROM events").await.unwrap();
    let customer = user::ActiveModel {
        id: Set(1),
        name: Set("Ada".to_owned()),
        email: Set("ada@example.org".to_owned()),
        email_key: Set("ada@example.org".to_owned()),
        password_hash: Set("$2b$hash".to_owned()),
        role: Set("customer".to_owned()),
        disabled: Set(false),
        created_at: Set(at(0)),
        email_verified_at: Set(None),
    };
    insert::rows(&db.connection, vec![customer]).await.unwrap();
    let order = |id: i64| order::ActiveModel {
        id: Set(id),
        number: Set(format!("{id:010}")),
        user_id: Set(1),
        status: Set("placed".to_owned()),
        payment_status: Set("paid".to_owned()),
        fulfillment_status: Set("unfulfilled".to_owned()),
        currency: Set("USD".to_owned()),
        total: Set(100),
        units: Set(1),
        restocked: Set(false),
        version: Set(2),
        placed_at: Set(at(id)),
        updated_at: Set(at(id)),
        ..Default::default()
    };
    insert::rows(&db.connection, (1..=REFUSED).map(order).collect()).await.unwrap();
    let first = |order: i64| event::ActiveModel {
        kind: Set("order.placed".to_owned()),
        order_id: Set(Some(order)),
        sequence: Set(Some(1)),
        data: Set("{}".to_owned()),
        created_at: Set(at(order)),
        ..Default::default()
    };
    let first = (1..=REFUSED).map(first).collect();
    let first = insert::numbered(&db.connection, first, event::Column::Id).await.unwrap();
    let delivery = |(event, order): (i64, i64)| webhook_delivery::ActiveModel {
        event_id: Set(event),
        endpoint_id: Set(1),
        order_id: Set(Some(order)),
        status: Set("pending".to_owned()),
        attempts: Set(9),
        next_attempt_at: Set(at(WAITING + order)),
        ..Default::default()
    };
    insert::rows(&db.connection, first.into_iter().zip(1..).map(delivery).collect()).await.unwrap();
    let second = |order: i64| Event {
        kind: EventKind::OrderPaid,
        sequence: Some(OrderSequence { order: OrderId(order), version: Version(2) }),
        data: "{}".to_owned(),
        at: at(REFUSED + order),
    };
    let mut work = db.begin().await.unwrap();
    work.events().record(&(1..=REFUSED).map(second).collect::<Vec<_>>()).await.unwrap();
    work.commit().await.unwrap();
}

/// Asks how many deliveries stand in front of what is due, and are looked at in vain.
async fn in_front(db: &Database) -> u64 {
    webhook_delivery::Entity::find()
        .filter(webhook_delivery::Column::EndpointId.eq(1))
        .filter(webhook_delivery::Column::NextAttemptAt.lte(at(WAITING)))
        .count(&db.connection)
        .await
        .unwrap()
}

/// The list of an endpoint's deliveries, the newest first.
fn newest() -> sea_orm::Select<webhook_delivery::Entity> {
    webhook_delivery::Entity::find()
        .filter(webhook_delivery::Column::EndpointId.eq(2))
        .order_by_desc(webhook_delivery::Column::Id)
        .limit(20)
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
    let plan = self::plan(&db, newest().build(db.connection.get_database_backend())).await;
    assert!(plan.contains(LIST) && !plan.contains("Sort"), "{plan}");

    outage(&db).await;
    db.connection.execute_unprepared("VACUUM ANALYZE webhook_deliveries, events").await.unwrap();
    assert_eq!(in_front(&db).await, 0);
    let plan = self::plan(&db, due(at(WAITING)).build(db.connection.get_database_backend())).await;
    assert!(plan.contains(INDEX) && !plan.contains("Sort"), "{plan}");
}

#[tokio::test]
async fn sqlite_finds_what_is_due_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let db = shop(format!("sqlite://{}/shop.db", folder.path().display())).await;
    let plan = plan(&db, due(at(WAITING)).build(db.connection.get_database_backend())).await;
    assert!(plan.contains(INDEX) && !plan.contains("TEMP B-TREE"), "{plan}");
    let plan = self::plan(&db, newest().build(db.connection.get_database_backend())).await;
    assert!(plan.contains(LIST) && !plan.contains("TEMP B-TREE"), "{plan}");

    outage(&db).await;
    assert_eq!(in_front(&db).await, 0);
    let plan = self::plan(&db, due(at(WAITING)).build(db.connection.get_database_backend())).await;
    assert!(plan.contains(INDEX) && !plan.contains("TEMP B-TREE"), "{plan}");
}
