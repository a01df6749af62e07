//! The use cases of accounts over the domain's ports. Passwords are hashed and checked outside every transaction, because
//! that takes long, and what was checked is looked at again under the lock.

mod administration;
mod password_change;
mod recovery;
mod sign_in;
mod sign_up;

pub use sign_up::StaffError;

use crate::post::Postbox;
use crate::throttle::Throttles;
use crate::{
    AccountError, AccountPatch, AccountService, Actor, Client, IdleLimit, Password, PasswordError, Passwords,
    ProfilePatch, SignIn, SignInError, SignUp, SignUpError, SignedIn, ThrottleLimits, Tokens,
};
use async_trait::async_trait;
use domain::account::{AccountReader, Session, SessionView, UserView};
use domain::throttle::Throttle;
use domain::{Clock, Doc, Entropy, RepositoryError, SessionId, Sourced, UnitOfWork, Units, UserId};
use std::sync::Arc;

/// What the use cases of accounts stand on.
pub struct AccountsOptions {
    /// Runs the units of work.
    pub units: Units,
    /// Reads accounts; the cached one, so that signing in leaves the account's state in the cache.
    pub reader: Arc<dyn AccountReader>,
    /// Hashes passwords.
    pub passwords: Arc<Passwords>,
    /// Makes tokens.
    pub tokens: Arc<Tokens>,
    /// How often what may be tried.
    pub limits: ThrottleLimits,
    /// Counts the tries.
    pub throttle: Arc<dyn Throttle>,
    /// How long a session may go unused.
    pub idle: IdleLimit,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes session identifiers.
    pub entropy: Arc<dyn Entropy>,
}

/// The accounts of the shop.
pub struct Accounts {
    units: Units,
    reader: Arc<dyn AccountReader>,
    passwords: Arc<Passwords>,
    tokens: Arc<Tokens>,
    throttles: Throttles,
    idle: IdleLimit,
    postbox: Postbox,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Accounts {
    /// Puts the use cases together. They have no messages sent.
    pub fn new(options: AccountsOptions) -> Self {
        let AccountsOptions { units, reader, passwords, tokens, limits, throttle, idle, clock, entropy } =
            options;
        let throttles = Throttles::new(limits, &throttle);
        let postbox = Postbox::closed();
        Self { units, reader, passwords, tokens, throttles, idle, postbox, clock, entropy }
    }

    /// Has messages sent by whoever empties this box.
    #[must_use]
    pub fn with_postbox(self, postbox: Postbox) -> Self {
        Self { postbox, ..self }
    }
}

#[async_trait]
impl AccountService for Accounts {
    async fn sign_up(&self, new: SignUp, client: &Client) -> Result<Sourced<Doc<UserView>>, SignUpError> {
        self.make_customer(new, client).await
    }

    async fn sign_in(&self, given: SignIn, client: &Client) -> Result<Sourced<SignedIn>, SignInError> {
        self.begin_session(&given, client).await
    }

    async fn sign_out(&self, actor: &Actor) -> Result<(), RepositoryError> {
        let (user, session) = (actor.user, actor.session.clone());
        let end = move |mut work: Box<dyn UnitOfWork>| {
            let session = session.clone();
            async move {
                // One that has ended is ended again: the actor was admitted by a copy that does not know.
                work.sessions().end(user, &session).await?;
                work.commit().await?;
                Ok(())
            }
        };
        self.units.run(end).await
    }

    async fn sign_out_all(&self, actor: &Actor) -> Result<(), RepositoryError> {
        let user = actor.user;
        let end_all = move |mut work: Box<dyn UnitOfWork>| async move {
            work.sessions().end_all(user, None).await?;
            work.commit().await?;
            Ok(())
        };
        self.units.run(end_all).await
    }

    async fn sessions(&self, actor: &Actor) -> Result<Sourced<Vec<SessionView>>, RepositoryError> {
        let now = self.clock.now();
        let sessions = self.reader.sessions(actor.user, now).await?;
        let is_live = |session: &&Session| !self.idle.is_over(session.last_seen_at, now);
        let view = |session: &Session| SessionView::of(session, &actor.session);
        Ok(sessions.map(|sessions| sessions.iter().filter(is_live).map(view).collect()))
    }

    async fn end_session(&self, actor: &Actor, session: SessionId) -> Result<(), AccountError> {
        let user = actor.user;
        let end = move |mut work: Box<dyn UnitOfWork>| {
            let session = session.clone();
            async move {
                let ended = work.sessions().end(user, &session).await?;
                ended.then_some(()).ok_or(AccountError::NotFound)?;
                work.commit().await?;
                Ok(())
            }
        };
        self.units.run(end).await
    }

    async fn profile(&self, actor: &Actor) -> Result<Sourced<Doc<UserView>>, AccountError> {
        self.reader.profile(actor.user).await?.ok_or(AccountError::NotFound)
    }

    async fn change_profile(
        &self,
        actor: &Actor,
        patch: ProfilePatch,
    ) -> Result<Sourced<Doc<UserView>>, AccountError> {
        self.edit_profile(actor.user, patch).await
    }

    async fn change_password(
        &self,
        actor: &Actor,
        current: Password,
        new: Password,
        client: &Client,
    ) -> Result<(), PasswordError> {
        self.replace_password(actor, &current, new, client).await
    }

    async fn administer(
        &self,
        user: UserId,
        patch: AccountPatch,
    ) -> Result<Sourced<Doc<UserView>>, AccountError> {
        self.edit_account(user, patch).await
    }
}
