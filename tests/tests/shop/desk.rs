//! The desk: staff find orders and see them through, one step after the other, each of which happens once.

use reqwest::Method;
use serde_json::{Value, json};
use system_tests::{Answer, Person, Shop, on_both_pairs};
use tokio::task::JoinSet;

on_both_pairs! {
    an_order_goes_all_the_way_and_says_who_did_what,
    an_order_that_is_paid_can_be_called_off_and_refunded,
    a_customer_moves_no_status,
    a_customer_is_not_told_which_of_the_staff_did_it,
    cancel_racing_ship_has_one_winner,
    what_is_tried_twenty_times_at_once_happens_once,
    staff_find_orders_and_read_all_of_them,
}

const ACTIONS: [&str; 6] = ["pay", "ship", "deliver", "cancel", "refund", "restock"];

async fn act(staff: &Person, order: i64, action: &str) -> Answer {
    staff.post_nothing(&format!("/admin/orders/{order}/{action}")).await
}

async fn seen_by_staff(staff: &Person, order: i64) -> Answer {
    staff.get(&format!("/admin/orders/{order}")).await.ok()
}

async fn stock_of(shop: &Shop, product: i64) -> i64 {
    shop.guest().get(&format!("/products/{product}")).await.ok().data()["stock"].as_i64().unwrap()
}

/// Asserts what staff and the customer can do, and that staff can do nothing else: whatever they try is refused with what
/// they could do instead, and leaves the order as it was.
async fn only(staff: &Person, customer: &Person, order: i64, allowed: &[&str], of_customer: &[&str]) {
    let before = seen_by_staff(staff, order).await;
    assert_eq!(before.data()["allowedActions"], json!(allowed), "{before:?}");
    let own = customer.get(&format!("/orders/{order}")).await.ok();
    assert_eq!(own.data()["allowedActions"], json!(of_customer), "{own:?}");
    for action in ACTIONS.iter().filter(|action| !allowed.contains(action)) {
        let refused = act(staff, order, action).await;
        assert_eq!(
            (refused.status(), &refused.problem("action-not-allowed")["allowedActions"]),
            (409, &json!(allowed))
        );
    }
    if of_customer.is_empty() {
        let refused = customer.cancel(order).await.problem("action-not-allowed");
        assert_eq!(refused["allowedActions"], json!([]));
    }
    assert_eq!(seen_by_staff(staff, order).await.header("etag"), before.header("etag"));
}

/// Returns what happened, in which role and by whom, and asserts that it happened in this order.
fn told(order: &Value) -> Vec<(String, String, Option<i64>)> {
    let history = order["history"].as_array().unwrap();
    let times: Vec<_> = history.iter().map(|entry| entry["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    let entry = |entry: &Value| {
        let word = |member: &str| entry[member].as_str().unwrap().to_owned();
        (word("event"), word("by"), entry["userId"].as_i64())
    };
    history.iter().map(entry).collect()
}

async fn an_order_goes_all_the_way_and_says_who_did_what(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 10).await;
    let (alice, staff) = (shop.customer("alice").await, shop.staff().await);
    let order = alice.buy("LAMP-1", 3).await;
    only(&staff, &alice, order, &["pay", "ship", "cancel"], &["cancel"]).await;
    let steps: [(&str, &str, &[&str], [&str; 3]); 5] = [
        ("pay", "paid", &["ship", "cancel", "refund"], ["placed", "paid", "unfulfilled"]),
        ("ship", "shipped", &["deliver", "refund", "restock"], ["placed", "paid", "shipped"]),
        ("deliver", "delivered", &["refund", "restock"], ["placed", "paid", "delivered"]),
        ("refund", "refunded", &["restock"], ["placed", "refunded", "delivered"]),
        ("restock", "restocked", &[], ["placed", "refunded", "delivered"]),
    ];
    let mut history = vec![("placed".to_owned(), "customer".to_owned(), Some(alice.id()))];
    for (action, event, allowed, [status, payment, fulfillment]) in steps {
        assert_eq!(stock_of(shop, lamp.id).await, 7, "before {action}");
        let done = act(&staff, order, action).await.ok();
        history.push((event.to_owned(), "staff".to_owned(), Some(staff.id())));
        let seen = seen_by_staff(&staff, order).await;
        assert_eq!((done.data(), done.header("etag")), (seen.data(), seen.header("etag")));
        let order_now = seen.data();
        let state = ["status", "paymentStatus", "fulfillmentStatus"].map(|facet| order_now[facet].clone());
        assert_eq!(state, [json!(status), json!(payment), json!(fulfillment)]);
        assert_eq!(told(&order_now), history);
        assert_eq!(order_now["version"], json!(history.len()));
        only(&staff, &alice, order, allowed, &[]).await;
        let found =
            format!("/admin/orders?status={status}&paymentStatus={payment}&fulfillmentStatus={fulfillment}");
        let found = staff.get(&found).await.ok().data();
        assert_eq!((&found["total"], &found["items"][0]["id"]), (&json!(1), &json!(order)));
        assert_eq!(found["items"][0]["allowedActions"], json!(allowed));
    }
    assert_eq!(stock_of(shop, lamp.id).await, 10);
    assert_eq!(seen_by_staff(&staff, order).await.data()["restocked"], json!(true));
    assert_eq!(shop.command().await.audit().await, (vec![], 1));
}

