//! Endpoints that keep failing are left alone, and nothing for them is lost.

use crate::stage::{Stage, answer};
use chrono::TimeDelta;
use domain::Clock;
use domain::webhook::{
    ATTEMPTS, DeliveryStatus, EndpointChange, EndpointStatus, ParkReason, StaffState, TargetUrl,
    WebhookError, WebhookService,
};
use domain::{DeliveryId, EndpointId};

fn to(state: StaffState) -> EndpointChange {
    EndpointChange { state: Some(state), ..EndpointChange::default() }
}

#[tokio::test]
async fn an_endpoint_that_fails_all_night_is_parked_and_gets_everything_when_it_is_resumed() {
    let mut stage = Stage::new(|_| Some(answer(503)));
    let endpoint = stage.endpoint("https://example.com/hooks").await;
    for version in 1..=3 {
        stage.happen(Some((1, version))).await;
    }
    stage.happen(None).await;
    let (mut dispatcher, begun) = (stage.dispatcher(), stage.clock.now());
    while stage.view(endpoint).await.status == EndpointStatus::Active {
        dispatcher.pass().await;
        stage.clock.advance(TimeDelta::minutes(10));
    }
    let parked = stage.view(endpoint).await;
    assert_eq!((parked.parked_because, parked.pending), (Some(ParkReason::Failing), 4));
    let night = parked.parked_at.unwrap() - begun;
    assert!((12..24).contains(&night.num_hours()) && parked.failures >= 10, "{night} {}", parked.failures);
    assert_eq!(parked.failing_since, Some(begun));
    stage.sent();

    stage.happen(None).await;
    stage.clock.advance(TimeDelta::days(3));
    assert_eq!(dispatcher.pass().await, 0, "it is left alone");
    stage.receivers(|_| Some(answer(200)));
    let resumed =
        stage.service.change(endpoint, to(StaffState::Active)).await.unwrap().value.decode().unwrap();
    assert_eq!((resumed.status, resumed.failures, resumed.pending), (EndpointStatus::Active, 0, 5));
    while dispatcher.pass().await > 0 {}
    let sequences: Vec<_> = stage
        .sent()
        .iter()
        .map(|one| serde_json::from_slice::<serde_json::Value>(&one.body).unwrap()["sequence"].as_i64())
        .collect();
    assert_eq!(sequences.iter().flatten().copied().collect::<Vec<_>>(), [1, 2, 3], "in their order");
    assert_eq!((sequences.len(), stage.view(endpoint).await.pending), (5, 0), "nothing was lost");
    let tried = stage.deliveries(endpoint).await;
    assert!(tried[0].attempts > 10 && tried[2].attempts == 1, "what was tried stays counted");
}

#[tokio::test]
async fn one_message_that_is_always_refused_stops_no_other() {
    let mut stage = Stage::new(|webhook| {
        let of_order = String::from_utf8_lossy(&webhook.body).contains("order.paid");
        Some(answer(if of_order { 400 } else { 200 }))
    });
    let endpoint = stage.endpoint("https://example.com/hooks").await;
    stage.happen(Some((1, 1))).await;
    let mut dispatcher = stage.dispatcher();
    while stage.deliveries(endpoint).await[0].status == DeliveryStatus::Pending {
        assert_eq!(stage.view(endpoint).await.status, EndpointStatus::Active);
        dispatcher.pass().await;
        stage.clock.advance(TimeDelta::minutes(10));
    }
    let refused = &stage.deliveries(endpoint).await[0];
    assert_eq!((refused.status, refused.attempts), (DeliveryStatus::Failed, ATTEMPTS));
    let quiet = stage.view(endpoint).await;
    assert_eq!((quiet.status, quiet.failures), (EndpointStatus::Active, ATTEMPTS));
    stage.sent();
    stage.happen(None).await;
    assert_eq!((dispatcher.pass().await, stage.sent().len()), (1, 1));
    assert_eq!(stage.view(endpoint).await.failures, 0);
}

