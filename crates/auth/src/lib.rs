//! Who may act: passwords, tokens, sessions, permissions and throttling. Knows the domain's ports and neither HTTP nor SQL
//! nor Redis.

mod actor;
mod service;

pub use actor::{Actor, AuthenticationError, Authenticator, VerifiedToken};
pub use service::{
    AccountError, AccountPatch, AccountService, Client, Password, PasswordError, ProfilePatch, SignInError,
    SignUp, SignUpError, SignedIn,
};
