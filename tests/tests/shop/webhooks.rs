//! Other programs are told what happens in the shop, as it happens, and again where they have not heard it.

mod crash;
mod refused;

use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use system_tests::{Person, Received, Receiver, Reply, Shop, on_both_pairs};

on_both_pairs! {
    every_event_of_an_order_arrives_in_its_order_and_is_proven,
    a_receiver_that_fails_is_tried_until_it_succeeds,
    an_endpoint_that_is_gone_is_parked_until_it_is_resumed,
    staff_have_an_event_sent_once_more,
    staff_stay_in_charge_of_their_endpoints,
    a_redirect_leads_nowhere,
    a_slow_receiver_holds_up_neither_others_nor_the_shop,
}

/// An endpoint as staff registered it.
pub(crate) struct Registered {
    pub(crate) path: String,
    pub(crate) secret: String,
}

/// Registers a receiver for these events.
pub(crate) async fn register(staff: &Person, url: &str, events: &[&str]) -> Registered {
    let answer = staff.post("/admin/webhooks", &json!({ "url": url, "events": events })).await.created();
    assert_eq!(answer.header("cache-control"), "no-store");
    let data = answer.data();
    assert_eq!((&data["url"], &data["status"]), (&json!(url), &json!("active")));
    let path = format!("/admin/webhooks/{}", data["id"]);
    assert_eq!(answer.header("location"), format!("/api/v1{path}"));
    Registered { path, secret: data["secret"].as_str().unwrap().to_owned() }
}

/// Asks the public package whether a webhook is what it claims to be.
pub(crate) fn is_proven(webhook: &Received, secret: &str) -> bool {
    Webhook::new(secret).unwrap().verify(&webhook.body, &webhook.headers).is_ok()
}

/// Waits until the newest delivery to an endpoint is like this, and returns it.
pub(crate) async fn newest(staff: &Person, of: &Registered, is: impl Fn(&Value) -> bool) -> Value {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        let page = staff.get(&format!("{}/deliveries?limit=1", of.path)).await.ok().data();
        let newest = &page["items"][0];
        if is(newest) {
            return newest.clone();
        }
        assert!(Instant::now() < patience, "it stays {newest}");
    }
}

fn attempts(delivery: &Value) -> Vec<Option<u64>> {
    delivery["log"].as_array().unwrap().iter().map(|attempt| attempt["status"].as_u64()).collect()
}

/// Makes everything due now that waits for its next attempt.
async fn hurry(shop: &Shop) {
    shop.sql("UPDATE webhook_deliveries SET next_attempt_at = '2026-01-01T00:00:00+00:00' WHERE status = 'pending'")
        .await;
}

async fn every_event_of_an_order_arrives_in_its_order_and_is_proven(shop: &Shop) {
    let (staff, alice) = (shop.staff().await, shop.customer("alice").await);
    let tea = shop.stock("TEA-100", 10).await;
    let (mut orders, mut everything) = (Receiver::open().await, Receiver::open().await);
    let kinds = [
        "order.placed",
        "order.paid",
        "order.shipped",
        "order.delivered",
        "order.refunded",
        "order.restocked",
    ];
    let mine = register(&staff, &orders.url(), &kinds).await;
    let all = register(&staff, &everything.url(), &["*"]).await;
    assert_ne!(mine.secret, all.secret);

    let order = alice.buy("TEA-100", 8).await;
    for action in ["pay", "ship", "deliver", "refund", "restock"] {
        staff.post_nothing(&format!("/admin/orders/{order}/{action}")).await.ok();
    }
    let (mut ids, mut total) = (BTreeSet::new(), 0);
    for (kind, sequence) in kinds.iter().zip(1..) {
        let webhook = orders.next().await;
        let json = webhook.json();
        assert_eq!((webhook.kind().as_str(), &json["sequence"]), (*kind, &json!(sequence)));
        assert_eq!(
            (&json["data"]["order"]["id"], &json["data"]["customerId"]),
            (&json!(order), &json!(alice.id()))
        );
        assert_eq!(
            (json["id"].as_str().unwrap(), webhook.headers["content-type"].to_str().unwrap()),
            (webhook.id(), "application/json")
        );
        assert!(is_proven(&webhook, &mine.secret), "{webhook:?}");
        assert!(!is_proven(&webhook, &all.secret), "another endpoint's secret proves nothing");
        let mut forged = webhook.clone();
        *forged.body.last_mut().unwrap() = b' ';
        assert!(!is_proven(&forged, &mine.secret));
        assert!(ids.insert(webhook.id().to_owned()), "an id came twice");
        total += 1;
    }
    staff.patch_if(&format!("/products/{}", tea.id), &tea.etag, &json!({ "name": "Other tea" })).await.ok();
    let mut heard = Vec::new();
    // One order's events come in their order; those of the product come between them as they may.
    while !["order.restocked", "product.changed", "stock.low"]
        .iter()
        .all(|kind| heard.contains(&(*kind).to_owned()))
    {
        let webhook = everything.next().await;
        assert!(is_proven(&webhook, &all.secret));
        assert_eq!(webhook.json().get("sequence").is_some(), webhook.kind().starts_with("order."));
        heard.push(webhook.kind());
    }
    let of_order: Vec<_> = heard.iter().filter(|kind| kind.starts_with("order.")).collect();
    assert_eq!(of_order, kinds.iter().collect::<Vec<_>>());
    assert!(orders.rest().is_empty(), "only what it listens to");
    println!(
        "{}: {total} events of one order in sequence, {} heard in all, each proven",
        shop.database(),
        heard.len()
    );
}

