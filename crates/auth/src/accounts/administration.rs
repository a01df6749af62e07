//! Changing what an account is: its owner the name, staff the role and whether it is shut out. A changed role takes
//! effect by signing in again, so that no session outlives the right that it was begun with, and no token for a new password
//! does.

use super::Accounts;
use crate::{AccountError, AccountPatch, ProfilePatch};
use domain::account::{Purpose, User, UserView};
use domain::{Doc, Sourced, UnitOfWork, UserId, Version};

type UserAnswer = Result<Sourced<Doc<UserView>>, AccountError>;

impl Accounts {
    pub(super) async fn edit_profile(&self, user: UserId, patch: ProfilePatch) -> UserAnswer {
        let change = move |mut user: User| {
            if let Some(name) = patch.name.clone() {
                user.name = name;
            }
            user
        };
        self.units.run(move |work| edit(work, user, change.clone())).await
    }

    pub(super) async fn edit_account(&self, user: UserId, patch: AccountPatch) -> UserAnswer {
        let change = move |user: User| User {
            role: patch.role.unwrap_or(user.role),
            disabled: patch.disabled.unwrap_or(user.disabled),
            ..user
        };
        self.units.run(move |work| edit(work, user, change)).await
    }
}

/// Stores what differs. Where that is the role or being disabled, every session ends.
async fn edit(
    mut work: Box<dyn UnitOfWork>,
    user: UserId,
    change: impl FnOnce(User) -> User + Send,
) -> UserAnswer {
    let before = work.users().lock(user).await?.ok_or(AccountError::NotFound)?.user;
    let after = change(before.clone());
    if after != before {
        work.users().save(&after).await?;
    }
    if (after.role, after.disabled) != (before.role, before.disabled) {
        work.mailed_tokens().void(user, Purpose::ResetPassword).await?;
        work.sessions().end_all(user, None).await?;
    }
    let committed = work.commit().await?;
    Ok(Sourced::direct(committed.source, Doc::encode(Version::NONE, &UserView::from(&after))))
}
