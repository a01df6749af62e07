//! Forgotten passwords and addresses to be confirmed, by tokens that are sent in messages.

use super::{Outcome, Shop, answer};
use crate::extract::{Bearer, Caller, Check, FromJson, Given, ValidJson};
use auth::{Password, Verification};
use domain::account::{EmailAddress, MailedToken};
use serde::Deserialize;
use utoipa::ToSchema;

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ForgottenPassword)]
pub(crate) struct ForgottenPasswordBody {
    /// The address that the account was made with, in whatever case.
    #[serde(default)]
    #[schema(value_type = String, required, max_length = 254, format = "email", example = "ada@example.org")]
    email: Given<String>,
}

/// An address that may have an account.
pub(crate) struct ForgottenPassword(EmailAddress);

impl FromJson for ForgottenPassword {
    type Body = ForgottenPasswordBody;

    fn parse(body: ForgottenPasswordBody, check: &mut Check) -> Option<Self> {
        check.required_text("email", body.email, EmailAddress::parse).map(Self)
    }
}

/// Has a token for a new password sent to an address, if it has an account.
///
/// Whether it has one makes no difference to the answer. The token is good once, for an hour, and until there is a newer one.
#[utoipa::path(
    post,
    path = "/api/v1/auth/forgot-password",
    operation_id = "forgetPassword",
    tag = "accounts",
    request_body = ForgottenPasswordBody,
    responses(
        (status = 202, description = "If there is such an account, a message follows."),
        (status = 429, description = "`too-many-requests`: too many messages to this address, or tries from where you are."),
    )
)]
pub(crate) async fn forget_password(
    shop: Shop,
    caller: Caller,
    ValidJson(ForgottenPassword(email)): ValidJson<ForgottenPassword>,
) -> Outcome {
    shop.recovery.forget_password(email, &caller.0).await?;
    Ok(answer::accepted())
}

/// A token and what it is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PasswordReset)]
pub(crate) struct PasswordResetBody {
    /// The token of the message.
    #[serde(default)]
    #[schema(value_type = String, required, pattern = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")]
    token: Given<String>,
    /// What you will sign in with.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 8, max_length = 256, format = "password")]
    new_password: Given<String>,
}

/// A token and a new password.
pub(crate) struct PasswordReset {
    token: MailedToken,
    new: Password,
}

impl FromJson for PasswordReset {
    type Body = PasswordResetBody;

    fn parse(body: PasswordResetBody, check: &mut Check) -> Option<Self> {
        let token = check.required_text("token", body.token, MailedToken::parse);
        let new = check.required_text("newPassword", body.new_password, Password::parse);
        Some(Self { token: token?, new: new? })
    }
}

/// Replaces a forgotten password and ends every session of the account. It confirms the address, too.
#[utoipa::path(
    post,
    path = "/api/v1/auth/reset-password",
    operation_id = "resetPassword",
    tag = "accounts",
    request_body = PasswordResetBody,
    responses(
        (status = 204, description = "The password was replaced; sign in with it."),
        (status = 422, description = "`unusable-token`: it was used, is over or was replaced; `validation-failed`."),
        (status = 429, description = "`too-many-requests`: too many tries from where you are."),
    )
)]
pub(crate) async fn reset_password(
    shop: Shop,
    caller: Caller,
    ValidJson(PasswordReset { token, new }): ValidJson<PasswordReset>,
) -> Outcome {
    shop.recovery.reset_password(token, new, &caller.0).await?;
    Ok(answer::nothing())
}

/// A token alone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EmailVerification)]
pub(crate) struct EmailVerificationBody {
    /// The token of the message.
    #[serde(default)]
    #[schema(value_type = String, required, pattern = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")]
    token: Given<String>,
}

impl FromJson for MailedToken {
    type Body = EmailVerificationBody;

    fn parse(body: EmailVerificationBody, check: &mut Check) -> Option<Self> {
        check.required_text("token", body.token, Self::parse)
    }
}

/// Confirms the address of an account; the token says whose.
#[utoipa::path(
    post,
    path = "/api/v1/auth/verify-email",
    operation_id = "verifyEmail",
    tag = "accounts",
    request_body = EmailVerificationBody,
    responses(
        (status = 204, description = "The address is confirmed."),
        (status = 422, description = "`unusable-token`: it was used, is over or was replaced; `validation-failed`."),
        (status = 429, description = "`too-many-requests`: too many tries from where you are."),
    )
)]
pub(crate) async fn verify_email(
    shop: Shop,
    caller: Caller,
    ValidJson(token): ValidJson<MailedToken>,
) -> Outcome {
    shop.recovery.verify_email(token, &caller.0).await?;
    Ok(answer::nothing())
}

/// Has another token sent that confirms the account's address; it is good once, for three days.
#[utoipa::path(
    post,
    path = "/api/v1/me/verification",
    operation_id = "askVerification",
    tag = "accounts",
    responses(
        (status = 202, description = "A message follows."),
        (status = 204, description = "The address is confirmed, and nothing is sent."),
        (status = 429, description = "`too-many-requests`: too many messages to this account."),
    ),
    security(("bearer" = []))
)]
pub(crate) async fn ask_verification(shop: Shop, bearer: Bearer, Caller(client): Caller) -> Outcome {
    let actor = bearer.confirm().await?;
    Ok(match shop.recovery.ask_verification(&actor, &client).await? {
        Verification::Follows => answer::accepted(),
        Verification::IsDone => answer::nothing(),
    })
}