async fn a_receiver_that_fails_is_tried_until_it_succeeds(shop: &Shop) {
    let (staff, alice, mut receiver) =
        (shop.staff().await, shop.customer("alice").await, Receiver::open().await);
    shop.stock("TEA-100", 100).await;
    let endpoint = register(&staff, &receiver.url(), &["order.placed"]).await;
    receiver.replies(Reply::Status(500));
    alice.buy("TEA-100", 1).await;
    let first = receiver.next().await;
    for tried in 1..=3 {
        let failed = newest(&staff, &endpoint, |delivery| attempts(delivery).len() == tried).await;
        assert_eq!((&failed["status"], &failed["lastResponseStatus"]), (&json!("pending"), &json!(500)));
        if tried == 3 {
            receiver.replies(Reply::Status(202));
        }
        hurry(shop).await;
        let again = receiver.next().await;
        assert_eq!((again.id(), &again.body), (first.id(), &first.body));
        assert!(is_proven(&again, &endpoint.secret));
    }
    let delivered = newest(&staff, &endpoint, |delivery| delivery["status"] == "delivered").await;
    assert_eq!(attempts(&delivered), [500, 500, 500, 202].map(Some));
    assert_eq!((&delivered["eventId"], &delivered["attempts"]), (&json!(first.id()), &json!(4)));
    let shown = staff.get(&endpoint.path).await.ok().data();
    assert_eq!((&shown["failures"], &shown["pending"]), (&json!(0), &json!(0)));
    assert!(receiver.rest().is_empty(), "what was delivered is left alone");
}

async fn an_endpoint_that_is_gone_is_parked_until_it_is_resumed(shop: &Shop) {
    let (staff, alice, mut receiver) =
        (shop.staff().await, shop.customer("alice").await, Receiver::open().await);
    shop.stock("TEA-100", 100).await;
    let endpoint = register(&staff, &receiver.url(), &["order.placed"]).await;
    receiver.replies(Reply::Status(410));
    alice.buy("TEA-100", 1).await;
    receiver.next().await;
    newest(&staff, &endpoint, |delivery| attempts(delivery).len() == 1).await;
    let parked = staff.get(&endpoint.path).await.ok().data();
    assert_eq!((&parked["status"], &parked["parkedBecause"]), (&json!("parked"), &json!("gone")));

    receiver.replies(Reply::Status(200));
    let mut other = Receiver::open().await;
    register(&staff, &other.url(), &["order.placed"]).await;
    hurry(shop).await;
    for _ in 0..2 {
        alice.buy("TEA-100", 1).await;
        other.next().await; // the shop has looked for what is due since
    }
    assert!(receiver.rest().is_empty(), "something came while it was parked");
    let listed = staff.get("/admin/webhooks").await.ok().data();
    assert_eq!((&listed["items"][0]["pending"], &listed["total"]), (&json!(3), &json!(2)));
    let resumed = staff.patch(&endpoint.path, &json!({ "status": "active" })).await.ok().data();
    assert_eq!((&resumed["status"], &resumed["parkedAt"]), (&json!("active"), &Value::Null));
    let came = [receiver.next().await, receiver.next().await, receiver.next().await];
    assert_eq!(came.iter().map(Received::id).collect::<BTreeSet<_>>().len(), 3);
    newest(&staff, &endpoint, |delivery| delivery["status"] == "delivered").await;
    assert!(receiver.rest().is_empty());
}

