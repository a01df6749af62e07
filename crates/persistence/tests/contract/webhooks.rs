//! Endpoints, deliveries and who has which: what staff said stays, what is due is handed out once, and an event is on its
//! way if and only if it happened.

use crate::orders::{new_order, placed};
use crate::races::at_once;
use crate::shop::{Shop, Wanted, at};
use chrono::TimeDelta;
use domain::audit::{Auditor, Check};
use domain::event::{Event, EventKind, KEPT, OrderSequence};
use domain::housekeeping::{Ending, Housekeeping};
use domain::page::{Limit, Page, Position, decode_cursor};
use domain::testing::FixedClock;
use domain::webhook::{
    Attempt, Conclusion, Deliveries, Delivery, DeliveryQuery, DeliveryStatus, DeliveryView, Endpoint,
    EndpointKey, EndpointNote, EndpointState, EndpointStatus, Interest, MAX_ENDPOINTS, NewEndpoint, Outcome,
    ParkReason, Streak, TargetUrl, WebhookMessage, WebhookReader,
};
use domain::{
    DeliveryId, EndpointId, OrderId, OsEntropy, RepositoryError, Timestamp, UnitOfWork, UnitsOfWork, Version,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How long a claim is made for here.
const LEASE: i64 = 60;

/// Registers an endpoint that listens to these, or to all.
pub(crate) async fn endpoint(shop: &Shop, kinds: &[EventKind]) -> Endpoint {
    let events = match kinds {
        [] => Interest::All,
        kinds => Interest::Only(kinds.iter().copied().collect()),
    };
    let new = new_endpoint(TargetUrl::parse("https://example.com/hooks?key=1").unwrap(), events);
    let mut work = shop.begin().await;
    let made = work.webhooks().insert(&new).await.unwrap();
    assert_eq!(work.commit().await.unwrap().changes, [], "nobody keeps copies of it");
    made
}

fn new_endpoint(url: TargetUrl, events: Interest) -> NewEndpoint {
    let (note, key) = (EndpointNote::parse("The warehouse").unwrap(), EndpointKey::generate(&OsEntropy));
    NewEndpoint { url, note, events, key, created_at: at(0) }
}

async fn save(shop: &Shop, endpoint: &Endpoint) {
    let mut work = shop.begin().await;
    work.webhooks().save(endpoint).await.unwrap();
    work.commit().await.unwrap();
}

/// An event that belongs to no order.
pub(crate) fn event(kind: EventKind, second: i64) -> Event {
    Event { kind, sequence: None, data: format!(r#"{{"second":{second}}}"#), at: at(second) }
}

pub(crate) async fn happen(shop: &Shop, events: &[Event]) {
    let mut work = shop.begin().await;
    work.events().record(events).await.unwrap();
    work.commit().await.unwrap();
}

async fn claim(shop: &Shop, to: EndpointId, now: Timestamp, most: usize) -> Vec<(Delivery, WebhookMessage)> {
    let mut work = shop.begin().await;
    let batch = work.webhooks().claim(to, now, now + TimeDelta::seconds(LEASE), most).await.unwrap();
    work.commit().await.unwrap();
    batch.map_or_else(Vec::new, |batch| batch.claimed)
}

pub(crate) fn answered(status: u16) -> Attempt {
    let took = Duration::from_millis(12);
    Attempt { at: at(100), took, outcome: Outcome::Answered { status, retry_after: None } }
}

/// Hands out and takes back at a moment.
pub(crate) fn deliveries(shop: &Shop, now: Timestamp) -> Deliveries {
    let clock = FixedClock::default();
    clock.set(now);
    Deliveries::new(shop.units.clone(), Arc::new(shop.db.clone()), Arc::new(clock), Arc::new(OsEntropy))
}

/// Claims one delivery to an endpoint and notes what came of it.
async fn deliver(shop: &Shop, to: EndpointId, now: Timestamp, status: u16) -> Conclusion {
    let (claimed, _) = claim(shop, to, now, 1).await.pop().unwrap();
    deliveries(shop, now).conclude(claimed, answered(status)).await.unwrap()
}

async fn list(shop: &Shop, of: EndpointId, query: DeliveryQuery) -> Page<DeliveryView> {
    shop.db.deliveries(of, &query).await.unwrap().unwrap().value.decode().unwrap()
}

fn everything() -> DeliveryQuery {
    DeliveryQuery { status: None, position: Position::Page(1), limit: Limit::DEFAULT }
}

pub(crate) async fn an_endpoint_is_read_as_it_was_stored(shop: Shop) {
    let made = endpoint(&shop, &[EventKind::OrderPaid, EventKind::StockLow]).await;
    let all = endpoint(&shop, &[]).await;
    let parked = Endpoint {
        state: EndpointState::Parked { since: at(5), reason: ParkReason::Gone },
        streak: Streak { failures: 7, since: Some(at(4)), first: Some(DeliveryId(9)) },
        key: made.key.rotated(at(3)),
        ..made.clone()
    };
    for expected in [&made, &parked] {
        save(&shop, expected).await;
        let mut work = shop.begin().await;
        assert_eq!(work.webhooks().lock(made.id).await.unwrap().as_ref(), Some(expected));
        assert_eq!(work.webhooks().lock(all.id).await.unwrap().as_ref(), Some(&all));
        assert_eq!(work.webhooks().lock(EndpointId(999)).await.unwrap(), None);
        assert_eq!(work.webhooks().count().await.unwrap(), 2);
    }
    let page = shop.db.endpoints().await.unwrap();
    assert_eq!(page.source, shop.db.source());
    assert_eq!(shop.db.key(made.id).await.unwrap().unwrap().value, parked.key);
    assert!(shop.db.key(EndpointId(999)).await.unwrap().is_none());
    let page = page.value.decode().unwrap();
    let [shown, other] = page.items.try_into().unwrap();
    assert_eq!((shown.status, shown.failures, shown.parked_at), (EndpointStatus::Parked, 7, Some(at(5))));
    assert_eq!(
        (shown.events, other.events),
        (vec!["order.paid".to_owned(), "stock.low".into()], vec!["*".into()])
    );
    assert!(shop.db.endpoint(EndpointId(999)).await.unwrap().is_none());
}

pub(crate) async fn an_event_goes_to_those_who_listen_and_with_its_transaction(shop: Shop) {
    let all = endpoint(&shop, &[]).await;
    let some = endpoint(&shop, &[EventKind::StockLow]).await;
    let paused = endpoint(&shop, &[EventKind::StockLow, EventKind::ProductChanged]).await;
    save(&shop, &Endpoint { state: EndpointState::Paused, ..paused.clone() }).await;
    let events = [event(EventKind::StockLow, 1), event(EventKind::ProductChanged, 2)];

    let mut work = shop.begin().await;
    work.events().record(&events).await.unwrap();
    drop(work);
    assert_eq!(shop.number("SELECT COUNT(*) FROM events").await, 0);
    assert_eq!(shop.number("SELECT COUNT(*) FROM webhook_deliveries").await, 0);

    happen(&shop, &events).await;
    let mut heard = Vec::new();
    for endpoint in [&all, &some, &paused] {
        let page = list(&shop, endpoint.id, everything()).await;
        heard.push(page.items.iter().map(|item| item.r#type).collect::<Vec<_>>());
    }
    let both = vec![EventKind::ProductChanged, EventKind::StockLow];
    assert_eq!(heard, [both.clone(), vec![EventKind::StockLow], both], "who is paused is told later");

    let later = endpoint(&shop, &[]).await;
    assert_eq!(list(&shop, later.id, everything()).await.total, 0, "what was before is not told");
    happen(&shop, &[]).await;
    let many: Vec<_> = (0..2_500).map(|second| event(EventKind::ProductChanged, second)).collect();
    happen(&shop, &many).await;
    assert_eq!(list(&shop, later.id, everything()).await.total, 2_500);
}

pub(crate) async fn what_is_due_is_handed_out_once(shop: Shop) {
    let to = endpoint(&shop, &[]).await.id;
    happen(&shop, &[1, 3, 2].map(|second| event(EventKind::StockLow, second))).await;
    assert_eq!(claim(&shop, to, at(0), 9).await, [], "nothing is due yet");
    assert_eq!(shop.db.due(at(0)).await.unwrap(), []);
    assert_eq!(shop.db.due(at(9)).await.unwrap().len(), 1);

    let first = claim(&shop, to, at(9), 2).await;
    let told: Vec<_> = first.iter().map(|(_, message)| message.data.as_str()).collect();
    assert_eq!(told, [r#"{"second":1}"#, r#"{"second":2}"#], "what is due for longest");
    assert_eq!(first[0].0.claimed_until, Some(at(9 + LEASE)));
    let second = claim(&shop, to, at(9), 2).await;
    assert_eq!((second.len(), second[0].1.data.as_str()), (1, r#"{"second":3}"#));
    assert_eq!(claim(&shop, to, at(9), 2).await, []);
    assert_eq!(shop.db.due(at(9)).await.unwrap(), []);
    assert_eq!(claim(&shop, EndpointId(999), at(9), 2).await, []);

    let mut work = shop.begin().await;
    assert_eq!(work.webhooks().lock_delivery(EndpointId(999), first[0].0.id).await.unwrap(), None);
    assert_eq!(work.webhooks().lock_delivery(to, first[0].0.id).await.unwrap(), Some(first[0].0.clone()));
}

pub(crate) async fn many_who_claim_at_once_share_what_there_is(shop: Shop) {
    let to = endpoint(&shop, &[]).await.id;
    let events: Vec<_> = (0..100).map(|second| event(EventKind::StockLow, second)).collect();
    happen(&shop, &events).await;
    let other = shop.again(crate::shop::usd(), 10).await;
    let instances = [shop.db.clone(), other];
    let claims = at_once((0..40).map(|number| {
        let instance = instances[number % 2].clone();
        async move {
            let mut work = instance.begin().await.unwrap();
            let batch = work.webhooks().claim(to, at(999), at(999 + LEASE), 4).await.unwrap();
            work.commit().await.unwrap();
            batch.map_or_else(Vec::new, |batch| batch.claimed)
        }
    }));
    let claimed: Vec<DeliveryId> = claims.await.into_iter().flatten().map(|(one, _)| one.id).collect();
    let different: BTreeSet<_> = claimed.iter().collect();
    assert_eq!(different.len(), claimed.len(), "something was handed out twice");
    let rest = claim(&shop, to, at(999), 100).await;
    assert_eq!(claimed.len() + rest.len(), 100, "something was lost");
}

pub(crate) async fn what_was_claimed_and_never_concluded_is_taken_over(shop: Shop) {
    let to = endpoint(&shop, &[]).await.id;
    happen(&shop, &[event(EventKind::StockLow, 1)]).await;
    let lost = deliveries(&shop, at(10)).claim(to, 9).await.unwrap().unwrap();
    let (lost, message) = lost.claimed.into_iter().next().unwrap();
    let until = lost.claimed_until.unwrap();
    assert_eq!(deliveries(&shop, until - TimeDelta::microseconds(1)).due().await.unwrap(), []);
    let taken_over = deliveries(&shop, until);
    assert_eq!(taken_over.due().await.unwrap(), [to]);
    let (mine, again) = taken_over.claim(to, 9).await.unwrap().unwrap().claimed.into_iter().next().unwrap();
    assert_eq!((mine.id, again), (lost.id, message), "it is the same one");

    let late = deliveries(&shop, until).conclude(lost, answered(500)).await.unwrap();
    assert_eq!(late, Conclusion::Overtaken, "it is somebody else's by now");
    let noted = taken_over.conclude(mine.clone(), answered(200)).await.unwrap();
    let Conclusion::Noted(noted) = noted else { panic!("{noted:?}") };
    assert_eq!((noted.0.status, noted.0.attempts), (DeliveryStatus::Delivered, 1));
    let twice = taken_over.conclude(mine, answered(500)).await.unwrap();
    assert_eq!(twice, Conclusion::Overtaken, "it is concluded");
    assert_eq!(shop.number("SELECT COUNT(*) FROM webhook_attempts").await, 1);
}

/// An event of an order, with its place.
pub(crate) fn of_order(order: OrderId, version: i64) -> Event {
    let sequence = Some(OrderSequence { order, version: Version(version) });
    Event { sequence, ..event(EventKind::OrderPlaced, version) }
}

pub(crate) async fn the_events_of_an_order_go_one_after_the_other(shop: Shop) {
    let to = endpoint(&shop, &[]).await;
    let (ada, tea) = (shop.customer("ada").await, shop.product(Wanted::simple("Tea", 125, 9)).await);
    let mut orders = Vec::new();
    for _ in 0..2 {
        orders.push(placed(&shop, &new_order(ada, &tea)).await.id);
    }
    for version in 1..=3 {
        happen(&shop, &orders.iter().map(|order| of_order(*order, version)).collect::<Vec<_>>()).await;
    }
    for (version, status) in [(1, 200), (2, 200), (3, 200)] {
        let now = at(1_000);
        let batch = deliveries(&shop, now).claim(to.id, 9).await.unwrap().unwrap();
        let sequences: Vec<_> = batch.claimed.iter().map(|(_, message)| message.sequence).collect();
        assert_eq!(sequences, [Some(version); 2], "one of each order");
        assert_eq!(deliveries(&shop, now).due().await.unwrap(), []);
        for (delivery, _) in batch.claimed {
            deliveries(&shop, now).conclude(delivery, answered(status)).await.unwrap();
        }
    }
    happen(&shop, &[of_order(orders[0], 4), of_order(orders[0], 5)]).await;
    let (stuck, _) = claim(&shop, to.id, at(1_000), 9).await.pop().unwrap();
    let mut work = shop.begin().await;
    let given_up = Delivery { status: DeliveryStatus::Failed, ..stuck };
    work.webhooks().save_delivery(&given_up).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(
        claim(&shop, to.id, at(1_000), 9).await[0].1.sequence,
        Some(5),
        "it was not waited for forever"
    );
}

pub(crate) async fn nothing_goes_to_who_is_paused_and_all_of_it_when_resumed(shop: Shop) {
    let to = endpoint(&shop, &[]).await;
    let events: Vec<_> = (1..=3).map(|second| event(EventKind::StockLow, second)).collect();
    happen(&shop, &events).await;
    let gone = deliver(&shop, to.id, at(10), 410).await;
    let Conclusion::Parked(parked) = gone else { panic!("{gone:?}") };
    assert_eq!(parked.1.state, EndpointState::Parked { since: at(100), reason: ParkReason::Gone });
    let paused = Endpoint { state: EndpointState::Paused, ..to.clone() };
    for held in [&parked.1, &paused] {
        save(&shop, held).await;
        assert_eq!(shop.db.due(at(9_999)).await.unwrap(), []);
        assert_eq!(claim(&shop, to.id, at(9_999), 9).await, []);
    }
    let mut work = shop.begin().await;
    work.webhooks().restart(to.id, at(11)).await.unwrap();
    work.webhooks().save(&paused.resumed()).await.unwrap();
    work.commit().await.unwrap();
    let due = claim(&shop, to.id, at(11), 9).await;
    assert_eq!(
        due.iter().map(|(one, _)| one.attempts).collect::<Vec<_>>(),
        [1, 0, 0],
        "no attempt is forgotten"
    );
    let told: Vec<_> = due.iter().map(|(_, message)| message.at).collect();
    assert_eq!(told, [at(1), at(2), at(3)], "in the order in which it happened");
}

pub(crate) async fn deliveries_are_read_with_their_attempts(shop: Shop) {
    let to = endpoint(&shop, &[]).await;
    let other = endpoint(&shop, &[]).await;
    let events: Vec<_> = (1..=5).map(|second| event(EventKind::StockLow, second)).collect();
    happen(&shop, &events).await;
    let batch = deliveries(&shop, at(10)).claim(to.id, 2).await.unwrap().unwrap();
    let [(first, message), (second, _)] = batch.claimed.try_into().unwrap();
    let unanswered = Attempt { outcome: Outcome::Unanswered("connection refused".to_owned()), ..answered(0) };
    deliveries(&shop, at(10)).conclude(first.clone(), answered(200)).await.unwrap();
    deliveries(&shop, at(10)).conclude(second.clone(), unanswered).await.unwrap();

    let read = shop.db.delivery(to.id, first.id).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!((read.event_id.as_str(), read.status), (message.id.as_str(), DeliveryStatus::Delivered));
    assert_eq!((read.last_response_status, read.next_attempt_at, read.log.len()), (Some(200), None, 1));
    assert_eq!((read.log[0].at, read.log[0].duration_ms), (at(100), 12));
    let read = shop.db.delivery(to.id, second.id).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!((read.last_response_status, read.last_error.as_deref()), (None, Some("connection refused")));
    assert!(read.next_attempt_at.unwrap() > at(10));
    assert!(shop.db.delivery(other.id, first.id).await.unwrap().is_none());

    let shown = shop.db.endpoint(to.id).await.unwrap().unwrap().value.decode().unwrap();
    assert_eq!((shown.pending, shown.failed, shown.failures), (4, 0, 1));
    let limit = Limit::new(2).unwrap();
    let mut page = list(&shop, to.id, DeliveryQuery { limit, ..everything() }).await;
    let mut seconds = Vec::new();
    loop {
        seconds.extend(page.items.iter().map(|item| item.created_at));
        let Some(next) = page.next_cursor.take() else { break };
        let position = Position::After(decode_cursor(&next).unwrap());
        page = list(&shop, to.id, DeliveryQuery { position, limit, ..everything() }).await;
    }
    assert_eq!(seconds, [5, 4, 3, 2, 1].map(at));
    let done = DeliveryQuery { status: Some(DeliveryStatus::Delivered), ..everything() };
    assert_eq!(list(&shop, to.id, done).await.items[0].id, first.id);
    assert!(shop.db.deliveries(EndpointId(999), &everything()).await.unwrap().is_none());
}

pub(crate) async fn a_removed_endpoint_is_gone_at_once_and_thrown_away_later(shop: Shop) {
    let (gone, stays) = (endpoint(&shop, &[EventKind::StockLow]).await, endpoint(&shop, &[]).await);
    let events: Vec<_> = (1..=2_500).map(|second| event(EventKind::StockLow, second)).collect();
    happen(&shop, &events).await;
    let [(first, _), (second, _)] = claim(&shop, gone.id, at(10), 2).await.try_into().unwrap();
    deliveries(&shop, at(10)).conclude(first.clone(), answered(200)).await.unwrap();
    let mut work = shop.begin().await;
    assert!(work.webhooks().remove(gone.id, at(20)).await.unwrap());
    assert!(!work.webhooks().remove(gone.id, at(20)).await.unwrap());
    work.commit().await.unwrap();

    assert_eq!(shop.number("SELECT COUNT(*) FROM webhook_deliveries").await, 5_000, "nobody waits for that");
    let late = deliveries(&shop, at(10)).conclude(second, answered(200)).await.unwrap();
    assert_eq!(late, Conclusion::Overtaken);
    happen(&shop, &[event(EventKind::StockLow, 2_501)]).await;
    assert_eq!(shop.number("SELECT COUNT(*) FROM webhook_deliveries").await, 5_001, "it hears no more");
    assert_eq!(shop.db.due(at(9_999)).await.unwrap(), [stays.id]);
    assert_eq!(claim(&shop, gone.id, at(9_999), 9).await, []);
    assert_eq!(shop.db.endpoints().await.unwrap().value.decode().unwrap().total, 1);
    assert!(
        shop.db.endpoint(gone.id).await.unwrap().is_none() && shop.db.key(gone.id).await.unwrap().is_none()
    );
    assert!(shop.db.deliveries(gone.id, &everything()).await.unwrap().is_none());
    assert!(shop.db.delivery(gone.id, first.id).await.unwrap().is_none());
    let mut work = shop.begin().await;
    assert_eq!(work.webhooks().lock(gone.id).await.unwrap(), None);
    assert_eq!(work.webhooks().count().await.unwrap(), 1);
    drop(work);
    shop.sql("UPDATE webhook_endpoints SET status = 'parked' WHERE removed_at IS NOT NULL").await.unwrap();
    let audit = shop.db.audit(at(30)).await.unwrap();
    let report = audit.reports.iter().find(|report| report.check == Check::WebhookEndpoints).unwrap();
    assert_eq!((report.looked_at, report.found), (1, 0));

    let prune = async |what| shop.db.prune(what, at(30)).await.unwrap();
    assert_eq!(prune(Ending::Endpoints).await, 0, "not before its deliveries");
    assert_eq!((prune(Ending::Deliveries).await, prune(Ending::Endpoints).await), (2_500, 1));
    assert_eq!(shop.number("SELECT COUNT(*) FROM webhook_attempts").await, 0);
    assert_eq!(list(&shop, stays.id, everything()).await.total, 2_501);
}

pub(crate) async fn what_waits_behind_another_is_due_when_that_is(shop: Shop) {
    let to = endpoint(&shop, &[]).await.id;
    let (ada, tea) = (shop.customer("ada").await, shop.product(Wanted::simple("Tea", 125, 9)).await);
    let order = placed(&shop, &new_order(ada, &tea)).await.id;
    let times = async || {
        let page = list(&shop, to, everything()).await;
        page.items.iter().rev().filter_map(|delivery| delivery.next_attempt_at).collect::<Vec<_>>()
    };
    happen(&shop, &[of_order(order, 1), of_order(order, 2)]).await;
    deliver(&shop, to, at(10), 500).await;
    let failed = times().await;
    assert!(failed[0] > at(10) && failed[1] == failed[0], "{failed:?}");
    happen(&shop, &[of_order(order, 3), event(EventKind::StockLow, 4)]).await;
    assert_eq!(times().await, [failed[0], failed[0], failed[0], at(4)], "what happens later waits, too");

    deliver(&shop, to, at(4), 200).await;
    let later = failed[0];
    deliver(&shop, to, later, 500).await;
    let again = times().await;
    assert!(again[0] > later && again == [again[0]; 3], "{again:?}");
    let sent = again[0];
    deliver(&shop, to, sent, 200).await;
    assert_eq!(times().await, [sent; 2], "it is the next one's turn");
    happen(&shop, &[of_order(order, 4)]).await;
    for _ in 2..=4 {
        deliver(&shop, to, sent, 200).await;
    }
    happen(&shop, &[of_order(order, 5)]).await;
    assert_eq!(times().await, [at(5)], "it waits behind nothing");
}

pub(crate) async fn what_is_claimed_goes_where_the_endpoint_is_by_then(shop: Shop) {
    let made = endpoint(&shop, &[]).await;
    happen(&shop, &[event(EventKind::StockLow, 1)]).await;
    let due = deliveries(&shop, at(10)).due().await.unwrap();
    let url = TargetUrl::parse("https://example.org/elsewhere").unwrap();
    let moved = Endpoint { url, key: made.key.rotated(at(9)), ..made };
    save(&shop, &moved).await;
    let batch = deliveries(&shop, at(10)).claim(due[0], 9).await.unwrap().unwrap();
    assert_eq!((batch.endpoint, batch.claimed.len()), (moved, 1));
}

pub(crate) async fn an_endpoint_that_cannot_be_read_stops_no_other(shop: Shop) {
    let (broken, whole) = (endpoint(&shop, &[]).await.id, endpoint(&shop, &[]).await.id);
    happen(&shop, &[event(EventKind::StockLow, 1)]).await;
    shop.sql(&format!("UPDATE webhook_endpoints SET url = 'nowhere' WHERE id = {broken}")).await.unwrap();
    let dispatch = deliveries(&shop, at(10));
    let mut due = dispatch.due().await.unwrap();
    due.sort();
    assert_eq!(due, [broken, whole]);
    let refused = dispatch.claim(broken, 9).await.unwrap_err().to_string();
    assert!(refused.contains("webhook_endpoints.url") && !refused.contains("nowhere"), "{refused}");
    assert_eq!(dispatch.claim(whole, 9).await.unwrap().unwrap().claimed.len(), 1);
}

pub(crate) async fn endpoints_that_are_added_at_once_keep_to_the_most(shop: Shop) {
    let url = TargetUrl::parse("https://example.com").unwrap();
    let added = at_once((0..2 * MAX_ENDPOINTS).map(|_| {
        let (units, url) = (shop.units.clone(), url.clone());
        let add = move |mut work: Box<dyn UnitOfWork>| {
            let new = new_endpoint(url.clone(), Interest::All);
            async move {
                if work.webhooks().count().await? >= MAX_ENDPOINTS {
                    return Ok(false);
                }
                work.webhooks().insert(&new).await?;
                work.commit().await?;
                Ok::<_, RepositoryError>(true)
            }
        };
        async move { units.run(add).await.unwrap() }
    }));
    let added = added.await.into_iter().filter(|added| *added).count() as u64;
    assert_eq!((added, shop.db.endpoints().await.unwrap().value.decode().unwrap().total), (32, 32));
}

pub(crate) async fn what_happened_long_ago_is_thrown_away(shop: Shop) {
    let to = endpoint(&shop, &[]).await;
    happen(&shop, &[event(EventKind::StockLow, 1), event(EventKind::StockLow, 2)]).await;
    deliver(&shop, to.id, at(10), 200).await;
    let prune = async |now| shop.db.prune(Ending::Events, now).await.unwrap();
    assert_eq!(prune(at(1) + KEPT - TimeDelta::microseconds(1)).await, 0);
    assert_eq!(prune(at(1) + KEPT).await, 1);
    assert_eq!(list(&shop, to.id, everything()).await.items[0].created_at, at(2));
    assert_eq!(shop.number("SELECT COUNT(*) FROM webhook_attempts").await, 0);
    let many: Vec<_> = (0..2_500).map(|second| event(EventKind::StockLow, second)).collect();
    happen(&shop, &many).await;
    assert_eq!(prune(at(9_999) + KEPT).await, 2_501);
}
