//! Making accounts: customers make their own, operators make those of staff. Never makes two of one e-mail address.

use super::Accounts;
use crate::post::Errand;
use crate::{Client, Guessable, SignUp, SignUpError};
use domain::account::{EmailAddress, NewUser, Role, User, UserView};
use domain::{Doc, RepositoryError, Source, Sourced, UnitOfWork, Version};
use thiserror::Error;

/// Why there is no new staff account.
#[derive(Clone, Debug, Error)]
pub enum StaffError {
    /// Somebody has the address, in whatever case; the account was left as it is.
    #[error("{0} has an account already, which was left as it is")]
    EmailTaken(EmailAddress),
    /// The password is too easy to guess.
    #[error("the password {0}")]
    Guessable(#[from] Guessable),
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// An account that was made, and the store that has it; `None` when the address is taken.
type Made = Option<(Source, User)>;

impl Accounts {
    /// Makes an account of staff, for operators at the machine: no throttle applies.
    ///
    /// # Errors
    /// [`StaffError::EmailTaken`], [`StaffError::Guessable`] and the store's.
    pub async fn create_staff(&self, new: SignUp) -> Result<User, StaffError> {
        let email = new.email.clone();
        let (_, user) = self.make(new, Role::Staff).await??.ok_or(StaffError::EmailTaken(email))?;
        Ok(user)
    }

    pub(super) async fn make_customer(
        &self,
        new: SignUp,
        client: &Client,
    ) -> Result<Sourced<Doc<UserView>>, SignUpError> {
        self.throttles
            .sign_up_from(client)
            .await
            .map_err(|retry_after| SignUpError::Throttled { retry_after })?;
        let (source, user) = self.make(new, Role::Customer).await??.ok_or(SignUpError::EmailTaken)?;
        self.postbox.post(Errand::Verification(user.id));
        Ok(Sourced::direct(source, Doc::encode(Version::NONE, &UserView::from(&user))))
    }

    /// Makes an account where its password is hard to guess.
    async fn make(&self, new: SignUp, role: Role) -> Result<Result<Made, Guessable>, RepositoryError> {
        let SignUp { name, email, password } = new;
        let password = match self.passwords.judge(password, &name, &email).await? {
            Ok(password) => self.passwords.hash(&password).await?,
            Err(guessable) => return Ok(Err(guessable)),
        };
        let new = NewUser { name, email, password, role, created_at: self.clock.now() };
        self.units.run(move |work| insert(work, new.clone())).await.map(Ok)
    }
}

async fn insert(mut work: Box<dyn UnitOfWork>, new: NewUser) -> Result<Made, RepositoryError> {
    let Some(user) = work.users().insert(&new).await? else {
        return Ok(None);
    };
    let committed = work.commit().await?;
    Ok(Some((committed.source, user)))
}
