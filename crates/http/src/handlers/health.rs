//! Whether the process lives, and whether it can serve.

use super::{HttpResponse, Outcome, Problem, Shop, kinds};
use domain::health::{Dependency, Importance};
use futures_util::future::join_all;
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// How long a dependency may take to give a sign of life.
const PATIENCE: Duration = Duration::from_secs(2);

/// That the process answers, whatever it stands on.
#[derive(Serialize, ToSchema)]
pub(crate) struct Liveness {
    /// Always the same.
    #[schema(value_type = String, example = "live")]
    status: &'static str,
}

/// Whether the shop serves.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    status: Status,
    /// What the shop stands on.
    dependencies: Vec<DependencyHealth>,
}

/// How well the shop serves.
#[derive(Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = HealthStatus)]
enum Status {
    /// As it should.
    Ready,
    /// Slowly, because something that only makes it fast is away.
    Degraded,
}

/// Something that the shop stands on.
#[derive(Serialize, ToSchema)]
pub(crate) struct DependencyHealth {
    /// Its name.
    #[schema(value_type = String, example = "postgres")]
    name: &'static str,
    /// Whether it answered.
    up: bool,
    /// Whether the shop needs it to answer at all.
    required: bool,
}

/// Tells that the process answers.
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "live",
    tag = "operations",
    responses((status = 200, description = "The process answers.", body = Liveness))
)]
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Liveness { status: "live" })
}

/// Tells whether the shop can serve, by dependency. A cache that is down makes it degraded, not unready.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "ready",
    tag = "operations",
    responses((status = 200, description = "The shop serves.", body = Health))
)]
pub(crate) async fn ready(shop: Shop) -> Outcome {
    let dependencies = join_all(shop.dependencies.iter().map(|one| examine(one.as_ref()))).await;
    if dependencies.iter().any(|one| one.required && !one.up) {
        let problem = Problem::new(&kinds::UNAVAILABLE, "Something that the shop needs does not answer.");
        return Err(problem.member("dependencies", dependencies).retry_after(PATIENCE));
    }
    let status = if dependencies.iter().all(|one| one.up) { Status::Ready } else { Status::Degraded };
    Ok(HttpResponse::Ok().json(Health { status, dependencies }))
}

async fn examine(dependency: &dyn Dependency) -> DependencyHealth {
    let name = dependency.name();
    let checked = tokio::time::timeout(PATIENCE, dependency.check()).await;
    let failure = checked.map_or_else(|_| Some("no answer in time".to_owned()), Result::err);
    if let Some(failure) = &failure {
        tracing::warn!(dependency = name, failure, "a dependency is down");
    }
    DependencyHealth {
        name,
        up: failure.is_none(),
        required: dependency.importance() == Importance::Required,
    }
}
