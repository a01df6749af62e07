//! Sessions that go unused, on an instance that may only have an old copy of the truth.

use crate::shop::Shop;
use async_trait::async_trait;
use auth::{AccountService, Authenticator, SignedIn};
use chrono::TimeDelta;
use domain::account::{
    AccountReader, AccountState, Credentials, EmailAddress, MAX_LIVE_SESSIONS, Session, UserView,
};
use domain::testing::MemoryShop;
use domain::{Doc, RepositoryError, Sourced, Timestamp, UserId};
use secrecy::ExposeSecret;
use std::sync::Arc;
use tokio::task::yield_now;

/// After how many minutes without use a session is over: three days, and five for what was not noted.
const LIMIT: i64 = 3 * 24 * 60 + 5;

/// Answers what it answered the first time, however long ago, as a cell does.
struct Copy {
    memory: MemoryShop,
    state: Sourced<Doc<AccountState>>,
}

#[async_trait]
impl AccountReader for Copy {
    async fn state(&self, _: UserId) -> Result<Option<Sourced<Doc<AccountState>>>, RepositoryError> {
        Ok(Some(self.state.clone()))
    }

    async fn profile(&self, user: UserId) -> Result<Option<Sourced<Doc<UserView>>>, RepositoryError> {
        self.memory.profile(user).await
    }

    async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Sourced<Vec<Session>>, RepositoryError> {
        self.memory.sessions(user, now).await
    }

    async fn credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, RepositoryError> {
        self.memory.credentials(email).await
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, RepositoryError> {
        self.memory.credentials_of(user).await
    }
}

impl Shop {
    /// Sends a request, and lets the note of it be taken.
    pub(crate) async fn uses(&self, device: &SignedIn) -> bool {
        let admitted = self.is_live(device).await;
        yield_now().await;
        admitted
    }
}

#[tokio::test]
async fn a_session_that_is_not_used_is_over_and_asking_does_not_wake_it() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let [unused, used] = [shop.sign_in("ada").await, shop.sign_in("ada").await];
    shop.clock.advance(TimeDelta::minutes(LIMIT) - TimeDelta::microseconds(1));
    assert!(shop.uses(&used).await);
    shop.clock.advance(TimeDelta::microseconds(1));
    for _ in 0..3 {
        assert!(!shop.uses(&unused).await);
        assert!(shop.uses(&used).await);
        shop.clock.advance(TimeDelta::minutes(6));
    }
}

#[tokio::test]
async fn a_use_that_was_not_noted_counts() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    shop.clock.advance(TimeDelta::seconds(299));
    assert!(shop.uses(&device).await, "too soon for a note");
    shop.clock.advance(TimeDelta::days(3) - TimeDelta::seconds(1));
    assert!(shop.uses(&device).await);
}

#[tokio::test]
async fn an_old_copy_ends_no_session_that_was_used_since() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let [used, unused] = [shop.sign_in("ada").await, shop.sign_in("ada").await];
    let state = AccountReader::state(&shop.memory, ada).await.unwrap().unwrap();
    shop.clock.advance(TimeDelta::days(3));
    assert!(shop.uses(&used).await, "by another instance, which notes it");
    shop.clock.advance(TimeDelta::minutes(5));

    let elsewhere = shop.sessions_reading(Arc::new(Copy { memory: shop.memory.clone(), state }));
    let admits = async |device: &SignedIn| {
        let token = elsewhere.verify(device.token.expose_secret()).unwrap();
        elsewhere.admit(&token).await.is_ok()
    };
    assert!(admits(&used).await);
    assert!(!admits(&unused).await);
}

#[tokio::test]
async fn a_copy_of_a_former_version_ends_nobodys_session() {
    let former = r#"{"role":"customer","disabled":false,"sessions":[
        {"id":"0123456789abcdef0123456789abcdef","expiresAt":"2030-01-01T00:00:00Z"}]}"#;
    let state: AccountState = serde_json::from_str(former).unwrap();
    assert_eq!(state.sessions[0].last_seen_at, Timestamp::UNIX_EPOCH, "so that the truth is asked");
}

#[tokio::test]
async fn an_idle_session_is_not_listed_and_makes_room_before_one_that_is_used() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let used = shop.sign_in("ada").await;
    for _ in 1..MAX_LIVE_SESSIONS {
        shop.sign_in("ada").await;
    }
    shop.clock.advance(TimeDelta::minutes(LIMIT) - TimeDelta::hours(1));
    assert!(shop.uses(&used).await);
    shop.clock.advance(TimeDelta::hours(1));
    let actor = shop.actor(&used).await;
    let listed = shop.accounts.sessions(&actor).await.unwrap().value;
    assert_eq!(listed.iter().map(|session| &session.id).collect::<Vec<_>>(), [actor.session()]);

    shop.sign_in("ada").await;
    assert!(shop.is_live(&used).await, "it is the oldest, and the only other one that lives");
    assert_eq!(shop.memory.state().sessions.len(), 2);
}