async fn an_order_that_is_paid_can_be_called_off_and_refunded(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 10).await;
    let (alice, staff) = (shop.customer("alice").await, shop.staff().await);
    let order = alice.buy("LAMP-1", 3).await;
    act(&staff, order, "pay").await.ok();
    act(&staff, order, "cancel").await.ok();
    assert_eq!(stock_of(shop, lamp.id).await, 10);
    only(&staff, &alice, order, &["refund"], &[]).await;
    act(&staff, order, "refund").await.ok();
    only(&staff, &alice, order, &[], &[]).await;
    assert_eq!(stock_of(shop, lamp.id).await, 10);
    assert_eq!(shop.command().await.audit().await, (vec![], 1));
}

async fn a_customer_moves_no_status(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 10).await;
    let (alice, bob, guest) = (shop.customer("alice").await, shop.customer("bob").await, shop.guest());
    let order = alice.buy("LAMP-1", 3).await;
    let staff = shop.staff().await;
    let before = seen_by_staff(&staff, order).await;
    for action in ACTIONS {
        act(&alice, order, action).await.problem("forbidden");
        act(&guest, order, action).await.problem("authentication-required");
    }
    for path in ["/admin/orders".to_owned(), format!("/admin/orders/{order}")] {
        alice.get(&path).await.problem("forbidden");
        guest.get(&path).await.problem("authentication-required");
    }
    bob.cancel(order).await.problem("not-found");
    bob.get(&format!("/orders/{order}")).await.problem("not-found");
    let path = format!("/orders/{order}");
    for method in [Method::PATCH, Method::PUT, Method::DELETE] {
        let status = alice.request(method, &path).json(&json!({ "status": "cancelled" }));
        alice.send(status).await.problem("method-not-allowed");
    }
    alice.add_to_cart("LAMP-1", 1).await.created();
    for field in ["status", "paymentStatus", "fulfillmentStatus", "total", "number"] {
        let refused = alice.post("/orders", &json!({ field: "paid" })).await.problem("validation-failed");
        assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"));
    }
    assert_eq!(seen_by_staff(&staff, order).await.header("etag"), before.header("etag"));
    assert_eq!(stock_of(shop, lamp.id).await, 7);

    act(&staff, order, "pay").await.ok();
    alice.cancel(order).await.problem("action-not-allowed");
    let other = alice.place_order().await.created().data()["id"].as_i64().unwrap();
    alice.cancel(other).await.ok();
    assert_eq!(stock_of(shop, lamp.id).await, 7);
}

async fn a_customer_is_not_told_which_of_the_staff_did_it(shop: &Shop) {
    shop.stock("LAMP-1", 10).await;
    let (alice, staff) = (shop.customer("alice").await, shop.staff().await);
    let order = alice.buy("LAMP-1", 3).await;
    let stays = alice.buy("LAMP-1", 1).await;
    for action in ["pay", "ship"] {
        act(&staff, order, action).await.ok();
    }
    let mut shown = vec![alice.cancel(stays).await.ok()];
    for path in ["/orders".to_owned(), format!("/orders/{order}")] {
        shown.push(alice.get(&path).await.ok());
        shown.push(alice.get(&path).await.ok()); // from the cache, too
    }
    for answer in &shown {
        let text = answer.text();
        assert!(
            !text.contains("userId") && !text.contains("\"customer\":{") && !text.contains("@example.org"),
            "{text}"
        );
    }
    let history = told(&shown[4].data());
    assert!(history.iter().map(|(_, by, _)| by.as_str()).eq(["customer", "staff", "staff"]), "{history:?}");
    let seen = seen_by_staff(&staff, order).await.data();
    assert_eq!(
        seen["customer"],
        json!({ "id": alice.id(), "name": "alice@example.org", "email": "alice@example.org" })
    );
}

/// Lets everybody do something at once; returns how many did it, after those who did not were told why.
async fn how_many<F>(acts: impl IntoIterator<Item = F>) -> usize
where
    F: Future<Output = Answer> + Send + 'static,
{
    let answers = acts.into_iter().collect::<JoinSet<_>>().join_all().await;
    for refused in answers.iter().filter(|answer| answer.status() != 200) {
        refused.problem("action-not-allowed");
    }
    answers.iter().filter(|answer| answer.status() == 200).count()
}

