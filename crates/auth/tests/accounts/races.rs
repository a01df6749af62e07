//! What happens between the check of a password and the lock on its account, and what is read after the commit.

use crate::shop::{PASSWORD, Shop, client, password};
use async_trait::async_trait;
use auth::{AccountService, PasswordError, SignInError};
use domain::account::{
    AccountReader, AccountState, Credentials, EmailAddress, PasswordHash, Session, User, UserView,
};
use domain::testing::MemoryShop;
use domain::{Doc, RepositoryError, Sourced, Timestamp, UnitsOfWork, UserId};
use std::sync::{Mutex, PoisonError};

/// A reader that keeps what it answered about accounts' states, and lets an account change right after its hash was read.
pub(crate) struct WatchedReader {
    memory: MemoryShop,
    meanwhile: Mutex<Option<Credentials>>,
    states: Mutex<Vec<AccountState>>,
    broken: Mutex<Option<RepositoryError>>,
}

impl WatchedReader {
    pub(crate) fn new(memory: MemoryShop) -> Self {
        Self { memory, meanwhile: Mutex::default(), states: Mutex::default(), broken: Mutex::default() }
    }

    /// Changes an account after the next time that its hash is read.
    fn change_meanwhile(&self, to: Credentials) {
        *lock(&self.meanwhile) = Some(to);
    }

    async fn interfere(&self) -> Result<(), RepositoryError> {
        let change = lock(&self.meanwhile).take();
        if let Some(Credentials { user, password }) = change {
            let mut work = self.memory.begin().await?;
            work.users().save(&user).await?;
            work.users().set_password(user.id, &password).await?;
            work.commit().await?;
        }
        Ok(())
    }
}

#[async_trait]
impl AccountReader for WatchedReader {
    async fn state(&self, user: UserId) -> Result<Option<Sourced<Doc<AccountState>>>, RepositoryError> {
        if let Some(error) = lock(&self.broken).take() {
            return Err(error);
        }
        let state = AccountReader::state(&self.memory, user).await?;
        let read = state.iter().map(|state| state.value.decode().expect("it is a state"));
        lock(&self.states).extend(read);
        Ok(state)
    }

    async fn profile(&self, user: UserId) -> Result<Option<Sourced<Doc<UserView>>>, RepositoryError> {
        self.memory.profile(user).await
    }

    async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Sourced<Vec<Session>>, RepositoryError> {
        self.memory.sessions(user, now).await
    }

    async fn credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, RepositoryError> {
        let read = self.memory.credentials(email).await;
        self.interfere().await?;
        read
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, RepositoryError> {
        let read = self.memory.credentials_of(user).await;
        self.interfere().await?;
        read
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hashes a password as `Shop::open` would, with another salt.
async fn hash_of(text: &str) -> PasswordHash {
    let elsewhere = Shop::open();
    let user = elsewhere.customer("elsewhere").await;
    let device = elsewhere.sign_in("elsewhere").await;
    let actor = elsewhere.actor(&device).await;
    let here = client();
    let change = elsewhere.accounts.change_password(&actor, password(PASSWORD), password(text), &here);
    change.await.expect("the current password is right");
    elsewhere.stored(user).password
}

#[tokio::test]
async fn an_account_disabled_after_the_check_is_refused() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let Credentials { user, password } = shop.stored(ada);
    shop.reader.change_meanwhile(Credentials { user: User { disabled: true, ..user }, password });
    assert!(matches!(shop.try_sign_in("ada", PASSWORD).await, Err(SignInError::Refused)));
    assert!(shop.memory.state().sessions.is_empty());
}

#[tokio::test]
async fn a_password_changed_after_the_check_is_refused() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let password = hash_of("another password").await;
    shop.reader.change_meanwhile(Credentials { password, ..shop.stored(ada) });
    assert!(matches!(shop.try_sign_in("ada", PASSWORD).await, Err(SignInError::Refused)));
    assert!(shop.memory.state().sessions.is_empty());
}

#[tokio::test]
async fn a_hash_renewed_after_the_check_is_checked_anew() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let password = hash_of(PASSWORD).await;
    assert_ne!(password, shop.stored(ada).password);
    shop.reader.change_meanwhile(Credentials { password, ..shop.stored(ada) });
    assert!(shop.try_sign_in("ada", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_password_changed_by_somebody_else_is_not_overwritten() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let actor = shop.actor(&device).await;
    let theirs = hash_of("their password").await;
    shop.reader.change_meanwhile(Credentials { password: theirs.clone(), ..shop.stored(ada) });
    let here = client();
    let change =
        shop.accounts.change_password(&actor, password(PASSWORD), password("our better password"), &here);
    assert!(matches!(change.await, Err(PasswordError::Wrong)));
    assert_eq!(shop.stored(ada).password, theirs);
}

#[tokio::test]
async fn the_state_is_read_once_after_signing_in_with_the_session_in_it() {
    let shop = Shop::open();
    shop.customer("ada").await;
    let device = shop.sign_in("ada").await;
    let states = lock(&shop.reader.states).clone();
    assert_eq!(states.len(), 1);
    assert!(states[0].live(shop.actor(&device).await.session(), device.user.created_at).is_some());
}

#[tokio::test]
async fn a_state_that_cannot_be_read_then_costs_nobody_the_session() {
    let shop = Shop::open();
    shop.customer("ada").await;
    *lock(&shop.reader.broken) = Some(RepositoryError::Unavailable("gone".to_owned()));
    let device = shop.sign_in("ada").await;
    assert!(shop.is_live(&device).await);
}
