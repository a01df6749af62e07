//! Forgotten passwords and addresses to be confirmed. A token and the account's row decide together, in one transaction, so
//! that of two who bring one token at once, one is served. A new password is judged and hashed before that, outside of every
//! transaction, by whose it is to be: a token cannot be guessed, so what takes long may tell that it is worth something.

use super::Accounts;
use crate::post::Errand;
use crate::{Actor, Client, MessageError, Password, RecoveryService, TokenError, Verification};
use async_trait::async_trait;
use domain::account::{EmailAddress, MailedToken, MailedTokenHash, PasswordHash, Purpose, User};
use domain::{Timestamp, UnitOfWork};

#[async_trait]
impl RecoveryService for Accounts {
    async fn forget_password(&self, email: EmailAddress, client: &Client) -> Result<(), MessageError> {
        let throttled = |retry_after| MessageError::Throttled { retry_after };
        self.throttles.reset_from(client).await.map_err(throttled)?;
        self.throttles.reset_of(&email, client).await.map_err(throttled)?;
        self.postbox.post(Errand::Reset(email));
        Ok(())
    }

    async fn reset_password(
        &self,
        token: MailedToken,
        new: Password,
        client: &Client,
    ) -> Result<(), TokenError> {
        self.admit_token_from(client).await?;
        let token = token.hash();
        let holder = self.holder(token).await?;
        let new = self.passwords.judge(new, &holder.name, &holder.email).await??;
        let (new, now) = (self.passwords.hash(&new).await?, self.clock.now());
        self.units.run(move |work| reset(work, token, new.clone(), now)).await
    }

    async fn verify_email(&self, token: MailedToken, client: &Client) -> Result<(), TokenError> {
        self.admit_token_from(client).await?;
        let (token, now) = (token.hash(), self.clock.now());
        self.units.run(move |work| verify(work, token, now)).await
    }

    async fn ask_verification(&self, actor: &Actor, client: &Client) -> Result<Verification, MessageError> {
        let account = self.reader.credentials_of(actor.user).await?.map(|account| account.user);
        let Some(user) = account.filter(|user| user.email_verified_at.is_none()) else {
            return Ok(Verification::IsDone);
        };
        self.throttles
            .verification_of(&user.email, client)
            .await
            .map_err(|retry_after| MessageError::Throttled { retry_after })?;
        self.postbox.post(Errand::Verification(user.id));
        Ok(Verification::Follows)
    }
}

impl Accounts {
    async fn admit_token_from(&self, client: &Client) -> Result<(), TokenError> {
        let admitted = self.throttles.reset_from(client).await;
        admitted.map_err(|retry_after| TokenError::Throttled { retry_after })
    }

    /// Returns who was sent this token for a new password, be it over or not.
    async fn holder(&self, token: MailedTokenHash) -> Result<User, TokenError> {
        let look = move |mut work: Box<dyn UnitOfWork>| async move {
            let holder = work.mailed_tokens().holder(Purpose::ResetPassword, &token).await?;
            holder.ok_or(TokenError::Unusable)
        };
        let account = self.reader.credentials_of(self.units.run(look).await?).await?;
        account.map(|account| account.user).ok_or(TokenError::Unusable)
    }
}

async fn reset(
    mut work: Box<dyn UnitOfWork>,
    token: MailedTokenHash,
    new: PasswordHash,
    now: Timestamp,
) -> Result<(), TokenError> {
    let user = bring(work.as_mut(), Purpose::ResetPassword, token, now).await?;
    work.users().set_password(user.id, &new).await?;
    prove(work.as_mut(), &user, now).await?;
    work.sessions().end_all(user.id, None).await?;
    work.commit().await?;
    Ok(())
}

async fn verify(
    mut work: Box<dyn UnitOfWork>,
    token: MailedTokenHash,
    now: Timestamp,
) -> Result<(), TokenError> {
    let user = bring(work.as_mut(), Purpose::VerifyEmail, token, now).await?;
    prove(work.as_mut(), &user, now).await?;
    work.commit().await?;
    Ok(())
}

/// Uses a token up, and returns whose it is, locked.
async fn bring(
    work: &mut dyn UnitOfWork,
    purpose: Purpose,
    token: MailedTokenHash,
    now: Timestamp,
) -> Result<User, TokenError> {
    let holder = work.mailed_tokens().holder(purpose, &token).await?.ok_or(TokenError::Unusable)?;
    let account = work.users().lock(holder).await?.filter(|account| !account.user.disabled);
    let account = account.ok_or(TokenError::Unusable)?;
    let used = work.mailed_tokens().use_up(purpose, &token, now).await?;
    used.then_some(account.user).ok_or(TokenError::Unusable)
}

/// Notes that the account's address is its owner's, where that is news.
async fn prove(work: &mut dyn UnitOfWork, user: &User, now: Timestamp) -> Result<(), TokenError> {
    if user.email_verified_at.is_none() {
        work.users().save(&User { email_verified_at: Some(now), ..user.clone() }).await?;
    }
    Ok(())
}
