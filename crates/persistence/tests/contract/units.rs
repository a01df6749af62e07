//! Units of work and the database as a whole.

use crate::shop::{Shop, Wanted, at, new_user, session, usd};
use domain::account::{AccountReader, EmailAddress, SessionActivity};
use domain::catalog::{ListingQuery, ProductReader};
use domain::health::{Dependency, Importance};
use domain::{Currency, Source, UnitsOfWork};
use persistence::ConnectError;

pub(crate) async fn a_dropped_unit_leaves_nothing(shop: Shop) {
    let mut work = shop.begin().await;
    work.users().insert(&new_user("ada@example.org")).await.unwrap().unwrap();
    work.announce(&["user:1".to_owned()]).await.unwrap();
    drop(work);
    let email = EmailAddress::parse("ada@example.org").unwrap();
    assert!(shop.db.credentials(&email).await.unwrap().is_none());
    assert_eq!(shop.number("SELECT COUNT(*) FROM cache_outbox").await, 0);
}

pub(crate) async fn a_message_is_there_with_its_changes_only(shop: Shop) {
    let mut work = shop.begin().await;
    work.users().insert(&new_user("ada@example.org")).await.unwrap().unwrap();
    work.announce(&["user:1".to_owned(), "catalog".to_owned()]).await.unwrap();
    work.announce(&[]).await.unwrap();
    assert_eq!(shop.number("SELECT COUNT(*) FROM cache_outbox").await, 0);
    work.commit().await.unwrap();
    let written = "SELECT COUNT(*) FROM cache_outbox WHERE message IN ('user:1', 'catalog') AND created_at > '2020-01-01'";
    assert_eq!(shop.number(written).await, 2);
}

pub(crate) async fn many_messages_are_announced_at_once(shop: Shop) {
    let messages: Vec<_> = (0..70_000).map(|number| format!("product:{number}")).collect();
    let mut work = shop.begin().await;
    work.announce(&messages).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(shop.number("SELECT COUNT(*) FROM cache_outbox").await, 70_000);
}

/// Callers that go away while their unit of work begins must leave no transaction behind: what is written on the same
/// connection afterwards would be acknowledged and lost (transact-rs/sqlx#4393).
pub(crate) async fn abandoned_begins_leave_the_pool_clean(shop: Shop) {
    let ada = shop.customer("ada").await;
    let mut work = shop.begin().await;
    work.sessions().begin(&session(ada, 1, 0), at(-9_000)).await.unwrap();
    work.commit().await.unwrap();
    let pool = shop.again(usd(), 2).await;
    drop(pool.begin().await.unwrap());
    for round in 1..200 {
        tokio::select! {
            biased;
            begun = pool.begin() => drop(begun.unwrap()),
            () = yields(round % 20) => {} // the caller goes away at every point of the way
        }
        let now = at(round.into());
        pool.touch(&session(ada, 1, 0).id, now).await.unwrap();
        let seen = shop.db.sessions(ada, now).await.unwrap().value[0].last_seen_at;
        assert_eq!(seen, now, "an acknowledged write was lost");
        pool.list(&ListingQuery::default()).await.unwrap();
    }
}

async fn yields(times: u32) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

pub(crate) async fn a_listing_and_its_total_are_of_one_moment(shop: Shop) {
    let writer = {
        let units = shop.units.clone();
        let grocery = shop.product_category().await;
        tokio::spawn(async move {
            for number in 0..60 {
                let mut new = Wanted { created_at: at(number), ..Wanted::simple("Tea", 1, 1) }
                    .in_category(grocery.clone());
                new.slug = new.slug.numbered(u32::try_from(number).unwrap());
                new.variants[0].sku = domain::catalog::Sku::parse(&format!("TEA-{number}")).unwrap();
                let made: Result<(), domain::RepositoryError> = units
                    .run(move |mut work| {
                        let new = new.clone();
                        async move {
                            work.catalog().insert(&new).await?.expect("nothing is taken");
                            work.commit().await.map(drop)
                        }
                    })
                    .await;
                made.unwrap();
            }
        })
    };
    let limit = domain::page::Limit::new(100).unwrap();
    while !writer.is_finished() {
        let page = shop.list(ListingQuery { limit, ..ListingQuery::default() }).await;
        assert_eq!(page.items.len() as u64, page.total);
    }
    writer.await.unwrap();
}

pub(crate) async fn the_database_keeps_its_identity_and_its_currency(shop: Shop) {
    let id = shop.db.id().await.unwrap();
    assert_eq!(id.len(), 36);
    shop.db.migrate().await.unwrap();
    shop.db.ensure_migrated().await.unwrap();
    assert_eq!(shop.db.id().await.unwrap(), id);
    shop.sql("UPDATE shop SET currency = NULL").await.unwrap();
    shop.db.ensure_current().await.unwrap();
    assert_eq!(shop.number("SELECT COUNT(currency) FROM shop").await, 0, "who looks decides nothing");
    shop.db.ensure_migrated().await.unwrap();
    let euro = shop.again(Currency::parse("EUR").unwrap(), 1).await;
    for refused in [euro.ensure_current().await, euro.ensure_migrated().await, euro.migrate().await] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, ConnectError::Currency { .. }), "{refused:?}");
        assert!(refused.to_string().contains("USD") && refused.to_string().contains("EUR"), "{refused}");
    }
    shop.sql("DELETE FROM seaql_migrations").await.unwrap();
    let outdated = shop.db.ensure_migrated().await.unwrap_err();
    assert!(outdated.to_string().contains("app migrate"), "{outdated}");
    shop.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2999', 0)").await.unwrap();
    let newer = shop.db.ensure_migrated().await.unwrap_err();
    assert!(matches!(newer, ConnectError::Migration(_)), "{newer:?}");
}

pub(crate) async fn the_database_answers_for_its_health(shop: Shop) {
    shop.db.check().await.unwrap();
    assert_eq!(shop.db.importance(), Importance::Required);
    let source = shop.db.categories().await.unwrap().source;
    assert_eq!(shop.db.name(), source.as_str());
    assert!(matches!(source, Source::Postgres | Source::Sqlite));
}
