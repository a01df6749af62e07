//! The schema on both databases: up, down and up again leave the same one, and many who migrate at once do it once.

#![expect(clippy::unwrap_used, reason = "in a test, to unwrap is to assert")]

use migration::{Migrator, connect_alone, migrate, pending};
use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

/// Everything that PostgreSQL knows about the tables: columns in their order, constraints, indexes.
const POSTGRES_SCHEMA: &str = r"
    SELECT line FROM (
        SELECT concat_ws(' ', table_name, column_name,
                         row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position), data_type, is_nullable, column_default,
                         collation_name, identity_generation) AS line
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL
        SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    ) AS schema ORDER BY line";

/// The statements that SQLite keeps as its schema.
const SQLITE_SCHEMA: &str = "SELECT sql AS line FROM sqlite_master WHERE sql IS NOT NULL ORDER BY line";

async fn schema(database: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get("", "line").unwrap()).collect()
}

async fn up_down_up(database: &DatabaseConnection, sql: &str) {
    assert_eq!(pending(database).await.unwrap().len(), Migrator::migrations().len());
    migrate(database).await.unwrap();
    assert_eq!(pending(database).await.unwrap(), [""; 0]);
    let first = schema(database, sql).await;
    assert!(first.iter().any(|line| line.contains("on_hand")), "{first:#?}");

    Migrator::down(database, None).await.unwrap();
    let left = schema(database, sql).await;
    assert!(left.iter().all(|line| line.contains("seaql_migrations") || line.contains("sqlite_sequence")));

    migrate(database).await.unwrap();
    assert_eq!(schema(database, sql).await, first);
    Migrator::fresh(database).await.unwrap();
    assert_eq!(schema(database, sql).await, first);
}

#[tokio::test]
async fn up_down_and_up_again_leave_the_same_schema_on_postgres() {
    let database = backends::Postgres::shared().create_database();
    let connection = connect_alone(ConnectOptions::new(database.url())).await.unwrap();
    up_down_up(&connection, POSTGRES_SCHEMA).await;
}

#[tokio::test]
async fn up_down_and_up_again_leave_the_same_schema_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/made/here.db", folder.path().display());
    connect_alone(ConnectOptions::new(url)).await.expect_err("nobody makes folders");
    let url = format!("sqlite://{}/shop.db", folder.path().display());
    let connection = connect_alone(ConnectOptions::new(url)).await.unwrap();
    up_down_up(&connection, SQLITE_SCHEMA).await;
}

/// A shop as the first release left it, with a cart; and back again from what it becomes.
async fn a_cart_keeps_its_lines(database: &DatabaseConnection) {
    Migrator::up(database, Some(1)).await.unwrap();
    let at = "'2026-01-01T00:00:00+00:00'";
    let rows = format!(
        "INSERT INTO users (id, name, email, email_key, password_hash, role, disabled, created_at)
             VALUES (1, 'Ada', 'a@b', 'a@b', 'x', 'customer', FALSE, {at});
         INSERT INTO categories (id, name, slug) VALUES (1, 'Tea', 'tea');
         INSERT INTO products (id, slug, name, name_key, description, search_text, category_id, status, lowest_price,
                 variants_in_stock, variants_plentiful, version, created_at, updated_at)
             VALUES (1, 'tea', 'Tea', 'tea', '', 'tea', 1, 'active', 125, 1, 1, 1, {at}, {at});
         INSERT INTO variants (id, product_id, sku, title, options, price, on_hand, archived)
             VALUES (7, 1, 'TEA', 'Tea', '{{}}', 125, 9, FALSE);
         INSERT INTO carts (id, user_id, version) VALUES (1, 1, 3);
         INSERT INTO cart_lines (cart_id, variant_id, position, quantity) VALUES (1, 7, 1, 2)"
    );
    database.execute_unprepared(&rows).await.unwrap();

    migrate(database).await.unwrap();
    let lines =
        "SELECT cart_id || ':' || variant_id || ':' || quantity || ':' || unit_price AS line FROM cart_lines";
    assert_eq!(schema(database, lines).await, ["1:7:2:125"], "at the price of today");
    let guest = format!(
        "INSERT INTO carts (id, token_hash, expires_at, version) VALUES (2, 'hash', {at}, 1);
         INSERT INTO cart_lines (cart_id, variant_id, position, quantity, unit_price) VALUES (2, 7, 1, 1, 100)"
    );
    database.execute_unprepared(&guest).await.unwrap();

    let later = u32::try_from(Migrator::migrations().len() - 1).unwrap();
    Migrator::down(database, Some(later)).await.unwrap();
    let lines = "SELECT cart_id || ':' || variant_id || ':' || quantity AS line FROM cart_lines";
    assert_eq!(schema(database, lines).await, ["1:7:2"], "nobody can come back to a guest's");
}

#[tokio::test]
async fn a_cart_keeps_its_lines_on_postgres() {
    let database = backends::Postgres::shared().create_database();
    let connection = connect_alone(ConnectOptions::new(database.url())).await.unwrap();
    a_cart_keeps_its_lines(&connection).await;
}

