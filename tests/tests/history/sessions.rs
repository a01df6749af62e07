//! Who signs in, uses the token at every instance, and signs out. A token must be good from its sign-in on and refused from
//! its sign-out on.

use crate::client::{Client, LOST, Question, Reply};
use crate::history::Entity;
use crate::shopping::A_MOMENT;
use reqwest::Method;
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;
use system_tests::PASSWORD;

/// A session that is not there yet.
const NOT_YET: i64 = 0;
/// A session that is good.
pub(crate) const LIVE: i64 = 1;
/// A session that has ended.
pub(crate) const ENDED: i64 = 2;

/// The session that a customer has, for all who use it.
#[derive(Clone, Default)]
pub(crate) struct Current(Arc<Mutex<Option<Session>>>);

#[derive(Clone)]
struct Session {
    entity: Entity,
    token: String,
    /// When signing out began: a refusal before that is of a session that is not there yet.
    ending: Arc<OnceLock<Instant>>,
}

/// Signs in and out again and again.
pub(crate) async fn come_and_go(mut client: Client, email: String, current: Current) {
    while client.goes_on() {
        let Some(session) = sign_in(&mut client, &email).await else { continue };
        *current.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(session.clone());
        for _ in 0..4 {
            try_token(&mut client, &session).await;
            client.think(A_MOMENT).await;
        }
        sign_out(&mut client, &session).await;
        for _ in 0..4 {
            try_token(&mut client, &session).await;
        }
    }
}

/// Uses a customer's token again and again, wherever the customer is in life.
pub(crate) async fn use_token(mut client: Client, current: Current) {
    while client.goes_on() {
        let session = current.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(session) = session {
            try_token(&mut client, &session).await;
        }
        client.think(A_MOMENT).await;
    }
}

async fn sign_in(client: &mut Client, email: &str) -> Option<Session> {
    static SESSIONS: AtomicU64 = AtomicU64::new(1);
    client.token.clear();
    let body = Some(json!({ "email": email, "password": PASSWORD }));
    let question = Question { method: Method::POST, path: "/auth/signin", body, version: None };
    let reply = client.ask(question, &[200]).await;
    let token = reply.body["data"]["token"].as_str()?.to_owned();
    let entity = Entity::Session(SESSIONS.fetch_add(1, Ordering::Relaxed));
    client.wrote(&reply, entity, LIVE);
    Some(Session { entity, token, ending: Arc::default() })
}

/// Signs out, and asks again where the outcome is unknown.
async fn sign_out(client: &mut Client, session: &Session) {
    client.token.clone_from(&session.token);
    let mut lost = false;
    while client.goes_on() {
        session.ending.get_or_init(Instant::now);
        let question = Question { method: Method::POST, path: "/auth/signout", body: None, version: None };
        let reply = client.ask(question, &[204, 401]).await;
        match reply.status {
            204 => return client.wrote(&reply, session.entity, ENDED),
            LOST => {
                lost = true;
                client.wrote(&reply, session.entity, ENDED);
                client.wonder().await;
            }
            401 if lost => return client.saw(&reply, session.entity, ENDED),
            401 => {
                client.saw(&reply, session.entity, NOT_YET);
                client.think(A_MOMENT).await;
            }
            _ => return,
        }
    }
}

async fn try_token(client: &mut Client, session: &Session) {
    client.token.clone_from(&session.token);
    let question = Question { method: Method::GET, path: "/cart", body: None, version: None };
    let reply = client.ask(question, &[200, 401]).await;
    if let Some(version) = shown(&reply, session) {
        client.saw(&reply, session.entity, version);
    }
}

fn shown(reply: &Reply, session: &Session) -> Option<i64> {
    match reply.status {
        200 => Some(LIVE),
        401 if session.ending.get().is_some_and(|ending| *ending < reply.answered) => Some(ENDED),
        401 => Some(NOT_YET),
        _ => None,
    }
}
