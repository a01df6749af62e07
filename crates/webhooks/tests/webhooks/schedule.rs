//! When a webhook is sent, and how it is recognised when it comes again.

use crate::stage::{Stage, answer};
use chrono::TimeDelta;
use domain::Clock;
use domain::webhook::{ATTEMPTS, DeliveryStatus, Outcome, SecretKeeper, WebhookService};
use std::collections::BTreeSet;
use std::time::Duration;
use webhooks::{SigningKeys, signature};

#[tokio::test]
async fn a_receiver_that_fails_is_tried_again_and_knows_the_event_by_its_id() {
    let mut stage = Stage::new(|_| Some(answer(500)));
    let endpoint = stage.endpoint("https://example.com/hooks").await;
    stage.happen(Some((1, 1))).await;
    let mut dispatcher = stage.dispatcher();
    for attempt in 1..=3 {
        assert_eq!(dispatcher.pass().await, 1, "attempt {attempt}");
        assert_eq!(dispatcher.pass().await, 0, "not at once");
        stage.clock.set(stage.only().delivery.next_attempt_at - TimeDelta::microseconds(1));
        assert_eq!(dispatcher.pass().await, 0, "not too early");
        stage.clock.advance(TimeDelta::microseconds(1));
    }
    stage.receivers(|_| Some(answer(204)));
    assert_eq!((dispatcher.pass().await, dispatcher.pass().await), (1, 0));
    assert_eq!(stage.view(endpoint).await.failures, 0);

    let [delivery] = stage.deliveries(endpoint).await.try_into().unwrap();
    let statuses: Vec<_> = delivery.log.iter().filter_map(|attempt| attempt.status).collect();
    assert_eq!((delivery.status, statuses), (DeliveryStatus::Delivered, vec![500, 500, 500, 204]));
    let sent = stage.sent();
    assert!(sent.iter().all(|one| one.id == delivery.event_id && one.body == sent[0].body));
    let times: BTreeSet<_> = sent.iter().map(|one| one.timestamp).collect();
    assert_eq!((sent.len(), times.len()), (4, 4), "each is signed for its own moment");
}

#[tokio::test]
async fn a_delivery_that_never_succeeds_is_given_up_and_sent_again_when_staff_want_it() {
    let mut stage = Stage::new(|_| Some(answer(400)));
    let endpoint = stage.endpoint("https://example.com/hooks").await;
    stage.happen(Some((1, 1))).await;
    let (mut dispatcher, begun) = (stage.dispatcher(), stage.clock.now());
    for _ in 1..ATTEMPTS {
        assert_eq!(dispatcher.pass().await, 1);
        stage.clock.set(stage.only().delivery.next_attempt_at);
    }
    assert_eq!(dispatcher.pass().await, 1);
    let given_up = stage.only().delivery;
    assert_eq!((given_up.status, given_up.attempts), (DeliveryStatus::Failed, ATTEMPTS));
    assert!((57..=85).contains(&(stage.clock.now() - begun).num_hours()));
    stage.clock.advance(TimeDelta::days(7));
    assert_eq!(dispatcher.pass().await, 0);
    assert_eq!(stage.view(endpoint).await.failed, 1);

    let before = stage.sent();
    stage.receivers(|_| Some(answer(200)));
    let replayed = stage.service.replay(endpoint, given_up.id).await.unwrap().value.decode().unwrap();
    assert_eq!((replayed.status, replayed.attempts), (DeliveryStatus::Pending, 0));
    assert_eq!(dispatcher.pass().await, 1);
    let after = stage.sent();
    assert_eq!((before.len(), after.len()), (24, 1));
    assert_eq!((&after[0].id, &after[0].body), (&before[0].id, &before[0].body));
    let [delivery] = stage.deliveries(endpoint).await.try_into().unwrap();
    assert_eq!((delivery.status, delivery.attempts, delivery.log.len()), (DeliveryStatus::Delivered, 1, 25));
}

#[tokio::test]
async fn who_is_asked_to_wait_waits() {
    let stage =
        Stage::new(|_| Some(Outcome::Answered { status: 429, retry_after: Some(TimeDelta::minutes(10)) }));
    stage.endpoint("https://example.com/hooks").await;
    stage.happen(None).await;
    let mut dispatcher = stage.dispatcher();
    assert_eq!(dispatcher.pass().await, 1);
    stage.clock.advance(TimeDelta::minutes(10) - TimeDelta::microseconds(1));
    assert_eq!(dispatcher.pass().await, 0);
    stage.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(dispatcher.pass().await, 1);
}

/// An instance that dies between the receiver's answer and its noting looks just like one that never heard the answer.
#[tokio::test]
async fn what_a_dead_instance_had_sent_is_sent_again_by_another_under_the_same_id() {
    let mut stage = Stage::new(|_| None);
    let endpoint = stage.endpoint("https://example.com/hooks").await;
    stage.happen(Some((1, 1))).await;
    let died = tokio::spawn(stage.dispatcher().run(Duration::from_millis(1), std::future::pending()));
    let first = stage.sent.recv().await.unwrap();
    died.abort();
    assert!(died.await.unwrap_err().is_cancelled());

    stage.receivers(|_| Some(answer(200)));
    let mut other = stage.dispatcher();
    assert_eq!(other.pass().await, 0, "it may still be alive");
    stage.clock.set(stage.only().delivery.claimed_until.unwrap());
    assert_eq!((other.pass().await, other.pass().await), (1, 0));
    let [again] = stage.sent().try_into().unwrap();
    assert_eq!((&again.id, &again.body), (&first.id, &first.body));
    assert_eq!(stage.deliveries(endpoint).await[0].log.len(), 1);
}

#[tokio::test]
async fn webhooks_are_signed_with_the_secret_that_staff_see_and_for_a_day_with_the_one_before() {
    let mut stage = Stage::new(|_| Some(answer(200)));
    let endpoint = stage.endpoint("https://example.com/hooks").await;
    let secret = stage.service.secret(endpoint).await.unwrap().value.current;
    let key = stage.shop.state().endpoints[&endpoint].key.clone();
    assert_eq!(secret, SigningKeys::derived_from(&[7; 32]).secret(&key.nonce, 1));
    let rotated = stage.service.rotate(endpoint).await.unwrap().value;
    assert_eq!(rotated.previous_until, Some(stage.clock.now() + TimeDelta::hours(24)));

    let mut dispatcher = stage.dispatcher();
    for (secrets, hours) in [(vec![rotated.current.clone(), secret], 24), (vec![rotated.current], 0)] {
        stage.happen(None).await;
        assert_eq!(dispatcher.pass().await, 1);
        let [sent] = stage.sent().try_into().unwrap();
        assert_eq!(sent.timestamp, stage.clock.now().timestamp());
        assert_eq!(sent.signature, signature(&secrets, &sent.id, sent.timestamp, &sent.body));
        stage.clock.advance(TimeDelta::hours(hours));
    }
    assert_eq!(stage.service.secret(endpoint).await.unwrap().value.previous_until, None);
}
