//! Whether the shop serves, by what it stands on.

use crate::harness::Api;
use crate::stubs::Part;
use domain::health::{Dependency, Importance};
use std::sync::Arc;

fn standing_on(database: bool, cache: bool) -> Api {
    let parts: [Arc<dyn Dependency>; 2] = [
        Arc::new(Part("postgres", Importance::Required, database)),
        Arc::new(Part("redis", Importance::Optional, cache)),
    ];
    Api::standing_on(parts.to_vec())
}

#[actix_web::test]
async fn a_cache_that_is_down_degrades_and_a_database_stops() {
    let answer = standing_on(true, true).get("/health/ready").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["status"]), (200, &"ready".into()));
    let answer = standing_on(true, false).get("/health/ready").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["status"]), (200, &"degraded".into()));
    assert_eq!(answer.json()["dependencies"][1]["up"], false);
    let answer = standing_on(false, true).get("/health/ready").await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (503, "unavailable"));
    assert_eq!(answer.json()["dependencies"][0]["name"], "postgres");
    assert!(answer.header("retry-after").is_some());
    assert!(!answer.text.contains("hidden reason"));
}

#[actix_web::test]
async fn the_process_lives_whatever_it_stands_on() {
    assert_eq!(standing_on(false, false).get("/health/live").await.status.as_u16(), 200);
}
