//! Replacing a password, for whoever is signed in and knows the current one. Ends every other session of the account:
//! whoever learned the old password is out, and a token that was sent for a new one is void.

use super::Accounts;
use crate::{Actor, Client, Password, PasswordError};
use domain::account::{PasswordHash, Purpose};
use domain::{SessionId, UnitOfWork, UserId};

/// A new hash that may be stored if the old one still is the one that was checked.
#[derive(Clone)]
struct Replacement {
    user: UserId,
    session: SessionId,
    checked: PasswordHash,
    new: PasswordHash,
}

impl Accounts {
    pub(super) async fn replace_password(
        &self,
        actor: &Actor,
        current: &Password,
        new: Password,
        client: &Client,
    ) -> Result<(), PasswordError> {
        let account = self.reader.credentials_of(actor.user).await?.ok_or(PasswordError::Wrong)?;
        self.throttles
            .password_of(&account.user.email, client)
            .await
            .map_err(|retry_after| PasswordError::Throttled { retry_after })?;
        if !self.passwords.verify(current, Some(&account.password)).await? {
            return Err(PasswordError::Wrong);
        }
        let new = self.passwords.judge(new, &account.user.name, &account.user.email).await??;
        let replacement = Replacement {
            user: actor.user,
            session: actor.session.clone(),
            checked: account.password,
            new: self.passwords.hash(&new).await?,
        };
        self.units.run(move |work| replace(work, replacement.clone())).await
    }
}

async fn replace(mut work: Box<dyn UnitOfWork>, replacement: Replacement) -> Result<(), PasswordError> {
    let Replacement { user, session, checked, new } = replacement;
    let account = work.users().lock(user).await?;
    account.filter(|account| account.password == checked).ok_or(PasswordError::Wrong)?;
    work.users().set_password(user, &new).await?;
    work.mailed_tokens().void(user, Purpose::ResetPassword).await?;
    work.sessions().end_all(user, Some(&session)).await?;
    work.commit().await?;
    Ok(())
}
