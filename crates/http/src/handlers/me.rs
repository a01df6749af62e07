//! The caller's own account.

use super::{Answer, Audience, Outcome, Shop, answer};
use crate::extract::{Bearer, Caller, Check, FromJson, Given, IfNoneMatch, ValidJson};
use auth::{Password, ProfilePatch};
use domain::account::{PersonName, UserView};
use serde::Deserialize;
use utoipa::ToSchema;

/// Shows the account.
#[utoipa::path(
    get,
    path = "/api/v1/me",
    operation_id = "showProfile",
    tag = "accounts",
    responses((status = 200, description = "The account.", body = Answer<UserView>)),
    security(("bearer" = []))
)]
pub(crate) async fn show(shop: Shop, bearer: Bearer, cached: IfNoneMatch) -> Outcome {
    let actor = bearer.confirm().await?;
    let profile = shop.accounts.profile(&actor).await?;
    Ok(answer::read(&profile, Audience::Person, &cached))
}

/// What people change of their profile.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProfilePatch)]
pub(crate) struct ProfilePatchBody {
    /// What you are called.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 100)]
    name: Given<String>,
}

impl FromJson for ProfilePatch {
    type Body = ProfilePatchBody;

    fn parse(body: ProfilePatchBody, check: &mut Check) -> Option<Self> {
        let name = check.required_text("name", body.name, PersonName::parse)?;
        Some(Self { name: Some(name) })
    }
}

/// Changes the account's name.
#[utoipa::path(
    patch,
    path = "/api/v1/me",
    operation_id = "changeProfile",
    tag = "accounts",
    request_body = ProfilePatchBody,
    responses((status = 200, description = "The account as it is now.", body = Answer<UserView>)),
    security(("bearer" = []))
)]
pub(crate) async fn change(shop: Shop, bearer: Bearer, ValidJson(patch): ValidJson<ProfilePatch>) -> Outcome {
    let actor = bearer.confirm().await?;
    let profile = shop.accounts.change_profile(&actor, patch).await?;
    Ok(answer::written(&profile))
}

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PasswordChange)]
pub(crate) struct PasswordChangeBody {
    /// What you sign in with now.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 8, max_length = 256, format = "password")]
    current_password: Given<String>,
    /// What you will sign in with: whatever is hard to guess, such as a few words.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 8, max_length = 256, format = "password")]
    new_password: Given<String>,
}

/// A change of password.
pub(crate) struct PasswordChange {
    current: Password,
    new: Password,
}

impl FromJson for PasswordChange {
    type Body = PasswordChangeBody;

    fn parse(body: PasswordChangeBody, check: &mut Check) -> Option<Self> {
        let current = check.required_text("currentPassword", body.current_password, Password::parse);
        let new = check.required_text("newPassword", body.new_password, Password::parse);
        Some(Self { current: current?, new: new? })
    }
}

/// Replaces the password and ends every other session of the account.
#[utoipa::path(
    post,
    path = "/api/v1/me/password",
    operation_id = "changePassword",
    tag = "accounts",
    request_body = PasswordChangeBody,
    responses(
        (status = 204, description = "The password was replaced."),
        (status = 429, description = "`too-many-requests`: too many tries at this account."),
    ),
    security(("bearer" = []))
)]
pub(crate) async fn change_password(
    shop: Shop,
    bearer: Bearer,
    Caller(client): Caller,
    ValidJson(change): ValidJson<PasswordChange>,
) -> Outcome {
    let actor = bearer.confirm().await?;
    shop.accounts.change_password(&actor, change.current, change.new, &client).await?;
    Ok(answer::nothing())
}
