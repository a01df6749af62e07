//! Accounts and tokens. The tokens are `customer`, `staff`, `ended` and `unsure`; any other is not valid.

use super::{Stub, session};
use async_trait::async_trait;
use auth::{
    AccountError, AccountPatch, AccountService, Actor, AuthenticationError, Authenticator, Client,
    MessageError, Password, PasswordError, ProfilePatch, RecoveryService, SignIn, SignInError, SignUp,
    SignUpError, SignedIn, TokenError, Verification, VerifiedToken,
};
use domain::account::{EmailAddress, MailedToken, Role, SessionView, UserView};
use domain::{Doc, RepositoryError, SessionId, Sourced, UserId};

const STAFF: UserId = UserId(1);
const CUSTOMER: UserId = UserId(2);
const ENDED: UserId = UserId(3);
const UNSURE: UserId = UserId(4);

#[async_trait]
impl Authenticator for Stub {
    fn verify(&self, token: &str) -> Result<VerifiedToken, AuthenticationError> {
        let user = match token {
            "staff" => STAFF,
            "customer" => CUSTOMER,
            "ended" => ENDED,
            "unsure" => UNSURE,
            _ => return Err(AuthenticationError::InvalidToken("a reason for the log alone")),
        };
        Ok(VerifiedToken::assumed(user, session(1)))
    }

    async fn admit(&self, token: &VerifiedToken) -> Result<Actor, AuthenticationError> {
        let user = token.claimed_user();
        match user {
            ENDED => Err(AuthenticationError::SessionEnded),
            UNSURE => Err(RepositoryError::Unavailable("hidden reason".to_owned()).into()),
            STAFF => Ok(Actor::assumed(user, session(1), Role::Staff)),
            _ => Ok(Actor::assumed(user, session(1), Role::Customer)),
        }
    }
}

#[async_trait]
impl AccountService for Stub {
    async fn sign_up(&self, new: SignUp, client: &Client) -> Result<Sourced<Doc<UserView>>, SignUpError> {
        self.note("sign_up", &(new, client));
        self.signed_up.get()
    }

    async fn sign_in(&self, given: SignIn, client: &Client) -> Result<Sourced<SignedIn>, SignInError> {
        self.note("sign_in", &(given, client));
        self.signed_in.get()
    }

    async fn sign_out(&self, actor: &Actor) -> Result<(), RepositoryError> {
        self.note("sign_out", &actor.user());
        Ok(())
    }

    async fn sign_out_all(&self, actor: &Actor) -> Result<(), RepositoryError> {
        self.note("sign_out_all", &actor.user());
        Ok(())
    }

    async fn sessions(&self, _: &Actor) -> Result<Sourced<Vec<SessionView>>, RepositoryError> {
        self.sessions.get()
    }

    async fn end_session(&self, actor: &Actor, session: SessionId) -> Result<(), AccountError> {
        self.note("end_session", &(actor.user(), session));
        self.account.get().map(drop)
    }

    async fn profile(&self, _: &Actor) -> Result<Sourced<Doc<UserView>>, AccountError> {
        self.account.get()
    }

    async fn change_profile(
        &self,
        actor: &Actor,
        patch: ProfilePatch,
    ) -> Result<Sourced<Doc<UserView>>, AccountError> {
        self.note("change_profile", &(actor.user(), patch));
        self.account.get()
    }

    async fn change_password(
        &self,
        actor: &Actor,
        _: Password,
        _: Password,
        _: &Client,
    ) -> Result<(), PasswordError> {
        self.note("change_password", &actor.user());
        self.password.get()
    }

    async fn administer(
        &self,
        user: UserId,
        patch: AccountPatch,
    ) -> Result<Sourced<Doc<UserView>>, AccountError> {
        self.note("administer", &(user, patch));
        self.account.get()
    }
}

#[async_trait]
impl RecoveryService for Stub {
    async fn forget_password(&self, email: EmailAddress, client: &Client) -> Result<(), MessageError> {
        self.note("forget_password", &(email, client));
        self.message.get().map(drop)
    }

    async fn reset_password(&self, token: MailedToken, _: Password, _: &Client) -> Result<(), TokenError> {
        self.note("reset_password", &token.expose());
        self.token.get()
    }

    async fn verify_email(&self, token: MailedToken, _: &Client) -> Result<(), TokenError> {
        self.note("verify_email", &token.expose());
        self.token.get()
    }

    async fn ask_verification(&self, actor: &Actor, _: &Client) -> Result<Verification, MessageError> {
        self.note("ask_verification", &actor.user());
        self.message.get()
    }
}
