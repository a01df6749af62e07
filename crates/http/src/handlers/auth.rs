//! Signing up, in and out.

use super::{Answer, Outcome, Shop, answer};
use crate::extract::{Bearer, Caller, Check, FromJson, Given, MaybeCartToken, ValidJson};
use auth::{Password, SignIn, SignUp};
use chrono::{DateTime, Utc};
use domain::account::{EmailAddress, PersonName, UserView};
use domain::cart::{CartMerge, CartToken};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a new customer gives.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignUp)]
pub(crate) struct SignUpBody {
    /// What you are called.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 100, example = "Ada Lovelace")]
    name: Given<String>,
    /// Where you are reached.
    #[serde(default)]
    #[schema(value_type = String, required, max_length = 254, format = "email", example = "ada@example.org")]
    email: Given<String>,
    /// What you will sign in with: whatever is hard to guess, such as a few words.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 8, max_length = 256, format = "password")]
    password: Given<String>,
}

impl FromJson for SignUp {
    type Body = SignUpBody;

    fn parse(body: SignUpBody, check: &mut Check) -> Option<Self> {
        let name = check.required_text("name", body.name, PersonName::parse);
        let email = check.required_text("email", body.email, EmailAddress::parse);
        let password = check.required_text("password", body.password, Password::parse);
        Some(Self { name: name?, email: email?, password: password? })
    }
}

/// Makes a customer's account.
#[utoipa::path(
    post,
    path = "/api/v1/auth/signup",
    operation_id = "signUp",
    tag = "accounts",
    request_body = SignUpBody,
    responses(
        (status = 201, description = "The account was made.", body = Answer<UserView>),
        (status = 409, description = "`email-taken`: the address has an account."),
        (status = 429, description = "`too-many-requests`: too many tries from this address."),
    )
)]
pub(crate) async fn sign_up(shop: Shop, caller: Caller, ValidJson(new): ValidJson<SignUp>) -> Outcome {
    let user = shop.accounts.sign_up(new, &caller.0).await?;
    Ok(answer::created(&user, "/api/v1/me".to_owned()))
}

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignIn)]
pub(crate) struct SignInBody {
    /// The address that the account was made with, in whatever case.
    #[serde(default)]
    #[schema(value_type = String, required, max_length = 254, format = "email", example = "ada@example.org")]
    email: Given<String>,
    /// Its password.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 8, max_length = 256, format = "password")]
    password: Given<String>,
}

/// An address and a password that may fit each other.
pub(crate) struct Credentials {
    email: EmailAddress,
    password: Password,
}

impl FromJson for Credentials {
    type Body = SignInBody;

    fn parse(body: SignInBody, check: &mut Check) -> Option<Self> {
        let email = check.required_text("email", body.email, EmailAddress::parse);
        let password = check.required_text("password", body.password, Password::parse);
        Some(Self { email: email?, password: password? })
    }
}

/// A session that has just begun.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignedIn)]
pub(crate) struct SignedInView {
    /// The token (a JWT); send it as `Authorization: Bearer <token>`.
    token: String,
    /// How the token is sent.
    #[schema(value_type = String, example = "Bearer")]
    token_type: &'static str,
    /// When it ends by itself.
    expires_at: DateTime<Utc>,
    /// The account.
    user: UserView,
    /// What came of the guest's cart that came along; null where none did.
    #[schema(required)]
    cart_merge: Option<CartMerge>,
}

/// Begins a session of 7 days and returns its token.
///
/// A session that goes unused for days (three, unless the shop says otherwise) is over sooner. A guest's cart that comes along
/// becomes part of the account's, once.
#[utoipa::path(
    post,
    path = "/api/v1/auth/signin",
    operation_id = "signIn",
    tag = "accounts",
    params(("X-Cart-Token" = Option<String>, Header, description = "The token of the guest's cart to take along.")),
    request_body = SignInBody,
    responses(
        (status = 200, description = "The session has begun.", body = Answer<SignedInView>),
        (status = 401, description = "`wrong-credentials`: nobody is told which of the two is wrong."),
        (status = 429, description = "`too-many-requests`: too many tries at this account or from this address."),
    )
)]
pub(crate) async fn sign_in(
    shop: Shop,
    caller: Caller,
    MaybeCartToken(guest): MaybeCartToken,
    ValidJson(Credentials { email, password }): ValidJson<Credentials>,
) -> Outcome {
    let given = SignIn { email, password, guest_cart: guest.as_ref().map(CartToken::hash) };
    let signed_in = shop.accounts.sign_in(given, &caller.0).await?;
    Ok(answer::secret(signed_in.map(|session| SignedInView {
        token: session.token.expose_secret().to_owned(),
        token_type: "Bearer",
        expires_at: session.expires_at,
        user: session.user,
        cart_merge: session.cart_merge,
    })))
}

/// Ends the session; its token is refused from the next request on.
#[utoipa::path(
    post,
    path = "/api/v1/auth/signout",
    operation_id = "signOut",
    tag = "accounts",
    responses((status = 204, description = "The session has ended.")),
    security(("bearer" = []))
)]
pub(crate) async fn sign_out(shop: Shop, bearer: Bearer) -> Outcome {
    let actor = bearer.confirm().await?;
    shop.accounts.sign_out(&actor).await?;
    Ok(answer::nothing())
}

/// Ends every session of the account, this one too.
#[utoipa::path(
    post,
    path = "/api/v1/auth/signout-all",
    operation_id = "signOutEverywhere",
    tag = "accounts",
    responses((status = 204, description = "Every session has ended.")),
    security(("bearer" = []))
)]
pub(crate) async fn sign_out_all(shop: Shop, bearer: Bearer) -> Outcome {
    let actor = bearer.confirm().await?;
    shop.accounts.sign_out_all(&actor).await?;
    Ok(answer::nothing())
}
