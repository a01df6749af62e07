//! What only PostgreSQL can be asked: who waits for whom, and what becomes of a connection that breaks. SQLite has one
//! writer at a time and no connection.

mod webhooks;

use crate::guests::KEPT;
use crate::idempotency::keyed;
use crate::shop::{Shop, Wanted, at, demand, new_user, new_variant, session, usd};
use domain::account::{AccountReader, MAX_LIVE_SESSIONS};
use domain::cart::{CartOwner, CartToken};
use domain::catalog::{Catalog, CatalogService, Product, ProductStatus, StockChange};
use domain::health::Dependency;
use domain::housekeeping::{Ending, Housekeeping};
use domain::idempotency::{Claim, Remembered};
use domain::stock::{CountChange, Shortage};
use domain::{OsEntropy, RepositoryError, SystemClock, UserId};
use persistence::{Database, DatabaseOptions};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Returns when the task waits for a lock, or is done.
async fn stands<T>(shop: &Shop, task: &JoinHandle<T>) {
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while !task.is_finished() && shop.number(waiting).await == 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_never_make_room_for_themselves_alone() {
    let shop = Shop::on_postgres().await;
    let ada = shop.customer("ada").await;
    for number in 0..20 {
        let mut work = shop.begin().await;
        work.sessions().begin(&session(ada, number, number.into()), at(-9_000)).await.unwrap();
        work.commit().await.unwrap();
    }
    let mut first = shop.begin().await;
    first.sessions().begin(&session(ada, 100, 100), at(-9_000)).await.unwrap();
    let db = shop.db.clone();
    let second = tokio::spawn(async move {
        let mut second = domain::UnitsOfWork::begin(&db).await.unwrap();
        second.sessions().begin(&session(ada, 101, 101), at(-9_000)).await.unwrap();
        second.commit().await.unwrap();
    });
    stands(&shop, &second).await;
    first.commit().await.unwrap();
    second.await.unwrap();
    assert_eq!(shop.db.sessions(ada, at(102)).await.unwrap().value.len(), MAX_LIVE_SESSIONS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variant_that_appears_while_waiting_is_not_held_by_accident() {
    let shop = Shop::on_postgres().await;
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 1, 1)).await;
    let mut first = shop.begin().await;
    let before = first.catalog().lock(tea.id).await.unwrap().unwrap();
    let after = Product { version: before.version.next(), ..before.clone() };
    let after = first.catalog().add_variant(&after, &new_variant("tin", 1, 1), ada).await.unwrap().unwrap();
    first.catalog().save(&before, &after).await.unwrap().unwrap();
    let (db, id) = (shop.db.clone(), tea.id);
    let second = tokio::spawn(async move {
        let mut second = domain::UnitsOfWork::begin(&db).await.unwrap();
        second.catalog().lock(id).await
    });
    stands(&shop, &second).await;
    first.commit().await.unwrap();
    let held = second.await.unwrap();
    assert!(matches!(held, Err(RepositoryError::Contention(_))), "{held:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_an_edit_sells_what_it_left() {
    let shop = Shop::on_postgres().await;
    let tea = shop.product(Wanted::simple("Tea", 1, 9)).await;
    let mut edit = shop.begin().await;
    let before = edit.catalog().lock(tea.id).await.unwrap().unwrap();
    let status = ProductStatus::Archived;
    let after = Product { version: before.version.next(), status, ..before.clone() };
    edit.catalog().save(&before, &after).await.unwrap().unwrap();
    let (db, variant) = (shop.db.clone(), tea.variants[0].id);
    let sale = tokio::spawn(async move {
        let mut sale = domain::UnitsOfWork::begin(&db).await.unwrap();
        sale.stock().take(&demand(&[(variant, 1)])).await.unwrap()
    });
    stands(&shop, &sale).await;
    edit.commit().await.unwrap();
    assert_eq!(sale.await.unwrap(), Err(vec![Shortage { variant, requested: 1, available: 0 }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variant_is_counted_while_its_siblings_are_sold() {
    let shop = Shop::on_postgres().await;
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::with("Tea", vec![(1, 9), (1, 9)])).await;
    let [green, black] = [tea.variants[0].id, tea.variants[1].id];
    let mut sale = shop.begin().await;
    sale.stock().take(&demand(&[(green, 1)])).await.unwrap().unwrap();
    let catalog = Catalog::new(shop.units.clone(), Arc::new(SystemClock));
    let broken = StockChange { change: CountChange::By(-2), note: None };
    let counted = catalog.change_stock(black, broken, ada, None).await.unwrap().document.value.decode();
    assert_eq!(counted.unwrap().stock, 16, "the sale may yet come to nothing");
    sale.commit().await.unwrap();
    assert_eq!(shop.view(tea.id).await.unwrap().stock, 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_count_answers_and_tells_is_what_an_edit_left() {
    let shop = Shop::on_postgres().await;
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::with("Tea", vec![(1, 9), (1, 9)])).await;
    let mut edit = shop.begin().await;
    let before = edit.catalog().lock(tea.id).await.unwrap().unwrap();
    let mut after = Product { version: before.version.next(), ..before.clone() };
    after.variants[0].archived = true;
    edit.catalog().save(&before, &after).await.unwrap().unwrap();
    let catalog = Catalog::new(shop.units.clone(), Arc::new(SystemClock));
    let variant = tea.variants[0].id;
    let count = tokio::spawn(async move {
        let broken = StockChange { change: CountChange::By(-9), note: None };
        catalog.change_stock(variant, broken, ada, None).await.unwrap().document.value.decode().unwrap()
    });
    stands(&shop, &count).await;
    edit.commit().await.unwrap();
    let view = count.await.unwrap();
    assert_eq!((view.version, view.variants.len()), (after.version, 1));
    assert_eq!(shop.number("SELECT COUNT(*) FROM events WHERE kind = 'stock.low'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_use_is_not_thrown_away() {
    let shop = Shop::on_postgres().await;
    let guest = CartOwner::Guest(CartToken::generate(&OsEntropy).hash());
    let mut work = shop.begin().await;
    let cart = work.carts().open(&guest, at(0)).await.unwrap();
    work.commit().await.unwrap();

    let mut edit = shop.begin().await;
    edit.carts().lock(&guest).await.unwrap();
    let prune = async |now| shop.db.prune(Ending::GuestCarts, now).await.unwrap();
    assert_eq!(prune(at(KEPT)).await, 0, "nobody waits for it");
    edit.carts().save(&cart, &cart.edited(at(1))).await.unwrap();
    edit.commit().await.unwrap();
    assert_eq!((prune(at(KEPT)).await, prune(at(KEPT + 1)).await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_lock_for_ever() {
    let shop = Shop::on_postgres().await;
    let ada = shop.customer("ada").await;
    let mut first = shop.begin().await;
    first.users().lock(ada).await.unwrap();
    let refused = shop.begin().await.users().lock(ada).await;
    assert!(matches!(refused, Err(RepositoryError::Contention(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_leaves_only_a_commit_open() {
    let shop = Shop::on_postgres().await;
    let broken = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE datname = current_database() AND application_name = 'tradepost' AND state = 'idle in transaction'";
    let mut work = shop.begin().await;
    shop.sql(broken).await.unwrap();
    let lost = work.users().lock(UserId(1)).await;
    assert!(matches!(lost, Err(RepositoryError::Unavailable(_))), "{lost:?}");
    drop(work);
    let mut work = shop.begin().await;
    work.users().insert(&new_user("ada@example.org")).await.unwrap().unwrap();
    shop.sql(broken).await.unwrap();
    let open = work.commit().await;
    assert!(matches!(open, Err(RepositoryError::OutcomeUnknown(_))), "{open:?}");
    shop.db.check().await.unwrap(); // the pool finds its way back
    shop.customer("ada").await;
}

#[tokio::test]
async fn a_server_that_is_down_is_told_without_its_secrets() {
    let options = DatabaseOptions {
        url: "postgres://shop:swordfish@127.0.0.1:1/shop".to_owned(),
        max_connections: 1,
        currency: usd(),
    };
    let db = Database::connect(options).await.unwrap();
    let down = db.check().await.unwrap_err();
    assert!(!down.contains("swordfish") && !down.contains("127.0.0.1"), "{down}");
    let options =
        DatabaseOptions { url: "mysql://u:swordfish@h/d".to_owned(), max_connections: 1, currency: usd() };
    let refused = Database::connect(options).await.err().unwrap().to_string();
    assert!(refused.contains("database.url") && !refused.contains("swordfish"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_request_with_a_key_waits_for_the_first_and_is_told_what_it_was_told() {
    let shop = Shop::on_postgres().await;
    let keyed = keyed(shop.customer("ada").await, "");
    let mut first = shop.begin().await;
    assert_eq!(first.idempotency().claim(&keyed, at(0)).await.unwrap(), Claim::Fresh);
    let (db, same) = (shop.db.clone(), keyed.clone());
    let second = tokio::spawn(async move {
        let mut second = domain::UnitsOfWork::begin(&db).await.unwrap();
        second.idempotency().claim(&same, at(0)).await.unwrap()
    });
    stands(&shop, &second).await;
    let answer = Remembered { id: 7, etag: "1.a".to_owned(), json: "{}".into() };
    first.idempotency().remember(&keyed, &answer).await.unwrap();
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), Claim::Answered(answer));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_stays_in_use_is_not_waited_for_for_long() {
    let shop = Shop::on_postgres().await;
    let keyed = keyed(shop.customer("ada").await, "");
    let mut first = shop.begin().await;
    assert_eq!(first.idempotency().claim(&keyed, at(0)).await.unwrap(), Claim::Fresh);
    let mut second = shop.begin().await;
    assert_eq!(second.idempotency().claim(&keyed, at(0)).await.unwrap(), Claim::InFlight);
}
