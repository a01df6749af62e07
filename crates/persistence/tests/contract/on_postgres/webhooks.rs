//! Who waits for whom where events, deliveries and endpoints are written at once, and how much one statement does.

use super::stands;
use crate::orders::{new_order, placed};
use crate::shop::{Shop, Wanted, at};
use crate::webhooks::{answered, deliveries, endpoint, event, happen, of_order};
use domain::event::{EventKind, KEPT};
use domain::housekeeping::{Ending, Housekeeping};
use domain::webhook::Conclusion;

#[tokio::test(flavor = "multi_thread")]
async fn who_tells_an_endpoint_waits_for_nothing_that_is_done_to_it() {
    let shop = Shop::on_postgres().await;
    let (edited, removed) = (endpoint(&shop, &[]).await, endpoint(&shop, &[]).await);
    let mut edit = shop.begin().await;
    let held = edit.webhooks().lock(edited.id).await.unwrap().unwrap();
    edit.webhooks().save(&held.resumed()).await.unwrap();
    edit.webhooks().count().await.unwrap();
    assert!(edit.webhooks().remove(removed.id, at(0)).await.unwrap());
    happen(&shop, &[event(EventKind::StockLow, 1)]).await;
    edit.commit().await.unwrap();
    let prune = async |what| shop.db.prune(what, at(1)).await.unwrap();
    assert_eq!(
        (prune(Ending::Deliveries).await, prune(Ending::Endpoints).await),
        (1, 1),
        "that was too late"
    );
    assert_eq!(shop.number("SELECT COUNT(*) FROM webhook_deliveries").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_claims_waits_for_nobody() {
    let shop = Shop::on_postgres().await;
    let to = endpoint(&shop, &[]).await.id;
    happen(&shop, &[1, 2].map(|second| event(EventKind::StockLow, second))).await;
    let (mut one, mut other) = (shop.begin().await, shop.begin().await);
    let first = one.webhooks().claim(to, at(9), at(99), 1).await.unwrap().unwrap().claimed;
    let second = other.webhooks().claim(to, at(9), at(99), 2).await.unwrap().unwrap().claimed;
    assert_eq!((first.len(), second.len()), (1, 1), "the other one is passed by");
    assert_ne!(first[0].0.id, second[0].0.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_while_the_one_before_is_concluded_waits_with_it() {
    let shop = Shop::on_postgres().await;
    let to = endpoint(&shop, &[]).await.id;
    let (ada, tea) = (shop.customer("ada").await, shop.product(Wanted::simple("Tea", 125, 9)).await);
    let [order, other] =
        [placed(&shop, &new_order(ada, &tea)).await.id, placed(&shop, &new_order(ada, &tea)).await.id];
    happen(&shop, &[of_order(order, 1)]).await;
    let batch = deliveries(&shop, at(10)).claim(to, 1).await.unwrap().unwrap();
    let (claimed, _) = batch.claimed.into_iter().next().unwrap();

    let mut telling = shop.begin().await;
    telling.events().record(&[of_order(order, 2)]).await.unwrap();
    let dispatch = deliveries(&shop, at(10));
    let concluding = tokio::spawn(async move { dispatch.conclude(claimed, answered(500)).await.unwrap() });
    stands(&shop, &concluding).await;
    happen(&shop, &[of_order(other, 1)]).await; // an order's first event waits for nobody
    telling.commit().await.unwrap();
    assert!(matches!(concluding.await.unwrap(), Conclusion::Noted(_)));
    let of_the_order = format!("FROM webhook_deliveries WHERE order_id = {order}");
    let times = format!("SELECT COUNT(DISTINCT next_attempt_at) {of_the_order}");
    assert_eq!(shop.number(&format!("SELECT COUNT(*) {of_the_order}")).await, 2);
    assert_eq!(shop.number(&times).await, 1, "it stands before what it waits for");
}

/// Refuses statements that delete or change too many rows of a table.
fn at_most(rows: u32, what: &str, table: &str) -> String {
    format!(
        "CREATE FUNCTION {table}_{what}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF (SELECT COUNT(*) FROM touched) > {rows} THEN RAISE 'one statement does too much'; END IF;
             RETURN NULL;
         END $$;
         CREATE TRIGGER {table}_{what} AFTER {what} ON {table} REFERENCING OLD TABLE AS touched
             FOR EACH STATEMENT EXECUTE FUNCTION {table}_{what}();"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_does_more_than_it_has_time_for() {
    let shop = Shop::on_postgres().await;
    let (to, gone) = (endpoint(&shop, &[]).await.id, endpoint(&shop, &[]).await.id);
    let events: Vec<_> = (1..=2_500).map(|second| event(EventKind::StockLow, second)).collect();
    happen(&shop, &events).await;
    let tried = "UPDATE webhook_deliveries SET attempts = 7, next_attempt_at = '2100-01-01T00:00:00Z'";
    shop.sql(tried).await.unwrap();
    for (rows, what, table) in [
        (100, "delete", "events"),
        (1_000, "delete", "webhook_deliveries"),
        (1_000, "update", "webhook_deliveries"),
    ] {
        shop.sql(&at_most(rows, what, table)).await.unwrap();
    }
    let too_much = shop.sql("UPDATE webhook_deliveries SET attempts = 8").await.unwrap_err();
    assert!(too_much.contains("too much"), "{too_much}");

    let mut work = shop.begin().await;
    work.webhooks().restart(to, at(9_999)).await.unwrap();
    work.webhooks().remove(gone, at(0)).await.unwrap();
    work.commit().await.unwrap();
    let restarted = "SELECT COUNT(*) FROM webhook_deliveries JOIN events ON events.id = event_id WHERE next_attempt_at = created_at AND attempts = 7";
    assert_eq!(shop.number(restarted).await, 2_500);
    let prune = async |what, now| shop.db.prune(what, now).await.unwrap();
    assert_eq!(prune(Ending::Deliveries, at(1)).await, 2_500);
    assert_eq!(prune(Ending::Endpoints, at(1)).await, 1);
    assert_eq!(prune(Ending::Events, at(9_999) + KEPT).await, 2_500);
}
