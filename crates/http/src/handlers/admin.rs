//! What staff do to other people's accounts.

use super::{Answer, Outcome, Shop, answer};
use crate::extract::{At, Check, FromJson, Given, Require, ValidJson};
use auth::{AccountPatch, ManageAccounts};
use domain::UserId;
use domain::account::{Role, UserView};
use serde::Deserialize;
use utoipa::ToSchema;

/// What staff change of an account; at least one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountPatch)]
pub(crate) struct AccountPatchBody {
    /// What it may do.
    #[serde(default)]
    #[schema(value_type = Role)]
    role: Given<String>,
    /// Whether it is shut out.
    #[serde(default)]
    #[schema(value_type = bool)]
    disabled: Given<bool>,
}

impl FromJson for AccountPatch {
    type Body = AccountPatchBody;

    fn parse(body: AccountPatchBody, check: &mut Check) -> Option<Self> {
        if !body.role.is_present() && !body.disabled.is_present() {
            check.refuse("", "must have role, disabled or both");
        }
        let role = check.optional_text("role", body.role, Role::parse);
        let disabled = check.optional("disabled", body.disabled, Ok);
        Some(Self { role, disabled })
    }
}

/// Changes an account's role or shuts it out; ends its sessions where either changes.
#[utoipa::path(
    patch,
    path = "/api/v1/admin/users/{id}",
    operation_id = "administerUser",
    tag = "administration",
    params(("id" = i64, Path, description = "The account.")),
    request_body = AccountPatchBody,
    responses((status = 200, description = "The account as it is now.", body = Answer<UserView>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn change_user(
    shop: Shop,
    staff: Require<ManageAccounts, (At<UserId>, ValidJson<AccountPatch>)>,
) -> Outcome {
    let (At(user), ValidJson(patch)) = staff.input;
    let user = shop.accounts.administer(user, patch).await?;
    Ok(answer::written(&user))
}
