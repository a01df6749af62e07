//! How the databases answer what staff ask of 10,000 orders: whatever picks out few orders is answered from an index, and the
//! newest of many without sorting them all.

use super::{count, shown};
use crate::entity::{order, user};
use crate::readers::plan::plan;
use crate::{Database, DatabaseOptions, insert};
use domain::order::{
    DeskQuery, FulfillmentStatus, OrderCursor, OrderNumber, OrderStatus, PaymentStatus, WhoseOrder,
};
use domain::page::{Limit, Position};
use domain::{Currency, OrderId, Timestamp, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, QueryTrait};

const ORDERS: i64 = 10_000;
const CUSTOMERS: i64 = 500;

/// One order in a hundred is somewhere on its way; the rest is delivered and paid.
async fn shop(url: String) -> Database {
    let currency = Currency::parse("USD").unwrap();
    let db = Database::connect(DatabaseOptions { url, max_connections: 2, currency }).await.unwrap();
    db.migrate().await.unwrap();
    let customer = |number| user::ActiveModel {
        id: Set(number),
        name: Set("Ada".to_owned()),
        email: Set(format!("{number}@example.org")),
        email_key: Set(format!("{number}@example.org")),
        password_hash: Set("$2b$hash".to_owned()),
        role: Set("customer".to_owned()),
        disabled: Set(false),
        created_at: Set(at(0)),
        email_verified_at: Set(None),
    };
    insert::rows(&db.connection, (1..=CUSTOMERS).map(customer).collect()).await.unwrap();
    let order = |number: i64| {
        let word =
            |of: i64, rare: &str, usual: &str| Set(if number % 100 == of { rare } else { usual }.to_owned());
        order::ActiveModel {
            number: Set(format!("{number:010}")),
            user_id: Set(1 + number * 7_919 % CUSTOMERS),
            status: word(1, "cancelled", "placed"),
            payment_status: word(2, "unpaid", "paid"),
            fulfillment_status: word(3, "shipped", "delivered"),
            currency: Set("USD".to_owned()),
            total: Set(100),
            units: Set(1),
            restocked: Set(false),
            version: Set(1),
            placed_at: Set(at(number)),
            updated_at: Set(at(number)),
            ..Default::default()
        }
    };
    insert::rows(&db.connection, (1..=ORDERS).map(order).collect()).await.unwrap();
    db
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_750_000_000 + second, 0).unwrap()
}

fn all() -> DeskQuery {
    DeskQuery {
        status: None,
        payment: None,
        fulfillment: None,
        customer: None,
        number: None,
        placed_from: None,
        placed_before: None,
        position: Position::Page(1),
        limit: Limit::DEFAULT,
    }
}

/// What picks out few orders, with the index that answers it.
fn questions() -> Vec<(DeskQuery, WhoseOrder, &'static str)> {
    let anybodys = WhoseOrder::Anybodys;
    let number = OrderNumber::parse("00000-00042").unwrap();
    vec![
        (DeskQuery { status: Some(OrderStatus::Cancelled), ..all() }, anybodys, "orders_status_id_idx"),
        (
            DeskQuery { payment: Some(PaymentStatus::Unpaid), ..all() },
            anybodys,
            "orders_payment_status_id_idx",
        ),
        (
            DeskQuery { fulfillment: Some(FulfillmentStatus::Shipped), ..all() },
            anybodys,
            "orders_fulfillment_status_id_idx",
        ),
        (all(), WhoseOrder::Of(UserId(7)), "orders_user_id"),
        (DeskQuery { number: Some(number), ..all() }, anybodys, "orders_number"),
        (
            DeskQuery { placed_from: Some(at(100)), placed_before: Some(at(200)), ..all() },
            anybodys,
            "orders_placed_at_idx",
        ),
    ]
}

fn next_page(query: DeskQuery) -> DeskQuery {
    DeskQuery { position: Position::After(OrderCursor { id: OrderId(5_000) }), ..query }
}

#[tokio::test]
async fn postgres_finds_orders_by_an_index() {
    let database = backends::Postgres::shared().create_database();
    let db = shop(database.url().to_owned()).await;
    db.connection.execute_unprepared("VACUUM ANALYZE orders, users").await.unwrap();
    let backend = db.connection.get_database_backend();
    for (query, customer, index) in questions() {
        for statement in [shown(&query, customer).build(backend), count(&query, customer).build(backend)] {
            let plan = plan(&db, statement).await;
            assert!(plan.contains(index), "{query:?}\n{plan}");
            assert!(!plan.contains("Seq Scan on orders"), "{query:?}\n{plan}");
        }
    }
    for query in [all(), next_page(all())] {
        let plan = plan(&db, shown(&query, WhoseOrder::Anybodys).build(backend)).await;
        assert!(plan.contains("orders_pkey") && !plan.contains("Sort"), "{query:?}\n{plan}");
    }
}

#[tokio::test]
async fn sqlite_finds_orders_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let db = shop(format!("sqlite://{}/shop.db", folder.path().display())).await;
    let backend = db.connection.get_database_backend();
    for (query, customer, index) in questions() {
        for statement in [shown(&query, customer).build(backend), count(&query, customer).build(backend)] {
            let plan = plan(&db, statement).await;
            let by_rowid = index == "orders_number"; // SQLite names the index of a constraint after itself
            assert!(
                plan.contains(index) || by_rowid && plan.contains("sqlite_autoindex"),
                "{query:?}\n{plan}"
            );
        }
    }
    for query in [all(), next_page(all())] {
        let plan = plan(&db, shown(&query, WhoseOrder::Anybodys).build(backend)).await;
        assert!(!plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
    }
}