#[tokio::test]
async fn a_cart_keeps_its_lines_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/shop.db", folder.path().display());
    let connection = connect_alone(ConnectOptions::new(url)).await.unwrap();
    a_cart_keeps_its_lines(&connection).await;
}

/// Eight programs that start at once, each with a pool of its own.
async fn eight_at_once(url: &str) {
    let starts = (0..8).map(|_| {
        let url = url.to_owned();
        tokio::spawn(async move {
            let database = Database::connect(&url).await.unwrap();
            migrate(&database).await.unwrap();
            assert_eq!(pending(&database).await.unwrap(), [""; 0]);
        })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_programs_migrate_postgres_once() {
    let database = backends::Postgres::shared().create_database();
    eight_at_once(database.url()).await;
    assert_eq!(database.query("SELECT count(*) FROM shop"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_programs_migrate_sqlite_once() {
    let folder = tempfile::tempdir().unwrap();
    eight_at_once(&format!("sqlite://{}/shop.db?mode=rwc", folder.path().display())).await;
}

#[tokio::test]
async fn every_database_has_an_identity_of_its_own() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut identities = Vec::new();
    for folder in [&one, &other] {
        let url = format!("sqlite://{}/shop.db", folder.path().display());
        let database = connect_alone(ConnectOptions::new(url)).await.unwrap();
        migrate(&database).await.unwrap();
        identities.extend(schema(&database, "SELECT database_id AS line FROM shop").await);
    }
    assert_eq!(identities.len(), 2);
    assert_ne!(identities[0], identities[1]);
}

/// Orders and a ledger as the first version of the shop left them.
const FIRST_ROWS: &str = "
    INSERT INTO users VALUES (1, 'Ada', 'ada@example.org', 'ada@example.org', 'x', 'customer', false, '2026-01-01T00:00:00+00:00');
    INSERT INTO categories VALUES (1, 'Grocery', 'grocery');
    INSERT INTO products VALUES (1, 'tea', 'Tea', 'tea', '', 'tea', 1, 'active', 125, 1, 1, 1,
        '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00');
    INSERT INTO variants VALUES (1, 1, 'TEA', 'Default', '{}', 125, 7, false);
    INSERT INTO orders VALUES (1, '7K2M9-X4QRT', 1, 'placed', 'unpaid', 'unfulfilled', 'USD', 250, 2, 1,
        '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00');
    INSERT INTO stock_movements VALUES (1, 1, 9, 'opening', NULL, NULL, NULL, '2026-01-01T00:00:00+00:00'),
        (2, 1, -2, 'order', 1, 'a note', 1, '2026-01-01T00:00:00+00:00');";

const LEDGER: &str = "SELECT id || ' ' || delta || ' ' || reason || ' ' || COALESCE(note, '-') AS line
                      FROM stock_movements ORDER BY id";

async fn rows_survive(database: &DatabaseConnection, sql: &str) {
    Migrator::up(database, Some(1)).await.unwrap();
    database.execute_unprepared(FIRST_ROWS).await.unwrap();
    let before = schema(database, LEDGER).await;
    assert_eq!(before, ["1 9 opening -", "2 -2 order a note"]);

    migrate(database).await.unwrap();
    let newest = schema(database, sql).await;
    assert_eq!(schema(database, LEDGER).await, before);
    let order =
        "SELECT COALESCE(note, '-') || ' ' || CASE WHEN restocked THEN 1 ELSE 0 END AS line FROM orders";
    assert_eq!(schema(database, order).await, ["- 0"]);
    let back = "INSERT INTO stock_movements (variant_id, delta, reason, order_id, at)
                VALUES (1, 2, 'return', 1, '2026-01-02T00:00:00+00:00')";
    if database.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Postgres {
        let counted = "SELECT setval('stock_movements_id_seq', 2)"; // rows were given their numbers by hand
        database.execute_unprepared(counted).await.unwrap();
    }
    database.execute_unprepared(back).await.unwrap();

    let later = u32::try_from(Migrator::migrations().len() - 1).unwrap();
    Migrator::down(database, Some(later)).await.unwrap();
    assert_eq!(schema(database, LEDGER).await, ["1 9 opening -", "2 -2 order a note", "3 2 cancellation -"]);
    database.execute_unprepared(back).await.expect_err("there was no such reason");
    migrate(database).await.unwrap();
    assert_eq!(schema(database, sql).await, newest);
}

#[tokio::test]
async fn rows_survive_every_later_migration_and_its_undoing_on_postgres() {
    let database = backends::Postgres::shared().create_database();
    let connection = connect_alone(ConnectOptions::new(database.url())).await.unwrap();
    rows_survive(&connection, POSTGRES_SCHEMA).await;
}

#[tokio::test]
async fn rows_survive_every_later_migration_and_its_undoing_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/shop.db", folder.path().display());
    let connection = connect_alone(ConnectOptions::new(url)).await.unwrap();
    rows_survive(&connection, SQLITE_SCHEMA).await;
}