#[tokio::test]
async fn an_endpoint_that_moves_begins_anew_and_stays_held_where_it_is_held() {
    let mut stage = Stage::new(|webhook| {
        let moved = webhook.url.as_str().contains("new.example");
        Some(answer(if moved { 200 } else { 500 }))
    });
    let endpoint = stage.endpoint("https://old.example").await;
    let elsewhere = |url: &str| {
        let url = Some(TargetUrl::parse(url).unwrap());
        EndpointChange { url, ..EndpointChange::default() }
    };
    stage.happen(None).await;
    let mut dispatcher = stage.dispatcher();
    for _ in 0..9 {
        assert_eq!(dispatcher.pass().await, 1);
        stage.clock.set(stage.only().delivery.next_attempt_at);
    }
    assert_eq!(dispatcher.pass().await, 1);
    assert_eq!(dispatcher.pass().await, 0, "its time has not come");
    stage.service.change(endpoint, elsewhere("https://new.example")).await.unwrap();
    assert_eq!(stage.view(endpoint).await.failures, 0);
    assert_eq!(dispatcher.pass().await, 1, "it does not wait for what failed elsewhere");
    assert_eq!(stage.view(endpoint).await.pending, 0);

    stage.service.change(endpoint, elsewhere("https://old.example")).await.unwrap();
    stage.receivers(|_| Some(answer(410)));
    stage.happen(None).await;
    assert_eq!(dispatcher.pass().await, 1);
    let held = stage.service.change(endpoint, elsewhere("https://new.example")).await.unwrap();
    let held = held.value.decode().unwrap();
    assert_eq!((held.status, held.failures, held.pending), (EndpointStatus::Parked, 0, 1));
    assert_eq!(dispatcher.pass().await, 0, "staff have not said that it is to be sent to");
    stage.receivers(|_| Some(answer(200)));
    stage.service.change(endpoint, to(StaffState::Active)).await.unwrap();
    stage.sent();
    assert_eq!((dispatcher.pass().await, stage.sent()[0].url.as_str()), (1, "https://new.example/"));
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_parked_at_once() {
    let stage = Stage::new(|_| Some(answer(410)));
    let endpoint = stage.endpoint("https://example.com/hooks").await;
    stage.happen(None).await;
    let mut dispatcher = stage.dispatcher();
    assert_eq!(dispatcher.pass().await, 1);
    let parked = stage.view(endpoint).await;
    assert_eq!((parked.status, parked.parked_because), (EndpointStatus::Parked, Some(ParkReason::Gone)));
    stage.clock.advance(TimeDelta::days(1));
    assert_eq!(dispatcher.pass().await, 0);
    assert_eq!(stage.deliveries(endpoint).await[0].status, DeliveryStatus::Pending, "it waits");
}

#[tokio::test]
async fn what_staff_pause_waits_and_what_they_remove_is_gone() {
    let mut stage = Stage::new(|_| Some(answer(200)));
    let endpoint = stage.endpoint("https://example.com/hooks").await;
    stage.service.change(endpoint, to(StaffState::Paused)).await.unwrap();
    stage.happen(None).await;
    let mut dispatcher = stage.dispatcher();
    assert_eq!(dispatcher.pass().await, 0);
    stage.service.change(endpoint, to(StaffState::Active)).await.unwrap();
    assert_eq!(dispatcher.pass().await, 1);
    stage.happen(None).await;
    stage.service.remove(endpoint).await.unwrap();
    assert_eq!((dispatcher.pass().await, stage.sent().len()), (0, 1));

    let (nowhere, nothing) = (EndpointId(999), DeliveryId(999));
    let other = stage.endpoint("https://example.com/other").await;
    for refused in [
        stage.service.remove(nowhere).await.err(),
        stage.service.secret(nowhere).await.err(),
        stage.service.rotate(nowhere).await.err(),
        stage.service.change(nowhere, to(StaffState::Active)).await.err(),
        stage.service.replay(other, nothing).await.err(),
    ] {
        assert!(matches!(refused, Some(WebhookError::NotFound)), "{refused:?}");
    }
}
