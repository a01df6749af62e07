//! Notes of when a session was last used.

use crate::shop::Shop;
use async_trait::async_trait;
use auth::{Authenticator, SignedIn};
use chrono::TimeDelta;
use domain::account::SessionActivity;
use domain::{Clock, RepositoryError, SessionId, Timestamp};
use secrecy::ExposeSecret;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Takes notes where a test can wait for them, and then says that it could not.
struct Notes(UnboundedSender<(SessionId, Timestamp)>);

#[async_trait]
impl SessionActivity for Notes {
    async fn touch(&self, session: &SessionId, at: Timestamp) -> Result<(), RepositoryError> {
        self.0.send((session.clone(), at)).expect("the test listens");
        Err(RepositoryError::Unavailable("gone".to_owned()))
    }
}

fn notes() -> (Arc<Notes>, UnboundedReceiver<(SessionId, Timestamp)>) {
    let (sender, receiver) = unbounded_channel();
    (Arc::new(Notes(sender)), receiver)
}

async fn ask(sessions: &impl Authenticator, device: &SignedIn) -> SessionId {
    let token = sessions.verify(device.token.expose_secret()).expect("the token is good");
    let actor = sessions.admit(&token).await.expect("a note that fails costs nobody the request");
    actor.session().clone()
}

#[tokio::test]
async fn use_is_noted_at_most_every_five_minutes_per_session() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let (activity, mut noted) = notes();
    let sessions = shop.sessions_noting(activity);

    let began = shop.clock.now();
    let mut session = None;
    for _ in 0..=11 * 60 {
        session = Some(ask(&sessions, &device).await);
        shop.clock.advance(TimeDelta::seconds(1));
    }
    drop(sessions);
    let mut all = Vec::new();
    while let Some((of, at)) = noted.recv().await {
        assert_eq!(Some(of), session);
        all.push((at - began).num_seconds());
    }
    assert_eq!(all, [300, 600]);
}

#[tokio::test]
async fn each_session_is_noted_for_itself() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let (phone, laptop) = (shop.sign_in("ada").await, shop.sign_in("ada").await);
    let (activity, mut noted) = notes();
    let sessions = shop.sessions_noting(activity);
    shop.clock.advance(TimeDelta::minutes(5));
    let asked = [ask(&sessions, &phone).await, ask(&sessions, &laptop).await];
    let heard = [noted.recv().await.unwrap().0, noted.recv().await.unwrap().0];
    assert_eq!(asked, heard);
}