async fn staff_have_an_event_sent_once_more(shop: &Shop) {
    let (staff, alice, mut receiver) =
        (shop.staff().await, shop.customer("alice").await, Receiver::open().await);
    shop.stock("TEA-100", 100).await;
    let endpoint = register(&staff, &receiver.url(), &["order.placed"]).await;
    alice.buy("TEA-100", 1).await;
    let first = receiver.next().await;
    let delivered = newest(&staff, &endpoint, |delivery| delivery["status"] == "delivered").await;
    let replay = format!("{}/deliveries/{}/replay", endpoint.path, delivered["id"]);
    assert_eq!(staff.post_nothing(&replay).await.ok().data()["status"], "pending");
    let again = receiver.next().await;
    assert_eq!((again.id(), &again.body), (first.id(), &first.body));
    assert!(is_proven(&again, &endpoint.secret));
    let delivered = newest(&staff, &endpoint, |delivery| delivery["status"] == "delivered").await;
    assert_eq!(attempts(&delivered), [Some(204), Some(204)]);
}

async fn staff_stay_in_charge_of_their_endpoints(shop: &Shop) {
    let (staff, alice, mut receiver) =
        (shop.staff().await, shop.customer("alice").await, Receiver::open().await);
    shop.stock("TEA-100", 100).await;
    let endpoint = register(&staff, &receiver.url(), &["order.paid"]).await;
    let secret_path = format!("{}/secret", endpoint.path);
    let read = staff.get(&secret_path).await.ok();
    assert_eq!((read.header("cache-control"), &read.data()["secret"]), ("no-store", &json!(endpoint.secret)));
    let rotated = staff.post_nothing(&secret_path).await.ok().data();
    assert_ne!(rotated["secret"], json!(endpoint.secret));
    let changes = json!({ "events": ["order.placed"], "description": "The warehouse", "status": "paused" });
    assert_eq!(staff.patch(&endpoint.path, &changes).await.ok().data()["description"], "The warehouse");
    alice.buy("TEA-100", 1).await;
    newest(&staff, &endpoint, |delivery| delivery["status"] == "pending").await;
    staff.patch(&endpoint.path, &json!({ "status": "active" })).await.ok();
    let webhook = receiver.next().await;
    for secret in [rotated["secret"].as_str().unwrap(), &endpoint.secret] {
        assert!(is_proven(&webhook, secret), "for a day, both secrets prove it");
    }
    let delivered = newest(&staff, &endpoint, |delivery| delivery["status"] == "delivered").await;
    staff.delete(&endpoint.path).await.no_content();
    for path in [&endpoint.path, &secret_path, &format!("{}/deliveries", endpoint.path)] {
        staff.get(path).await.problem("not-found");
    }
    let replay = format!("{}/deliveries/{}/replay", endpoint.path, delivered["id"]);
    for path in [&secret_path, &replay] {
        staff.post_nothing(path).await.problem("not-found");
    }
    staff.delete(&endpoint.path).await.problem("not-found");
    alice.buy("TEA-100", 1).await;
    alice.get("/admin/webhooks").await.problem("forbidden");
    for number in 0..32 {
        let url = format!("https://example.com/{number}");
        staff.post("/admin/webhooks", &json!({ "url": url })).await.created();
    }
    staff.post("/admin/webhooks", &json!({ "url": receiver.url() })).await.problem("too-many-webhooks");
    assert!(receiver.rest().is_empty());
}

async fn a_redirect_leads_nowhere(shop: &Shop) {
    let (staff, alice) = (shop.staff().await, shop.customer("alice").await);
    let (mut receiver, mut elsewhere) = (Receiver::open().await, Receiver::open().await);
    shop.stock("TEA-100", 100).await;
    let endpoint = register(&staff, &receiver.url(), &["order.placed"]).await;
    receiver.replies(Reply::Elsewhere(elsewhere.url()));
    alice.buy("TEA-100", 1).await;
    receiver.next().await;
    let tried = newest(&staff, &endpoint, |delivery| attempts(delivery).len() == 1).await;
    assert_eq!((&tried["status"], attempts(&tried)), (&json!("pending"), vec![Some(307)]));
    assert!(elsewhere.rest().is_empty());
}

async fn a_slow_receiver_holds_up_neither_others_nor_the_shop(shop: &Shop) {
    let (staff, alice) = (shop.staff().await, shop.customer("alice").await);
    let (mut slow, mut quick) = (Receiver::open().await, Receiver::open().await);
    shop.stock("TEA-100", 100).await;
    slow.replies(Reply::Never);
    let held = register(&staff, &slow.url(), &["order.placed"]).await;
    register(&staff, &quick.url(), &["order.placed"]).await;
    for _ in 0..12 {
        alice.buy("TEA-100", 1).await;
    }
    for _ in 0..12 {
        quick.next().await;
    }
    let waiting = staff.get(&held.path).await.ok().data()["pending"].as_u64();
    assert_eq!(waiting, Some(12));
    assert!(slow.rest().len() <= 4, "no more than four are under way");
}
