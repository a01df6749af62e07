//! Signing in. An unknown address, a wrong password and a disabled account get the same answer after the same work, so
//! that nobody learns which addresses have accounts.

use super::Accounts;
use crate::{Client, SignIn, SignInError, SignedIn};
use domain::account::{PasswordHash, Session, UserView};
use domain::cart::{CartMerge, CartTokenHash, merge};
use domain::{SessionId, Sourced, Timestamp, UnitOfWork, UserId};

/// How often the password is checked anew where its hash was replaced between the check and the lock. Another sign-in
/// that renews the hash does that once; more than that is somebody changing the password.
const ATTEMPTS: u32 = 3;

/// A session that may begin if the account still is what it was when the password was checked.
#[derive(Clone)]
struct Beginning {
    session: Session,
    idle_since: Timestamp,
    checked: PasswordHash,
    renewed: Option<PasswordHash>,
    guest_cart: Option<CartTokenHash>,
}

impl Accounts {
    pub(super) async fn begin_session(
        &self,
        given: &SignIn,
        client: &Client,
    ) -> Result<Sourced<SignedIn>, SignInError> {
        let throttled = |retry_after| SignInError::Throttled { retry_after };
        self.throttles.sign_in_from(client).await.map_err(throttled)?;
        self.throttles.password_of(&given.email, client).await.map_err(throttled)?;
        for _ in 0..ATTEMPTS {
            if let Some(signed_in) = self.attempt(given, client).await? {
                return Ok(signed_in);
            }
        }
        Err(SignInError::Refused)
    }

    /// Checks the password and begins a session; `None` when the hash was replaced meanwhile.
    async fn attempt(
        &self,
        given: &SignIn,
        client: &Client,
    ) -> Result<Option<Sourced<SignedIn>>, SignInError> {
        let SignIn { email, password, guest_cart } = given;
        let account = self.reader.credentials(email).await?;
        let stored = account.as_ref().map(|account| &account.password);
        let matches = self.passwords.verify(password, stored).await?;
        let account = account.filter(|account| matches && !account.user.disabled);
        let account = account.ok_or(SignInError::Refused)?;
        let outdated = self.passwords.is_outdated(&account.password);
        let renewed = if outdated { Some(self.passwords.hash_again(password).await?) } else { None };

        let now = self.clock.now();
        let id = SessionId::generate(self.entropy.as_ref());
        let user = account.user.id;
        let token = self.tokens.issue(user, &id, now);
        let session = Session {
            id,
            user,
            created_at: now,
            last_seen_at: now,
            expires_at: token.expires_at,
            user_agent: client.user_agent.clone(),
            address: Some(client.address.to_string()),
        };
        let guest_cart = *guest_cart;
        let idle_since = self.idle.over_since(now);
        let beginning = Beginning { session, idle_since, checked: account.password, renewed, guest_cart };
        let Some(begun) = self.units.run(move |work| begin(work, beginning.clone())).await? else {
            return Ok(None);
        };
        self.warm(user).await;
        let (token, expires_at) = (token.text, token.expires_at);
        Ok(Some(begun.map(|(user, cart_merge)| SignedIn { token, expires_at, user, cart_merge })))
    }

    /// Reads the account's state once, so that the first request of the session finds it in the cache.
    async fn warm(&self, user: UserId) {
        if let Err(error) = self.reader.state(user).await {
            tracing::warn!(%error, %user, "the state of an account was not read after signing in");
        }
    }
}

/// Begins the session and takes the guest's cart over, both or neither; `None` when the password's hash is no longer the one that was checked.
async fn begin(
    mut work: Box<dyn UnitOfWork>,
    beginning: Beginning,
) -> Result<Option<Sourced<(UserView, Option<CartMerge>)>>, SignInError> {
    let Beginning { session, idle_since, checked, renewed, guest_cart } = beginning;
    let account = work.users().lock(session.user).await?.filter(|account| !account.user.disabled);
    let account = account.ok_or(SignInError::Refused)?;
    if account.password != checked {
        return Ok(None);
    }
    if let Some(hash) = renewed {
        work.users().set_password(session.user, &hash).await?;
    }
    work.sessions().begin(&session, idle_since).await?;
    let merged = match guest_cart {
        Some(guest) => merge(work.as_mut(), session.user, guest, session.created_at).await?,
        None => None,
    };
    let committed = work.commit().await?;
    Ok(Some(Sourced::direct(committed.source, (UserView::from(&account.user), merged))))
}