async fn cancel_racing_ship_has_one_winner(shop: &Shop) {
    const ORDERS: i64 = 16;
    let lamp = shop.stock("LAMP-1", 100).await;
    let (alice, staff) = (shop.customer("alice").await, shop.staff().await);
    let (mut cancelled, mut shipped) = (0, 0);
    for number in 0..ORDERS {
        let order = alice.buy("LAMP-1", 3).await;
        let one = |turn: i64| {
            let (alice, staff) = (alice.clone(), staff.clone());
            async move {
                match (turn + number) % 3 {
                    0 => act(&staff, order, "ship").await,
                    1 => alice.cancel(order).await,
                    _ => act(&staff, order, "cancel").await,
                }
            }
        };
        assert_eq!(how_many((0..12).map(one)).await, 1, "of the tries on order {order}");
        let now = seen_by_staff(&staff, order).await.data();
        match (now["status"].as_str().unwrap(), now["fulfillmentStatus"].as_str().unwrap()) {
            ("cancelled", "unfulfilled") => cancelled += 1,
            ("placed", "shipped") => shipped += 1,
            other => panic!("neither won: {other:?}"),
        }
    }
    println!("{}: of {ORDERS} races, cancel won {cancelled} and ship {shipped}", shop.database());
    assert_eq!((cancelled + shipped, stock_of(shop, lamp.id).await), (ORDERS, 100 - 3 * shipped));
    assert_eq!(shop.command().await.audit().await, (vec![], ORDERS.unsigned_abs()));
}

async fn what_is_tried_twenty_times_at_once_happens_once(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 100).await;
    let (alice, staff) = (shop.customer("alice").await, shop.staff().await);
    let races: [(&[&str], &str, i64); 6] = [
        (&[], "cancel", 0),
        (&["pay", "cancel"], "refund", 0),
        (&["ship"], "restock", 0),
        (&[], "pay", -7),
        (&["pay"], "ship", -7),
        (&["ship"], "deliver", -7),
    ];
    for (before, action, change) in races {
        let stock = stock_of(shop, lamp.id).await;
        let order = alice.buy("LAMP-1", 7).await;
        for action in before {
            act(&staff, order, action).await.ok();
        }
        let one = |_| {
            let staff = staff.clone();
            async move { act(&staff, order, action).await }
        };
        assert_eq!(how_many((0..20).map(one)).await, 1, "{action}");
        assert_eq!(stock_of(shop, lamp.id).await, stock + change, "{action}");
        let history = told(&seen_by_staff(&staff, order).await.data());
        assert_eq!(history.len(), before.len() + 2, "{history:?}");
    }
    assert_eq!(shop.command().await.audit().await, (vec![], 6));
}

async fn staff_find_orders_and_read_all_of_them(shop: &Shop) {
    shop.stock("LAMP-1", 100).await;
    let (alice, bob, staff) = (shop.customer("alice").await, shop.customer("bob").await, shop.staff().await);
    let mut newest_first = Vec::new();
    for number in 0..13 {
        let buyer = if number % 3 == 0 { &bob } else { &alice };
        newest_first.insert(0, buyer.buy("LAMP-1", 1).await);
    }
    let ids = |answer: &Answer| -> Vec<i64> {
        let data = answer.data();
        data["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
    };
    let (mut read, mut next) = (Vec::new(), "/admin/orders?limit=5".to_owned());
    loop {
        let page = staff.get(&next).await.ok();
        assert_eq!((page.source().as_str(), &page.data()["total"]), (shop.database(), &json!(13)));
        assert_eq!(page.header("cache-control"), "private, no-cache");
        read.extend(ids(&page));
        let Some(cursor) = page.data()["nextCursor"].as_str().map(ToOwned::to_owned) else { break };
        next = format!("/admin/orders?limit=5&after={cursor}");
    }
    assert_eq!(read, newest_first);

    let first = seen_by_staff(&staff, newest_first[0]).await;
    let unchanged =
        staff.get_unless(&format!("/admin/orders/{}", newest_first[0]), first.header("etag")).await;
    unchanged.not_modified();
    let number = first.data()["number"].as_str().unwrap().replace('-', "").to_lowercase();
    assert_eq!(ids(&staff.get(&format!("/admin/orders?number={number}")).await.ok()), newest_first[..1]);
    let by_id = staff.get(&format!("/admin/orders?customer={}", bob.id())).await.ok();
    let by_email = staff.get("/admin/orders?customer=BOB@example.org").await.ok();
    assert_eq!((ids(&by_id).len(), ids(&by_id)), (5, ids(&by_email)));
    let oldest = seen_by_staff(&staff, newest_first[12]).await.data();
    let day = &oldest["createdAt"].as_str().unwrap()[..10];
    let since = staff.get(&format!("/admin/orders?placedFrom={day}&limit=100")).await.ok();
    let until = staff.get(&format!("/admin/orders?placedBefore={day}")).await.ok();
    assert_eq!((ids(&since), ids(&until)), (newest_first, vec![]));
    for empty in ["customer=nobody@example.org", "customer=999999", "status=cancelled", "number=0000000000"] {
        let nothing = staff.get(&format!("/admin/orders?{empty}")).await.ok().data();
        assert_eq!((&nothing["total"], &nothing["items"]), (&json!(0), &json!([])), "{empty}");
    }
    staff.get("/admin/orders/999999").await.problem("not-found");
}
