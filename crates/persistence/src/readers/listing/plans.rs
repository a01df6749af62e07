//! How the databases answer a listing over 10,000 products: from an index in the listing's own order. No table scan, no
//! sort, and no setting that talks the planner into it.

use super::{count, items};
use crate::readers::plan::plan;
use crate::{Database, DatabaseOptions};
use domain::catalog::{
    Description, ListingCursor, ListingQuery, NewProduct, NewVariant, Options, Order, Sku, Slug, SortBy,
    SortKey,
};
use domain::page::Position;
use domain::text::Line;
use domain::{Currency, ProductId, Timestamp, UnitsOfWork};
use sea_orm::{ConnectionTrait, QueryTrait};

const PRODUCTS: u32 = 10_000;
const CATEGORIES: u32 = 10;

/// A shop of 10,000 products of 10 categories, and the ids of those.
async fn shop(url: String) -> (Database, Vec<i64>) {
    let currency = Currency::parse("USD").unwrap();
    let db = Database::connect(DatabaseOptions { url, max_connections: 2, currency }).await.unwrap();
    db.migrate().await.unwrap();
    let mut work = db.begin().await.unwrap();
    let mut categories = Vec::new();
    for number in 0..CATEGORIES {
        let name = Line::parse(&format!("Category {number}")).unwrap();
        categories.push(work.catalog().category(&name).await.unwrap().unwrap());
    }
    let product = |number: u32| NewProduct {
        slug: Slug::of(&format!("product {number}")),
        name: Line::parse(&format!("Product {}", number * 7_919 % PRODUCTS)).unwrap(),
        description: Description::parse(&"Believable. ".repeat(20)).unwrap(),
        category: categories[(number % CATEGORIES) as usize].clone(),
        created_at: Timestamp::from_timestamp(1_750_000_000 + i64::from(number), 0).unwrap(),
        by: None,
        variants: vec![NewVariant {
            sku: Sku::parse(&format!("SKU-{number}")).unwrap(),
            title: Line::parse("Default").unwrap(),
            options: Options::new(),
            price: currency.minor(i64::from(number * 31 % PRODUCTS)),
            on_hand: i64::from(number % 20),
        }],
    };
    let products: Vec<_> = (0..PRODUCTS).map(product).collect();
    work.catalog().insert_many(&products).await.unwrap().unwrap();
    work.commit().await.unwrap();
    (db, categories.iter().map(|category| category.id.0).collect())
}

/// Every order in both directions, of all products and of one category, from the start and from a cursor.
fn questions(category: i64) -> Vec<(ListingQuery, Option<i64>)> {
    let keys =
        [SortKey::CreatedAt(Timestamp::UNIX_EPOCH), SortKey::Price(5_000), SortKey::Name("p".to_owned())];
    let mut questions = Vec::new();
    for (sort_by, key) in [SortBy::CreatedAt, SortBy::Price, SortBy::Name].into_iter().zip(keys) {
        for order in [Order::Desc, Order::Asc] {
            let cursor = ListingCursor { key: key.clone(), order, id: ProductId(5_000) };
            for position in [Position::Page(1), Position::After(cursor)] {
                for category in [None, Some(category)] {
                    let query = ListingQuery {
                        sort_by,
                        order,
                        position: position.clone(),
                        ..ListingQuery::default()
                    };
                    questions.push((query, category));
                }
            }
        }
    }
    questions
}

#[tokio::test]
async fn postgres_reads_every_listing_from_an_index() {
    let database = backends::Postgres::shared().create_database();
    let (db, categories) = shop(database.url().to_owned()).await;
    // What autovacuum does by itself after so many inserts.
    db.connection.execute_unprepared("VACUUM ANALYZE products").await.unwrap();
    db.connection.execute_unprepared("ANALYZE categories").await.unwrap();
    let backend = db.connection.get_database_backend();
    for (query, category) in questions(categories[3]) {
        for statement in
            [items(&query, category).into_statement(backend), count(&query, category).build(backend)]
        {
            let plan = plan(&db, statement).await;
            assert!(plan.contains("products_"), "{query:?}\n{plan}");
            assert!(!plan.contains("Seq Scan on products"), "{query:?}\n{plan}");
            assert!(!plan.contains("Sort"), "{query:?}\n{plan}");
        }
    }
}

#[tokio::test]
async fn sqlite_reads_every_listing_from_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let (db, categories) = shop(format!("sqlite://{}/shop.db", folder.path().display())).await;
    let backend = db.connection.get_database_backend();
    for (query, category) in questions(categories[3]) {
        for statement in
            [items(&query, category).into_statement(backend), count(&query, category).build(backend)]
        {
            let plan = plan(&db, statement).await;
            assert!(plan.contains("SEARCH products USING"), "{query:?}\n{plan}");
            assert!(!plan.contains("SCAN products") && !plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
        }
    }
}
