//! Many webhooks at once: one that answers slowly holds up no other, and no receiver is overrun.

use crate::stage::{Stage, answer};
use domain::RepositoryError;
use std::time::Duration;
use tokio::sync::oneshot;
use url::Host;

#[tokio::test]
async fn a_slow_receiver_holds_up_nobody_but_itself() {
    let slow = |webhook: &webhooks::Sendable| match webhook.url.host() {
        Host::Domain("slow.example") => None,
        _ => Some(answer(200)),
    };
    let mut stage = Stage::new(slow);
    let (held, quick) =
        (stage.endpoint("https://slow.example").await, stage.endpoint("https://quick.example").await);
    for _ in 0..20 {
        stage.happen(None).await;
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { drop(stopped.await) };
    let running = tokio::spawn(stage.dispatcher().run(Duration::from_millis(1), stopped));
    let (mut to_slow, mut to_quick) = (0, 0);
    while to_quick < 20 {
        match stage.sent.recv().await.unwrap().url.host() {
            Host::Domain("slow.example") => to_slow += 1,
            _ => to_quick += 1,
        }
    }
    assert!(to_slow <= 4, "{to_slow} are under way to one receiver");
    while stage.view(quick).await.pending > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.view(held).await.pending, 20);
    drop(stop);
    running.await.unwrap();
}

#[tokio::test]
async fn an_endpoint_that_nothing_can_be_claimed_for_stops_no_other_and_is_reported_once() {
    let mut stage = Stage::new(|_| Some(answer(200)));
    let (stuck, other) =
        (stage.endpoint("https://a.example").await, stage.endpoint("https://b.example").await);
    stage.happen(None).await;
    let mut dispatcher = stage.dispatcher();
    stage.shop.fail_next_begin_with(RepositoryError::Unexpected("unreadable".to_owned()));
    assert_eq!(dispatcher.pass().await, 1);
    assert_eq!(stage.sent()[0].url.host(), Host::Domain("b.example"));
    assert_eq!((stage.view(stuck).await.pending, stage.view(other).await.pending), (1, 0));
    stage.shop.fail_next_begin_with(RepositoryError::Unexpected("unreadable".to_owned()));
    assert_eq!(dispatcher.pass().await, 0);
    assert_eq!(dispatcher.pass().await, 1);
    let text = logs::recorded();
    let warnings: Vec<_> = text.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(warnings.len(), 1, "{text}");
    assert!(warnings[0].contains(&format!("endpoint={stuck}")) && !text.contains("a.example"), "{text}");
    assert!(text.contains("webhooks can be claimed again"), "{text}");
}

#[tokio::test]
async fn a_database_that_is_away_costs_nothing_but_time() {
    let stage = Stage::new(|_| Some(answer(200)));
    let endpoint = stage.endpoint("https://example.com").await;
    stage.happen(None).await;
    let away = || RepositoryError::Unavailable("gone".to_owned());
    let mut dispatcher = stage.dispatcher();
    stage.shop.fail_next_read_with(away());
    assert_eq!(dispatcher.pass().await, 0);
    stage.shop.fail_next_begin_with(away());
    assert_eq!(dispatcher.pass().await, 0);
    assert_eq!(dispatcher.pass().await, 1);
    assert_eq!(stage.view(endpoint).await.pending, 0);

    stage.happen(None).await;
    stage.shop.fail_next_commit_with(away());
    assert_eq!((dispatcher.pass().await, stage.view(endpoint).await.pending), (0, 1), "nobody claimed it");
    assert_eq!(dispatcher.pass().await, 1);
    assert_eq!(stage.view(endpoint).await.pending, 0);
}
