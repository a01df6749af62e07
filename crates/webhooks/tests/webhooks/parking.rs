//! Endpoints that keep failing are left alone, and nothing for them is lost.

use crate::stage::{Stage, answer};
use chrono::TimeDelta;
use domain::Clock;
use domain::webhook::{
    DeliveryStatus, EndpointChange, EndpointStatus, ParkReason, StaffState, WebhookError, WebhookService,
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
    let (mut dispatcher, begun) = (stage.dispatcher(), stage.clock.now());
    while stage.view(endpoint).await.status == EndpointStatus::Active {
        dispatcher.pass().await;
        stage.clock.advance(TimeDelta::minutes(10));
    }
    let parked = stage.view(endpoint).await;
    assert_eq!((parked.parked_because, parked.pending), (Some(ParkReason::Failing), 3));
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
    assert_eq!((resumed.status, resumed.failures, resumed.pending), (EndpointStatus::Active, 0, 4));
    while dispatcher.pass().await > 0 {}
    let sequences: Vec<_> = stage
        .sent()
        .iter()
        .map(|one| serde_json::from_slice::<serde_json::Value>(&one.body).unwrap()["sequence"].as_i64())
        .collect();
    assert_eq!(sequences.iter().flatten().copied().collect::<Vec<_>>(), [1, 2, 3], "in their order");
    assert_eq!((sequences.len(), stage.view(endpoint).await.pending), (4, 0), "nothing was lost");
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
