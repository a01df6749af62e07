//! The caller's own live sessions.

use super::{Answer, Audience, Outcome, Shop, answer};
use crate::extract::{At, Bearer, IfNoneMatch};
use domain::account::SessionView;
use domain::page::Page;
use domain::{Doc, SessionId, Version};

/// Lists the account's live sessions on one page, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/auth/sessions",
    operation_id = "listSessions",
    tag = "accounts",
    responses((status = 200, description = "The sessions; at most 20.", body = Answer<Page<SessionView>>)),
    security(("bearer" = []))
)]
pub(crate) async fn list(shop: Shop, bearer: Bearer, cached: IfNoneMatch) -> Outcome {
    let actor = bearer.confirm().await?;
    let sessions = shop.accounts.sessions(&actor).await?;
    let sessions = sessions.map(|items| Doc::encode(Version::NONE, &Page::whole(items)));
    Ok(answer::read(&sessions, Audience::Person, &cached))
}

/// Ends one of the account's sessions; its token is refused from the next request on.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/sessions/{id}",
    operation_id = "endSession",
    tag = "accounts",
    params(("id" = String, Path, description = "The session.")),
    responses((status = 204, description = "The session has ended.")),
    security(("bearer" = []))
)]
pub(crate) async fn end(shop: Shop, bearer: Bearer, At(session): At<SessionId>) -> Outcome {
    let actor = bearer.confirm().await?;
    shop.accounts.end_session(&actor, session).await?;
    Ok(answer::nothing())
}
