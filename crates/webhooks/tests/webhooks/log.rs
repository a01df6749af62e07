//! What sending leaves in the log: what needs somebody, and nothing that is secret.

use crate::stage::{Stage, answer};
use domain::webhook::WebhookService;

#[tokio::test]
async fn an_endpoint_that_is_parked_is_reported_by_its_host_alone() {
    let stage = Stage::new(|_| Some(answer(410)));
    let endpoint = stage.endpoint("https://example.com/T0KEN?key=hunter2").await;
    let secret = stage.service.secret(endpoint).await.unwrap().value.current.expose();
    stage.happen(None).await;
    stage.dispatcher().pass().await;
    let text = logs::recorded();
    let warnings: Vec<_> = text.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(warnings.len(), 1, "{text}");
    for part in ["parked", "host=example.com", &format!("endpoint={endpoint}"), "failures=1"] {
        assert!(warnings[0].contains(part), "no {part} in {}", warnings[0]);
    }
    for hidden in ["T0KEN", "hunter2", "payload", secret.as_str(), &secret["whsec_".len()..]] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}
